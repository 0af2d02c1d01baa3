#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/engine.h"

namespace usufruct::anonymise {

/// A histogram and the atom of every row; no_atom for the rows that were not kept.
struct Counted {
  static constexpr std::uint32_t no_atom = static_cast<std::uint32_t>(-1);
  Histogram histogram;
  std::vector<std::uint32_t> atom_of_row;
};

/// Counts the rows of which keep[row] is set; sensitive values only when `with_values`. Columns
/// without a hierarchy get one built from their kept values. `malformed` naming value and column
/// when a given hierarchy lacks a value.
Result<Counted> count_tuples(const Engine& engine, const Schema& schema,
                             const std::vector<ColumnSpec>& specs, const std::vector<bool>& keep,
                             bool with_values);

}  // namespace usufruct::anonymise
