#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/secret.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/kept_rows.h"
#include "trustee/anonymise/table/source.h"

namespace usufruct::anonymise {

/// Whether a row may be used at all: asked once for every row, in file order, before anything else
/// is done with it; by one thread at a time, but not always the same. row_number is 0-based over
/// all files; subject_value is the cell of the subject column, empty if there is none.
using KeepRow = std::function<bool(std::uint64_t row_number, std::string_view subject_value)>;

/// Whether what the file's columns turned out to be is good enough to go on.
using CheckSchema = std::function<Result<void>(const Schema&)>;

struct CountOptions {
  EngineOptions engine{};
  bool with_values = false;                   ///< a model looks at sensitive values
  CheckSchema check_schema{};                 ///< before any row; may be absent
  const Secret<32>* pseudonym_key = nullptr;  ///< for a column of pseudonyms; borrowed
};

/// A table, read once: what a search needs of it, and what writing it needs.
struct Counted {
  std::vector<std::string> columns;  ///< of the file
  Schema schema;
  Histogram histogram;
  /// Released columns whose cells are kept as they are, in file order: those that are not
  /// quasi-identifiers, less the sensitive ones when the histogram has their values.
  std::vector<std::size_t> kept_columns;
  /// Values of the column of pseudonyms that look like one already.
  std::vector<std::string> pseudonym_like;
  std::uint64_t rows_input = 0;
  std::uint64_t rows_kept = 0;
  KeptRows rows;
};

/// Reads the files as one table and counts the rows that may be used. Columns without a hierarchy
/// get one built from their kept values. Tuples are in the order of their leaves, values in the
/// order of their texts: nothing in the histogram depends on the order of the rows. Values of the
/// column of pseudonyms are replaced before anything is kept of them.
///
/// `malformed` as read_rows and match_schema, and naming value and column when a given hierarchy
/// lacks a value; `denied` when no row may be used, or two rows have one pseudonym; `unavailable`
/// when memory does not suffice. Cost: one pass on all threads, 10 million rows of 9 columns in
/// about 2 s on two cores. Memory: what is distinct, and 4 bytes a row and its kept cells, which
/// spill.
Result<Counted> count_tuples(std::span<const Source> files, const std::vector<ColumnSpec>& specs,
                             const KeepRow& keep_row, const CountOptions& options);

}  // namespace usufruct::anonymise
