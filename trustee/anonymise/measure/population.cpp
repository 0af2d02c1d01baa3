#include "trustee/anonymise/measure/population.h"

#include <fmt/format.h>

#include <map>

#include "crypto/base/text.h"

namespace usufruct::anonymise::measuring {

namespace {

using Tuple = std::vector<std::uint32_t>;

/// The leaves of each tuple, as numbers of the hierarchies.
Result<std::vector<Tuple>> leaves_of(const Population& population,
                                     std::span<const QuasiIdentifier> columns) {
  std::vector<Tuple> all;
  all.reserve(population.tuples.size());
  for (const auto& tuple : population.tuples) {
    if (tuple.leaves.size() != columns.size())
      return malformed(fmt::format("a row of the population has {} values for {} columns",
                                   tuple.leaves.size(), columns.size()));
    Tuple leaves;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto leaf = columns[c].hierarchy->find(tuple.leaves[c]);
      if (!leaf)
        return malformed(fmt::format("the population has '{}' in column '{}', which its hierarchy "
                                     "does not know",
                                     printable(tuple.leaves[c]), printable(columns[c].name)),
                         "add the value to the hierarchy");
      leaves.push_back(*leaf);
    }
    all.push_back(std::move(leaves));
  }
  return all;
}

}  // namespace

Result<std::vector<std::uint64_t>> count_matches(const Classes& classes, const Shown& shown,
                                                 std::span<const QuasiIdentifier> columns,
                                                 const Population& population) {
  const std::vector<Tuple> leaves = TRY(leaves_of(population, columns));
  std::vector<std::vector<Group>> groups;
  for (std::size_t c = 0; c < columns.size(); ++c)
    groups.push_back(TRY(groups_of(*columns[c].hierarchy, shown.texts[c], columns[c].name,
                                   columns[c].claim, Doubt::finest)));
  // The classes by the levels they show, then by the groups.
  std::map<Tuple, std::map<Tuple, std::vector<std::size_t>>> by_levels;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    Tuple levels;
    Tuple members;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const Group& group = groups[c][shown.codes[i * columns.size() + c]];
      levels.push_back(group.level);
      members.push_back(group.group);
    }
    by_levels[levels][members].push_back(i);
  }
  std::vector<std::uint64_t> matches(classes.size());
  Tuple members(columns.size());
  for (const auto& [levels, by_members] : by_levels) {
    for (std::size_t t = 0; t < leaves.size(); ++t) {
      for (std::size_t c = 0; c < columns.size(); ++c)
        members[c] = columns[c].hierarchy->group_of(levels[c], leaves[t][c]);
      if (const auto at = by_members.find(members); at != by_members.end())
        for (const std::size_t i : at->second) matches[i] += population.tuples[t].people;
    }
  }
  return matches;
}

}  // namespace usufruct::anonymise::measuring
