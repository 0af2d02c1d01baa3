#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/recode/node.h"
#include "trustee/anonymise/recode/people.h"

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

/// Some tuples of a histogram, of which some may be left out.
class TupleSet {
 public:
  explicit TupleSet(const Histogram& histogram);
  TupleSet(const TupleSet&) = delete;
  TupleSet& operator=(const TupleSet&) = delete;

  const TupleView& view() const { return view_; }
  std::size_t size() const { return counts_.size(); }
  std::uint32_t leaf(std::size_t column, std::size_t i) const { return leaves_[column][i]; }
  std::uint32_t count(std::size_t i) const { return counts_[i]; }
  std::uint32_t tuple(std::size_t i) const { return tuples_[i]; }  ///< in the histogram
  /// Counts no rows of the i-th from now on.
  void forget(std::size_t i) { counts_[i] = 0; }
  /// Leaves out what counts no rows; the others keep their order. The view changes with it.
  void compact();

 private:
  void show();

  std::vector<std::vector<std::uint32_t>> leaves_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> tuples_;
  TupleView view_;
};

/// The rows of each tuple, as counting wants them.
std::vector<std::uint32_t> row_counts(const Histogram& histogram);

/// The key of each tuple at a node. Moving between nodes that differ in few columns costs those
/// columns only. The view must not change but for its counts, except before reset().
class NodeKeys {
 public:
  NodeKeys(const GroupKeys& keys, const TupleView& tuples) : keys_(keys), tuples_(tuples) {
    reset();
  }
  void reset();
  void move_to(const Node& node);
  std::span<const std::uint64_t> keys() const { return key_of_; }  ///< [i]

 private:
  void shift(std::size_t column, std::size_t from, std::size_t to);

  const GroupKeys& keys_;
  const TupleView& tuples_;
  Node node_;
  std::vector<std::uint64_t> key_of_;
  std::vector<std::uint64_t> step_;  ///< by leaf, from one level to another
};

/// Groups tuples by what they show at a node, as NodeKeys tells them apart; and counts the people
/// that each group stands for, where there are `people`. One thread at a time.
class Grouping {
 public:
  Grouping(const GroupKeys& keys, const TupleView& tuples, const PeopleView* people = nullptr);

  void group(const Node& node);
  /// Forgets what it knows of the tuples, which may have changed.
  void reset();

  std::size_t group_count() const { return rows_.size(); }
  std::span<const std::uint32_t> group_of() const { return group_of_; }  ///< [i]
  std::span<const std::uint64_t> rows() const { return rows_; }          ///< [group]
  /// [group], at the node grouped by last. Cost: as grouping the people.
  const std::vector<std::uint64_t>& count_people();

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t group = 0;
    std::uint32_t epoch = 0;
  };
  std::size_t slot_of(std::uint64_t key) const;

  const TupleView& tuples_;
  NodeKeys keys_;
  const PeopleView* people_;
  std::optional<NodeKeys> people_keys_;
  std::vector<std::uint64_t> people_of_;  ///< [group]
  Node node_;
  std::vector<std::uint32_t> group_of_;
  std::vector<std::uint64_t> rows_;
  std::vector<Slot> slots_;
  std::uint32_t epoch_ = 0;
};

}  // namespace usufruct::anonymise
