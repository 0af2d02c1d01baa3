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
/// The same number with so many decimals; nothing when that needs over 17 digits.
std::optional<Number> scale_to(Number number, int decimals);
/// Without trailing zeros: `0.5`, `20`.
std::string print_number(Number number);

}  // namespace usufruct::anonymise
