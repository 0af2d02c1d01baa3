#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/base/result.h"

/// Structured fields of HTTP, as far as signals use them: dictionaries (RFC 9651 §3.2).
namespace usufruct::terms {

/// What a value is written as. Of lists and numbers signals have no use: other.
enum class FieldKind { token, text, boolean, other };

struct FieldItem {
  FieldKind kind = FieldKind::boolean;
  std::string text;  ///< of a token or a string; else as it is written, `?1` when it is left out

  bool operator==(const FieldItem&) const = default;
};

/// `train-ai=n;exceptions=cc-cr`
struct FieldMember {
  std::string key;
  FieldItem value;
  std::vector<std::pair<std::string, FieldItem>> parameters;  ///< in the order written
};

inline constexpr std::size_t field_bytes_max = 65'536;
inline constexpr std::size_t field_members_max = 1'024;

/// Every member as written, a key that comes again too: of these the last one counts. `malformed`
/// by the rules of RFC 9651 §4.2.2, and above the limits.
Result<std::vector<FieldMember>> parse_dictionary(std::string_view field);

}  // namespace usufruct::terms
