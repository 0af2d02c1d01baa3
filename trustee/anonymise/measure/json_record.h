#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace usufruct::anonymise::measuring {

/// A key of a flat object and its value as text: what a string says, the digits of a number, the
/// JSON text of a nested value, nothing for null.
struct JsonField {
  std::string_view key;
  std::string_view value;
};

/// Reads one line that holds one JSON object (RFC 8259). Texts are views of the line, or of texts
/// added to `decoded` where the line escapes them. `malformed`, without a line number, for
/// anything else and for nesting deeper than json_depth_max. Keys may repeat here.
inline constexpr std::size_t json_depth_max = 64;
Result<std::vector<JsonField>> read_json_record(std::string_view line,
                                                std::deque<std::string>& decoded);

}  // namespace usufruct::anonymise::measuring
