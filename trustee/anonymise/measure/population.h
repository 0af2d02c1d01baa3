#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/measure/utility.h"

namespace usufruct::anonymise {

/// The people that a reader may think of: how many there are, and, when a table of them is at
/// hand, how many have each combination of quasi-identifiers, in the order of
/// MeasureOptions::quasi_identifiers.
struct Population {
  std::uint64_t people = 0;                        ///< 0: not known; at least the sum of counts
  std::vector<std::vector<std::string>> values{};  ///< [column][code]
  std::vector<std::uint32_t> codes{};              ///< [combination · columns + column]
  std::vector<std::uint64_t> counts{};             ///< [combination]: people

  bool has_table() const { return !counts.empty(); }
  /// Adds a combination. Looks for each value: for few.
  void add(const std::vector<std::string>& leaves, std::uint64_t count);
};

namespace measuring {

/// For every class: how many people of the population lie under all that it shows. Where a text
/// stands on several levels, the finest counts: fewer people match; who has a value that a
/// hierarchy lacks matches nothing. Cost: those who are under what some
/// class shows in the columns before, once for every level shown in the next.
Result<std::vector<std::uint64_t>> count_matches(const Classes& classes, const Shown& shown,
                                                 std::span<const QuasiIdentifier> columns,
                                                 const Population& population);

}  // namespace measuring

}  // namespace usufruct::anonymise
