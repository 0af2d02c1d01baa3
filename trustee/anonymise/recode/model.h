#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/histogram.h"

namespace usufruct::anonymise {

/// Counts the values of sensitive columns in one class at a time, and answers whether the class
/// meets the floor. Fast, for the search; what leaves is judged by measure/ from the written bytes.
///
///     judge.clear(); judge.add(atom, rows); …; judge.holds()
///
/// Cost: add is constant; holds is linear in the different values of the class, and in all values
/// of the column for ordered and hierarchical t-closeness. One thread at a time.
class Judge {
 public:
  Judge(const Histogram& histogram, const Floor& floor);

  void clear();
  void add(std::uint32_t atom, std::uint32_t rows);
  void remove(std::uint32_t atom, std::uint32_t rows);  ///< of what was added
  std::uint64_t rows() const { return rows_; }
  bool holds() const;

  /// Whether the rows alone are enough to be looked at: below, no model can hold.
  bool is_large_enough(std::uint64_t rows) const { return rows >= floor_.k; }
  bool asks_about_values() const { return !columns_.empty(); }
  /// Whether every class that holds k and the least count of values holds all, but for what rows
  /// ask for: then a class that misses the floor is a union of classes that miss it, on every level
  /// below. What rows ask for is as monotone by single rows: most_together().
  bool is_monotone() const { return is_monotone_; }
  /// The same for the part of the floor that is monotone: k and the least count of values, and not
  /// what single rows ask for, who may stand apart below.
  bool holds_monotone() const;

 private:
  struct Column {
    const Histogram::Sensitive* of = nullptr;
    std::vector<std::uint32_t> counts;   ///< [value]
    std::vector<std::uint32_t> touched;  ///< values that were added since clear(), once each
    std::vector<std::uint8_t> is_touched;
    std::vector<double> share;           ///< [value]: q, over all kept rows
    std::vector<std::uint32_t> by_rank;  ///< values in order, when the distance asks for it
  };
  void count(std::uint32_t atom, std::int64_t rows);
  bool holds_for(const Column& column) const;
  bool holds_entropy(const Column& column) const;
  bool holds_recursive(const Column& column) const;
  bool holds_gains(const Column& column) const;
  double distance(const Column& column) const;
  double ordered_distance(const Column& column) const;
  double hierarchical_distance(const Column& column) const;

  const Histogram& histogram_;
  Floor floor_;
  bool is_monotone_ = true;
  bool asks_for_gains_ = false;
  std::uint32_t distinct_min_ = 0;  ///< what l-diversity of any kind asks of the count of values
  std::uint64_t rows_ = 0;
  std::map<std::uint32_t, std::uint32_t> k_asked_;  ///< rows by what they ask, when rows ask
  std::vector<Column> columns_;
};

}  // namespace usufruct::anonymise
