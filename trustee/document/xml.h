#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/document/document.h"

namespace usufruct::document {

/// One element of an XML text.
struct Element {
  std::string name;   ///< without its prefix
  std::string space;  ///< the namespace it is in; empty for none
  std::string text;   ///< its own, trimmed: of all runs and CDATA sections in it, joined
  Place place;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< as written; each name once
  std::vector<Element> children;

  /// The value of an attribute; empty when there is none.
  std::string_view attribute(std::string_view wanted) const;
};

inline constexpr std::size_t attribute_count_max = 64;

/// The root element of XML 1.0 in UTF-8, within the limits of document.h. `malformed` with its
/// place: what is not well-formed, a document type or an entity of one's own (whatever it would
/// expand to), an attribute twice, a prefix without a namespace, a character that is none.
Result<Element> parse_xml(std::string_view text, std::string_view name);

}  // namespace usufruct::document
