#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trustee/anonymise/recode/cells.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/recode/node.h"
#include "trustee/anonymise/recode/tuple_view.h"

namespace usufruct::anonymise {

/// The people of a histogram, as k-map counts them: somebody is under what a class shows when each
/// leaf is under the group shown. A text that stands on several levels is taken by the reader, and
/// so by the check, for the finest; here nobody counts whom that reading leaves out, so that no
/// more are counted than the check finds. Borrows the histogram.
class PeopleView {
 public:
  explicit PeopleView(const Histogram& histogram);
  TupleView view;

  /// Whether every text stands for one set of leaves. Then a coarser class stands for all whom a
  /// finer one does; else it may be for fewer.
  bool is_plain() const { return is_plain_; }
  /// Whether somebody who is under the groups of a node counts.
  bool is_counted(std::size_t i, const Node& node) const {
    if (is_plain_) return true;
    for (std::size_t c = 0; c < node.size(); ++c)
      if (!is_counted(c, node[c], view.leaves[c][i])) return false;
    return true;
  }
  bool is_counted(std::size_t column, std::size_t level, std::uint32_t leaf) const {
    const auto& out = left_out_[column][level];
    return out.empty() || !out[leaf];
  }

 private:
  bool is_plain_ = true;
  std::vector<std::vector<std::vector<bool>>> left_out_;  ///< [column][level][leaf]; empty: nobody
};

/// Answers whether a class stands for enough people, by its cells: a tree that parts the people by
/// the groups of one column at a time. Borrows the view and the cells. Safe to ask from several
/// threads. Cost: where many are asked for of few, what lies near the cells; else little.
class PeopleTree {
 public:
  PeopleTree(const PeopleView& people, const Cells& cells);
  /// Whether at least so many people are under all the cells, one a column.
  bool has(std::span<const Cell> cells, std::uint64_t count) const;

 private:
  struct Branch {
    std::uint32_t first = 0;  ///< of order_
    std::uint32_t last = 0;   ///< one past the end
    std::uint32_t child = 0;  ///< the first of its children; they are neighbours, by their cells
    std::uint32_t children = 0;
    std::uint32_t column = 0;  ///< that its children are parted by
    std::uint64_t people = 0;
  };
  void fit(std::size_t branch);
  void part(std::size_t branch);
  bool is_above(std::size_t column, Cell cell, Cell other) const;
  std::uint64_t count_singly(const Branch& branch, std::span<const Cell> cells) const;
  enum class Relation { apart, partly, under };
  Relation relation(std::size_t branch, std::span<const Cell> cells) const;
  void descend(const Branch& branch, std::span<const Cell> cells,
               std::vector<std::uint32_t>& open) const;

  const PeopleView& people_;
  const Cells& cells_;
  std::size_t width_;
  std::vector<std::uint32_t> order_;  ///< people, neighbours in one branch
  std::vector<Branch> branches_;
  std::vector<Cell> cells_of_;  ///< [branch · width + column]: the least above its people
};

}  // namespace usufruct::anonymise
