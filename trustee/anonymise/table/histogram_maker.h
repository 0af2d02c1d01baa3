#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/asked_k.h"
#include "trustee/anonymise/table/dictionary.h"
#include "trustee/anonymise/table/population_table.h"
#include "trustee/anonymise/table/tuple_table.h"

namespace usufruct::anonymise {

/// Makes a histogram of tuples that were counted by provisional codes: leaves of hierarchies and
/// ranks of values take the codes' place, and everything is put in their order.
class HistogramMaker {
 public:
  struct Made {
    Histogram histogram;                            ///< sensitive columns are without their names
    std::vector<std::vector<std::uint32_t>> atoms;  ///< [part][index of the tuple in it]
    std::vector<std::uint32_t> asked_of_atom;       ///< [atom]: a k; empty when none asks
  };

  /// The tuples' columns are the schema's quasi-identifiers and then, perhaps, sensitive columns.
  /// `asked` are what their numbers of asked k mean.
  HistogramMaker(const TupleTable& tuples, const std::vector<Dictionary>& dictionaries,
                 std::span<const AskedK::Share> asked, const Schema& schema,
                 const std::vector<ColumnSpec>& specs, const PopulationTable* population);
  Result<Made> make(bool with_values, bool with_people);

 private:
  /// Where a column's final code is in the words that tuples are sorted by.
  struct Field {
    std::size_t word = 0;
    unsigned shift = 0;
    std::uint64_t mask = 0;
  };
  struct Entry {
    std::uint64_t first_word = 0;
    std::uint32_t number = 0;  ///< of the tuple
    std::uint32_t place = 0;   ///< of its other words
  };

  void count_codes();
  Result<void> place_column(std::size_t column, Histogram& histogram);
  Result<Hierarchy> built(std::size_t column) const;
  void place_people(std::size_t column, const Hierarchy& hierarchy);
  void weigh(Histogram& histogram) const;
  void fill_people(Histogram& histogram) const;
  void rank_values(std::size_t column, Histogram& histogram);
  void rank_asked();
  void lay_out();
  void sort();
  std::uint32_t final_code(const Entry& entry, std::size_t column) const;
  bool is_same_tuple(const Entry& a, const Entry& b) const;
  void fill(Made& made, bool with_values);
  void number_combinations(Histogram& histogram);

  const TupleTable& tuples_;
  const std::vector<Dictionary>& dictionaries_;
  std::span<const AskedK::Share> asked_;
  const Schema& schema_;
  const std::vector<ColumnSpec>& specs_;
  const PopulationTable* population_;
  std::vector<std::vector<std::uint64_t>> counts_;  ///< [column][code]
  /// [column][code]: leaf or rank. Behind the columns of dictionaries, where a row asks, the rank
  /// of what it asks.
  std::vector<std::vector<std::uint32_t>> finals_;
  std::vector<std::uint32_t> k_of_rank_;  ///< [rank of what is asked]
  /// [column][code of the population]: none where the hierarchy lacks the value.
  std::vector<std::vector<std::optional<std::uint32_t>>> leaf_of_people_;
  std::vector<std::uint64_t> final_counts_;  ///< [column]: how many there may be
  std::vector<Field> fields_;
  std::size_t words_ = 1;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> other_words_;  ///< [place · (words_ - 1)]
};

}  // namespace usufruct::anonymise
