#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "trustee/anonymise/hierarchy/hierarchy.h"

namespace usufruct::anonymise {

/// One level of a hierarchy in figures. Sizes are counts of leaves.
struct LevelShape {
  std::size_t groups = 0;
  std::uint32_t largest = 0;   ///< a group; the first of the largest
  std::uint32_t smallest = 0;  ///< a group; the first of the smallest
  std::uint32_t largest_leaves = 0;
  std::uint32_t smallest_leaves = 0;
};

/// Of every level, level 0 first.
std::vector<LevelShape> shapes_of(const Hierarchy& hierarchy);

/// What is allowed in a hierarchy and yet costs utility or clarity.
struct Oddity {
  enum class Kind : std::uint8_t {
    same_as_below,   ///< the level merges nothing
    unbalanced,      ///< one of over four groups holds over half of the leaves
    steep,           ///< the level has less than 1 group for 64 of the level below
    name_of_others,  ///< a name stands for other leaves on a lower level
  };
  Kind kind = Kind::same_as_below;
  std::size_t level = 0;
  std::string name{};  ///< of the group; empty when it is the level

  bool operator==(const Oddity&) const = default;
};

/// By level; at most oddity_count_max of them.
std::vector<Oddity> oddities_of(const Hierarchy& hierarchy);
inline constexpr std::size_t oddity_count_max = 1000;

/// A hierarchy beside the values of a column.
struct Coverage {
  std::vector<ValueCount> missing;  ///< values without a leaf, in the order given
  std::vector<std::string> unused;  ///< leaves that no row has, in their order
};
Coverage cover(const Hierarchy& hierarchy, std::span<const ValueCount> values);

}  // namespace usufruct::anonymise
