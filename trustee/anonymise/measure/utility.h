#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/measure/classes.h"
#include "trustee/anonymise/measure/level_range.h"
#include "trustee/anonymise/measure/shown.h"

namespace usufruct::anonymise {

/// What one quasi-identifier lost. Each number is over the n rows that may be used; a suppressed
/// row has lost all. Definitions: specs/anonymity.md §3.3.
struct ColumnUtility {
  std::string column;
  double loss = 0;       ///< mean NCP
  double precision = 0;  ///< 1 - mean level/(levels - 1)
  /// 1 - non-uniform entropy lost / that of `*`; absent without the input's counts.
  std::optional<double> entropy{};
  LevelRange levels{};  ///< lowest and highest level shown
  std::uint32_t level_count = 0;

  bool operator==(const ColumnUtility&) const = default;
};

struct Utility {
  double loss = 0;       ///< GCP: mean NCP of all cells, columns by their weights
  double precision = 0;  ///< mean over the columns, as the next
  std::optional<double> entropy{};
  double ambiguity = 0;  ///< Σ over rows of the leaf tuples that a row may stand for
  std::vector<ColumnUtility> columns{};

  bool operator==(const Utility&) const = default;
};

namespace measuring {

/// One quasi-identifier as the measuring side knows it.
struct QuasiIdentifier {
  std::string name;
  const Hierarchy* hierarchy = nullptr;
  std::optional<LevelRange> claim{};
  std::span<const ValueCount> leaf_counts{};  ///< over all rows that may be used; may be empty
  double weight = 1;                          ///< of its loss, beside the others'
};

/// Cost: the groups of each hierarchy once, the classes once. Errors as groups_of(); `unverified`
/// when more rows show a group than the input has rows below it.
Result<Utility> measure_utility(const Classes& classes, const Shown& shown,
                                std::span<const QuasiIdentifier> columns,
                                std::uint64_t rows_suppressed);

}  // namespace measuring

}  // namespace usufruct::anonymise
