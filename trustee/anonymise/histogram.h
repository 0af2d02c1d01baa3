#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/engine.h"
#include "trustee/anonymise/hierarchy.h"
#include "trustee/anonymise/schema.h"

namespace usufruct::anonymise {

/// The distinct quasi-identifier tuples of the kept rows and how often each occurs: all that the
/// search needs to know. Tuple t of column c holds leaf(c, t) of hierarchies[c].
struct Histogram {
  /// A tuple together with one value of a sensitive column, once each.
  struct Pair {
    std::uint32_t tuple;
    std::uint32_t value;
  };

  std::vector<Hierarchy> hierarchies;              ///< one per quasi-identifier
  std::vector<std::vector<std::uint32_t>> leaves;  ///< [column][tuple]
  std::vector<std::uint64_t> counts;               ///< [tuple]
  std::vector<std::vector<Pair>> sensitive;        ///< [sensitive column]
  std::uint64_t rows = 0;                          ///< sum of counts

  std::size_t tuple_count() const { return counts.size(); }
  std::size_t column_count() const { return hierarchies.size(); }
};

/// A histogram and the tuple of every row; no_tuple for the rows that were not kept.
struct Counted {
  static constexpr std::uint32_t no_tuple = static_cast<std::uint32_t>(-1);
  Histogram histogram;
  std::vector<std::uint32_t> tuple_of_row;
};

/// Counts the rows of which keep[row] is set. Columns without a hierarchy get one built from their
/// kept values. `malformed` naming value and column when a given hierarchy lacks a value.
Result<Counted> count_tuples(const Engine& engine, const Schema& schema,
                             const std::vector<ColumnSpec>& specs, const std::vector<bool>& keep);

}  // namespace usufruct::anonymise
