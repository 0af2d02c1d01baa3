#pragma once

#include <boost/beast/core/string_type.hpp>
#include <string_view>

namespace usufruct::http {

/// Beast's view of a text as the standard's, of the same bytes.
inline std::string_view view_of(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace usufruct::http
