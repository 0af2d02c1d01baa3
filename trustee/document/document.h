#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

/// Texts that people write: YAML 1.2 with the core schema, of which JSON is a part.
namespace usufruct::document {

inline constexpr std::size_t text_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t depth_max = 32;
inline constexpr std::size_t node_count_max = 100'000;

/// Where something stands in a text; both count from 1.
struct Place {
  std::uint32_t line = 1;
  std::uint32_t column = 1;

  auto operator<=>(const Place&) const = default;
};

enum class Kind { null, scalar, sequence, mapping };

/// One node of a parsed text. A mapping's items are its values in the order written, each with
/// the key it stands under; keys are texts and occur once.
struct Node {
  Kind kind = Kind::null;
  std::string text;     ///< of a scalar
  bool quoted = false;  ///< a quoted or block scalar is a text whatever it looks like
  std::string key;      ///< of an item of a mapping
  Place key_place;
  Place place;
  std::vector<Node> items;

  /// The value under a key of a mapping, or null.
  const Node* find(std::string_view wanted) const;
};

/// A whole text and the name its errors are given under.
struct File {
  std::string name;
  Node root;

  /// `malformed`, as "NAME:line:column: message".
  std::unexpected<Error> fault(Place place, std::string_view message, std::string hint = {}) const;
};

/// Parses one document. `malformed` with its place: larger than the limits above, empty, not
/// UTF-8, control characters, a quote that is not closed in the line it was opened in, an anchor or
/// alias, a tag outside the core schema, a second document, a key that is no scalar or occurs
/// twice. CR LF counts as LF. Linear in the text.
Result<File> parse(std::string_view text, std::string_view name);

/// A text as a double-quoted scalar, which parse() reads back to the same text; plain when it
/// needs no quotes. The text must be UTF-8 with no control characters but line feeds and tabs.
std::string print_scalar(std::string_view text);

}  // namespace usufruct::document
