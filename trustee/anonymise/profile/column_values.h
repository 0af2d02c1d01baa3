#pragma once

#include <span>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/table/source.h"

namespace usufruct::anonymise {

/// The distinct values of one column with their rows, by value.
struct ColumnValues {
  std::string name;
  std::vector<ValueCount> values;
};

/// The values of the columns named, in that order, in one pass over the files, which are one table.
/// Errors: as read_rows; `not_found` naming a column that is not there; `malformed` when one has
/// over Hierarchy::leaf_count_max values. Memory: what is distinct, once for each thread.
Result<std::vector<ColumnValues>> read_values(std::span<const Source> files,
                                              std::span<const std::string> columns,
                                              const EngineOptions& options = {});

}  // namespace usufruct::anonymise
