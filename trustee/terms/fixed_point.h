#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usufruct::terms {

/// Digits of a number before its point that are read at most.
inline constexpr std::size_t whole_digits_max = 10;

/// `0.2` with 6 digits is 200,000: a decimal as a whole number of its smallest unit, exactly. None
/// for what is no such number or has more digits after the point: nothing is rounded.
std::optional<std::uint64_t> parse_fixed_point(std::string_view text, unsigned digits);

/// The same back, with no zero at the end of its fraction: `0.2`, `2`.
std::string print_fixed_point(std::uint64_t value, unsigned digits);

}  // namespace usufruct::terms
