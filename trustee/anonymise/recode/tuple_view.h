#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace usufruct::anonymise {

/// Tuples side by side for counting, as they lie in memory that somebody else owns.
struct TupleView {
  std::vector<std::span<const std::uint32_t>> leaves;  ///< [column][i]
  std::span<const std::uint32_t> counts;               ///< [i] rows

  std::size_t size() const { return counts.size(); }
};

}  // namespace usufruct::anonymise
