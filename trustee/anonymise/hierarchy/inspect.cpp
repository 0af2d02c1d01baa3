#include "trustee/anonymise/hierarchy/inspect.h"

#include <unordered_map>
#include <utility>

#include "trustee/anonymise/keyed_hash.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t balanced_groups_max = 4;
constexpr std::size_t steep_times = 64;

LevelShape shape_of(const Hierarchy& hierarchy, std::size_t level) {
  LevelShape shape{.groups = hierarchy.group_count(level),
                   .largest_leaves = hierarchy.leaves_under(level, 0),
                   .smallest_leaves = hierarchy.leaves_under(level, 0)};
  for (std::uint32_t group = 1; group < shape.groups; ++group) {
    const std::uint32_t leaves = hierarchy.leaves_under(level, group);
    if (leaves > shape.largest_leaves) {
      shape.largest = group;
      shape.largest_leaves = leaves;
    }
    if (leaves < shape.smallest_leaves) {
      shape.smallest = group;
      shape.smallest_leaves = leaves;
    }
  }
  return shape;
}

/// The first leaf of each group: with the count of leaves it tells groups of any level apart,
/// since they nest.
std::vector<std::uint32_t> first_leaves(const Hierarchy& hierarchy, std::size_t level) {
  std::vector<std::uint32_t> first(hierarchy.group_count(level));
  for (auto leaf = static_cast<std::uint32_t>(hierarchy.leaf_count()); leaf-- > 0;)
    first[hierarchy.group_of(level, leaf)] = leaf;
  return first;
}

}  // namespace

std::vector<LevelShape> shapes_of(const Hierarchy& hierarchy) {
  std::vector<LevelShape> shapes;
  for (std::size_t level = 0; level < hierarchy.level_count(); ++level)
    shapes.push_back(shape_of(hierarchy, level));
  return shapes;
}

std::vector<Oddity> oddities_of(const Hierarchy& hierarchy) {
  const auto shapes = shapes_of(hierarchy);
  std::vector<Oddity> found;
  std::unordered_map<std::string_view, std::pair<std::uint32_t, std::uint32_t>, TextHash> meaning;
  for (std::size_t level = 0; level < shapes.size(); ++level) {
    const LevelShape& shape = shapes[level];
    if (level > 0 && shape.groups == shapes[level - 1].groups)
      found.push_back({Oddity::Kind::same_as_below, level});
    if (level > 0 && shape.groups * steep_times < shapes[level - 1].groups)
      found.push_back({Oddity::Kind::steep, level});
    if (shape.groups > balanced_groups_max && 2 * shape.largest_leaves > hierarchy.leaf_count())
      found.push_back({Oddity::Kind::unbalanced, level, hierarchy.name(level, shape.largest)});
    const auto first = first_leaves(hierarchy, level);
    for (std::uint32_t group = 0; group < shape.groups; ++group) {
      const std::pair is{first[group], hierarchy.leaves_under(level, group)};
      const auto [at, is_new] = meaning.emplace(hierarchy.name(level, group), is);
      if (is_new || at->second == is || found.size() >= oddity_count_max) continue;
      found.push_back({Oddity::Kind::name_of_others, level, hierarchy.name(level, group)});
      at->second = is;
    }
  }
  return found;
}

Coverage cover(const Hierarchy& hierarchy, std::span<const ValueCount> values) {
  Coverage coverage;
  std::vector<bool> is_used(hierarchy.leaf_count());
  for (const ValueCount& each : values) {
    if (const auto leaf = hierarchy.find(each.value))
      is_used[*leaf] = true;
    else
      coverage.missing.push_back(each);
  }
  for (std::uint32_t leaf = 0; leaf < is_used.size(); ++leaf)
    if (!is_used[leaf]) coverage.unused.push_back(hierarchy.name(0, leaf));
  return coverage;
}

}  // namespace usufruct::anonymise
