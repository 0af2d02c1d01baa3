#pragma once

#include <cstdint>

namespace usufruct::anonymise {

/// What the owner demands of every release. k is at least 1; l_distinct 0 asks nothing.
struct Floor {
  std::uint32_t k = 5;                            ///< rows in the smallest class
  std::uint32_t suppression_max_per_10000 = 500;  ///< of the rows kept, how many may be removed
  std::uint32_t l_distinct = 0;  ///< distinct values of each sensitive column in every class

  bool operator==(const Floor&) const = default;
};

/// The most rows that may be suppressed out of `rows`: rounded down.
std::uint64_t suppressed_max(const Floor& floor, std::uint64_t rows);

}  // namespace usufruct::anonymise
