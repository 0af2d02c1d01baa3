#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usufruct::anonymise {

/// A decimal number, exactly: units / 10^decimals.
struct Number {
  std::int64_t units = 0;
  int decimals = 0;
};

/// `-12.50` and the like: at most 15 digits, no exponent, no leading plus or zeros. What a code
/// such as `01234` is, is not a number.
std::optional<Number> parse_number(std::string_view text);
/// A number as programs print them: parse_number(), or with a leading plus, an exponent, no digit
/// before the point, or more than 15 digits, which are rounded down. Nothing for a code with a
/// leading zero, nor for `inf` and `nan`.
std::optional<Number> read_number(std::string_view text);
/// The same number with so many decimals; nothing when that needs over 17 digits.
std::optional<Number> scale_to(Number number, int decimals);
/// The same number with so many decimals or fewer, as many as 17 digits hold; rounded down.
Number scale_down_to(Number number, int decimals);
/// Without trailing zeros: `0.5`, `20`.
std::string print_number(Number number);

}  // namespace usufruct::anonymise
