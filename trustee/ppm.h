#pragma once

#include <cstdint>

namespace usufruct {

__extension__ using Wide = unsigned __int128;

/// A share of a whole in parts per million, rounded up: what a release claims of risk never says
/// less than was measured. 0 of nothing is 0. Exact.
constexpr std::uint32_t ppm_rounded_up(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return 0;
  const auto scaled = static_cast<Wide>(part) * 1'000'000;
  return static_cast<std::uint32_t>((scaled + whole - 1) / whole);
}

}  // namespace usufruct
