#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/recode/node.h"

namespace usufruct::anonymise {

/// A number for every group of every level of every column, such that the sum over the columns
/// tells the classes of a node apart: mixed radix where that fits 64 bits, so sums are exact;
/// else drawn well mixed, so that two of 10⁷ classes share a sum with a chance below 10⁻⁵. A
/// search may be misled by that once in its life; what leaves is counted by its text.
class GroupKeys {
 public:
  explicit GroupKeys(const Histogram& histogram);
  std::span<const std::uint64_t> of(std::size_t column, std::size_t level) const {
    return keys_[column][level];  ///< by leaf
  }
  std::size_t column_count() const { return keys_.size(); }

 private:
  std::vector<std::vector<std::vector<std::uint64_t>>> keys_;
};

/// Some tuples of a histogram, side by side for counting.
struct TupleSet {
  std::vector<std::vector<std::uint32_t>> leaves;  ///< [column][i]
  std::vector<std::uint32_t> counts;               ///< [i] rows
  std::vector<std::uint32_t> tuples;               ///< [i] the tuple in the histogram

  static TupleSet all(const Histogram& histogram);
  /// Keeps the i-th where keep[i] is set, in order.
  void filter(const std::vector<bool>& keep);
  std::size_t size() const { return counts.size(); }
};

/// Groups the tuples of a set by what they show at a node. Moving between nodes that differ in few
/// columns costs those columns only. The set must not change between calls to group(), except
/// after reset(). One thread at a time.
class Grouping {
 public:
  Grouping(const GroupKeys& keys, const TupleSet& set);

  void group(const Node& node);
  /// Forgets what it knows of the set, which may have changed.
  void reset();

  std::size_t group_count() const { return rows_.size(); }
  std::span<const std::uint32_t> group_of() const { return group_of_; }  ///< [i]
  std::span<const std::uint64_t> rows() const { return rows_; }          ///< [group]

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t group = 0;
    std::uint32_t epoch = 0;
  };
  void move_to(const Node& node);
  void shift(std::size_t column, std::size_t from, std::size_t to);

  const GroupKeys& keys_;
  const TupleSet& set_;
  Node node_;
  std::vector<std::uint64_t> key_of_;
  std::vector<std::uint64_t> step_;  ///< by leaf, from one level to another
  std::vector<std::uint32_t> group_of_;
  std::vector<std::uint64_t> rows_;
  std::vector<Slot> slots_;
  std::uint32_t epoch_ = 0;
};

}  // namespace usufruct::anonymise
