#pragma once

#include <string>
#include <string_view>

namespace usufruct::terms::odrl {

/// Whether a text names something only from where it is written: it has no scheme (RFC 3986 §4.2),
/// as `data/1`. A blank node (`_:b`) is none.
bool is_relative_reference(std::string_view text);

/// What a reference names from a base IRI, RFC 3986 §5.2: `data/1` from `https://a.example/x/` is
/// `https://a.example/x/data/1`. The base has a scheme; what has one itself stays as it is. Linear.
std::string resolved_reference(std::string_view base, std::string_view reference);

}  // namespace usufruct::terms::odrl
