#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/secret.h"
#include "trustee/anonymise/measure/population.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/asked_k.h"
#include "trustee/anonymise/table/kept_rows.h"
#include "trustee/anonymise/table/source.h"

namespace usufruct::anonymise {

/// What is to be done with a row.
struct RowUse {
  bool may_be_used = false;
  std::uint32_t asked_k = 0;  ///< the k its person asks for; 0 and 1 ask nothing

  /// Implicit: who only says yes or no asks for nothing.
  RowUse(bool may, std::uint32_t asks = 0) : may_be_used(may), asked_k(asks) {}
};

/// Whether a row may be used at all, and how well its person wants to be hidden: asked once for
/// every row, in file order, before anything else is done with it; by one thread at a time, but not
/// always the same. row_number is 0-based over all files; subject_value is the cell of the subject
/// column, empty if there is none. What a cell of the asked_k column asks for is asked for too: the
/// greater of both counts.
using KeepRow = std::function<RowUse(std::uint64_t row_number, std::string_view subject_value)>;

/// The people that the rows may be thought to be of.
struct PopulationInput {
  /// One table, a row a person, that has every quasi-identifier column by name; other columns are
  /// not looked at. May be none.
  std::vector<Source> files{};
  /// How many people there are; at least the rows of the files. 0: as many as those rows.
  std::uint64_t people = 0;
};

/// Whether what the file's columns turned out to be is good enough to go on.
using CheckSchema = std::function<Result<void>(const Schema&)>;

struct CountOptions {
  EngineOptions engine{};
  bool with_values = false;                     ///< a model looks at sensitive values
  std::uint32_t k = 1;                          ///< rows that ask for no more ask for nothing
  CheckSchema check_schema{};                   ///< before any row; may be absent
  const PopulationInput* population = nullptr;  ///< borrowed
  bool with_people = false;                     ///< a model looks at whom a class stands for
  const Secret<32>* pseudonym_key = nullptr;    ///< for a column of pseudonyms; borrowed
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
  /// Of the input's population: for the measuring side.
  std::optional<Population> population;
  /// By what rows ask for, as they were read; one share when none asks for more than the floor.
  std::vector<AskedK::Share> asked;
  /// [atom]: the k that its rows ask for; empty when none does. By what is kept of each row, not by
  /// what the search makes of the histogram: the measuring side is told of it.
  std::vector<std::uint32_t> asked_of_atom;
  std::uint64_t rows_input = 0;
  std::uint64_t rows_kept = 0;
  KeptRows rows;
};

/// Reads the files as one table and counts the rows that may be used, and then the people of the
/// population. Columns without a hierarchy get one built from their kept values; those that only
/// the population has are in it too, as values of no row. Tuples are in the order of their leaves,
/// values in the order of their texts: nothing in the histogram depends on the order of the rows.
/// Values of the column of pseudonyms are replaced before anything is kept of them.
///
/// `malformed` as read_rows and match_schema, naming value and column when a given hierarchy lacks
/// a value of the rows or of the population, for a population that lacks a quasi-identifier or is
/// smaller than it must be, and naming the row and the column where an asked k is no whole number;
/// `denied` when no row may be used, or two rows have one pseudonym; `unavailable` when memory does
/// not suffice. Cost: one pass on all threads, 10 million rows of 9 columns in about 2 s on two
/// cores. Memory: what is distinct, and 4 bytes a row and its kept cells, which spill.
Result<Counted> count_tuples(std::span<const Source> files, const std::vector<ColumnSpec>& specs,
                             const KeepRow& keep_row, const CountOptions& options);

}  // namespace usufruct::anonymise
