#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/dictionary.h"
#include "trustee/anonymise/table/tuple_table.h"

namespace usufruct::anonymise {

/// Makes a histogram of tuples that were counted by provisional codes: leaves of hierarchies and
/// ranks of values take the codes' place, and everything is put in their order.
class HistogramMaker {
 public:
  struct Made {
    Histogram histogram;                            ///< sensitive columns are without their names
    std::vector<std::vector<std::uint32_t>> atoms;  ///< [part][index of the tuple in it]
  };

  /// The tuples' columns are the schema's quasi-identifiers and then, perhaps, sensitive columns.
  HistogramMaker(const TupleTable& tuples, const std::vector<Dictionary>& dictionaries,
                 const Schema& schema, const std::vector<ColumnSpec>& specs);
  Result<Made> make(bool with_values);

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
  void rank_values(std::size_t column, Histogram& histogram);
  void lay_out();
  void sort();
  std::uint32_t final_code(const Entry& entry, std::size_t column) const;
  bool is_same_tuple(const Entry& a, const Entry& b) const;
  void fill(Made& made, bool with_values);
  void number_combinations(Histogram& histogram);

  const TupleTable& tuples_;
  const std::vector<Dictionary>& dictionaries_;
  const Schema& schema_;
  const std::vector<ColumnSpec>& specs_;
  std::vector<std::vector<std::uint64_t>> counts_;  ///< [column][code]
  std::vector<std::vector<std::uint32_t>> finals_;  ///< [column][code]: leaf or rank
  std::vector<std::uint64_t> final_counts_;         ///< [column]: how many there may be
  std::vector<Field> fields_;
  std::size_t words_ = 1;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> other_words_;  ///< [place · (words_ - 1)]
};

}  // namespace usufruct::anonymise
