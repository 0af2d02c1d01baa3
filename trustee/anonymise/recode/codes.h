#pragma once

#include <cstdint>
#include <vector>

#include "trustee/anonymise/recode/byte_scan.h"
#include "trustee/anonymise/recode/cells.h"

namespace usufruct::anonymise {

/// Cells as bytes, for ByteScan: the cell itself where a column has at most 256 of them, else the
/// ancestor on the lowest level from which on there are so few.
class Codes {
 public:
  explicit Codes(const Cells& cells);

  std::uint8_t code(std::size_t c, Cell cell) const {
    while (cells_.level(c, cell) < columns_[c].level) cell = cells_.parent(c, cell);
    return static_cast<std::uint8_t>(cell - columns_[c].first);
  }
  std::size_t count(std::size_t c) const { return columns_[c].count; }
  /// Whether every cell has a code of its own, so that steps are not rounded down.
  bool is_exact(std::size_t c) const { return columns_[c].level == 0; }
  /// How much more than now a row of a class that shows `cell` loses once something of this code
  /// is in it; never more than it truly is.
  /// Valid until the next question about the column.
  const std::vector<float>& steps(std::size_t c, Cell cell);
  /// How much more a row loses in a class of this code once the leaf is in it.
  const std::vector<float>& steps_to(std::size_t c, std::uint32_t leaf);

 private:
  struct Column {
    std::uint8_t level = 0;
    Cell first = 0;
    std::size_t count = 0;
    std::vector<std::vector<float>> steps;     ///< [cell], made when first asked for
    std::vector<std::vector<float>> steps_to;  ///< [leaf]
    std::vector<float> last;                   ///< where cells are too many to be kept
  };
  bool is_under(std::size_t c, Cell cell, Cell above) const;

  const Cells& cells_;
  std::vector<Column> columns_;
};

/// Bytes of a table, rounded, at most 254: entry i is of the code used[i].
void fill_table(const std::vector<float>& steps, const std::vector<std::uint8_t>& used,
                double scale, ByteScan::Table& table);

}  // namespace usufruct::anonymise
