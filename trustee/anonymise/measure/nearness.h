#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "crypto/base/chance.h"
#include "trustee/anonymise/measure/attack_table.h"

namespace usufruct::anonymise::measuring {

/// Which released rows are nearest to a person, by some columns of a table: those of which the
/// fewest cells cannot stand for the person's values.
///
/// Rows that show the same in these columns are one tuple, which is looked at once: in a release
/// most rows do. One thread at a time; the table is borrowed.
class Nearness {
 public:
  using Who = AttackTable::Who;

  Nearness(const AttackTable& table, std::vector<std::size_t> columns);

  /// All rows that are nearest. Valid until the next call.
  std::span<const std::uint32_t> nearest(Who who, std::size_t person);
  /// So many of the nearest rows, ascending; among equally near ones chance chooses, or all stars
  /// would link everybody to the first row of the file.
  std::vector<std::uint32_t> draw(Who who, std::size_t person, std::size_t count, Chance& chance);

 private:
  std::size_t tuple_count() const { return first_.size() - 1; }
  void look_at(Who who, std::size_t person);
  void gather(std::uint16_t apart);

  const AttackTable& table_;
  std::vector<std::size_t> columns_;
  std::vector<std::uint32_t> rows_;   ///< of one tuple after those of the other
  std::vector<std::size_t> first_;    ///< [tuple]: in rows_; and the end
  std::vector<std::uint32_t> cells_;  ///< [column · tuples + tuple]
  std::vector<std::uint16_t> apart_;  ///< [tuple]: cells that the person's values do not match
  std::vector<std::uint8_t> differs_;
  std::vector<std::uint32_t> gathered_;
};

/// So many of the numbers below `count`, in random order.
std::vector<std::size_t> draw_some(std::size_t count, std::size_t wanted, Chance& chance);

}  // namespace usufruct::anonymise::measuring
