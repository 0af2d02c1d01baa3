#pragma once

#include <cstdint>

namespace usufruct::anonymise {

/// The levels on which a column of a release is said to stand, both included.
struct LevelRange {
  std::uint32_t min = 0;
  std::uint32_t max = 0;

  bool operator==(const LevelRange&) const = default;
};

}  // namespace usufruct::anonymise
