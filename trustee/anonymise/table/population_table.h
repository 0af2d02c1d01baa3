#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/measure/population.h"
#include "trustee/anonymise/table/dictionary.h"
#include "trustee/anonymise/table/source.h"
#include "trustee/anonymise/table/tuple_table.h"

namespace usufruct::anonymise {

/// The people of a table, a row each, counted by some of its columns as texts.
class PopulationTable {
 public:
  /// `malformed` as read_rows, and naming a column that the table lacks; `unavailable` when memory
  /// does not suffice. Cost: one pass on all threads, and memory for what is distinct.
  static Result<PopulationTable> read(std::span<const Source> files,
                                      const std::vector<std::string>& columns,
                                      const EngineOptions& options);

  std::uint64_t row_count() const { return row_count_; }
  const Dictionary& values(std::size_t column) const { return (*dictionaries_)[column]; }
  /// Of codes of values().
  const TupleTable& tuples() const { return *tuples_; }
  /// The same in texts, as the measuring side is told of it; how many people there are is not said.
  Population told() const;

 private:
  friend class PopulationTaker;
  std::unique_ptr<std::vector<Dictionary>> dictionaries_;  ///< [column]; borrowed by who adds
  std::unique_ptr<TupleTable> tuples_;
  std::uint64_t row_count_ = 0;
};

}  // namespace usufruct::anonymise
