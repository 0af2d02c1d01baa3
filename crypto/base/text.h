#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace usufruct {

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);
/// Whether a control character other than tab and line feed occurs (C0, DEL; text is UTF-8).
bool has_control(std::string_view text);

/// The parts between the separators; an empty text has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string_view trim(std::string_view text);
std::string to_lower_ascii(std::string_view text);

/// A decimal number with no sign, no leading zero and nothing after it.
Result<std::uint64_t> parse_decimal(std::string_view text);

/// The candidate nearest to a misspelt word, if any is near enough to be meant.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// A text made safe for a terminal or an error message: control bytes and bad UTF-8 shown as \xNN,
/// at most `size_max` bytes, an ellipsis where it was cut.
std::string printable(std::string_view text, std::size_t size_max = 200);

}  // namespace usufruct
