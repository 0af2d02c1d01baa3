#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trustee/anonymise/recode/histogram.h"

namespace usufruct::anonymise {

/// One group of one level of a column's hierarchy, as a number: what a class shows in a column.
/// Cells of level 0 have the numbers of their leaves.
using Cell = std::uint32_t;

/// The cells of all columns, what they lose, and the least cell over two others.
///
/// Losses are weighted so that the losses of a row's cells sum to the row's loss, in [0, 1].
class Cells {
 public:
  explicit Cells(const Histogram& histogram);

  std::size_t column_count() const { return columns_.size(); }
  std::size_t cell_count(std::size_t c) const { return columns_[c].loss.size(); }
  std::size_t leaf_count(std::size_t c) const { return columns_[c].leaf_count; }
  double loss(std::size_t c, Cell cell) const { return columns_[c].loss[cell]; }
  std::uint8_t level(std::size_t c, Cell cell) const { return columns_[c].level[cell]; }
  /// Some leaf under the cell.
  std::uint32_t leaf(std::size_t c, Cell cell) const { return columns_[c].leaf[cell]; }
  /// `*`.
  Cell top(std::size_t c) const { return static_cast<Cell>(columns_[c].loss.size() - 1); }
  Cell parent(std::size_t c, Cell cell) const { return columns_[c].parent[cell]; }
  /// The cell of a level that has the leaf under it.
  Cell at(std::size_t c, std::size_t level, std::uint32_t leaf) const;
  /// The lowest cell above both.
  Cell join(std::size_t c, Cell one, Cell other) const {
    const Column& column = columns_[c];
    while (one != other) {
      if (column.level[one] < column.level[other])
        one = column.parent[one];
      else if (column.level[other] < column.level[one])
        other = column.parent[other];
      else {
        one = column.parent[one];
        other = column.parent[other];
      }
    }
    return one;
  }

 private:
  struct Column {
    std::size_t leaf_count = 0;
    std::vector<Cell> base;  ///< [level]: the first cell
    std::vector<double> loss;
    std::vector<std::uint8_t> level;
    std::vector<std::uint32_t> leaf;
    std::vector<Cell> parent;
  };
  const Histogram& histogram_;
  std::vector<Column> columns_;
};

}  // namespace usufruct::anonymise
