#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "trustee/anonymise/recode/histogram.h"

namespace usufruct::anonymise {

/// What becomes of every row: the classes, what each shows, and how many rows of which atom are in
/// it. A row in no class is suppressed.
///
/// A class shows one group per quasi-identifier: group_of(level, leaf) of the column's hierarchy,
/// and every tuple in it lies under that group. Two classes may show the same: to a reader they
/// are one.
struct Recoding {
  struct Share {
    std::uint32_t atom = 0;
    std::uint32_t group = 0;  ///< the class
    std::uint32_t rows = 0;

    bool operator==(const Share&) const = default;
  };

  std::size_t columns = 0;
  std::vector<std::uint8_t> levels;   ///< [class · columns + column]
  std::vector<std::uint32_t> leaves;  ///< [class · columns + column]: any leaf of the class
  std::vector<Share> shares;          ///< ascending by atom; sums stay within the atom's rows
  std::uint64_t suppressed = 0;
  double loss = 0;        ///< 0 untouched, 1 all gone; specs/anonymity.md §3
  double loss_bound = 0;  ///< no recoding of the same kind that meets the floor loses less
  bool proven_optimal = false;
  std::string algorithm;  ///< what made it, for people: "full-domain", "ladder", …

  std::size_t class_count() const { return columns == 0 ? 1 : levels.size() / columns; }
};

}  // namespace usufruct::anonymise
