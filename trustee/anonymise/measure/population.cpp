#include "trustee/anonymise/measure/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "crypto/base/text.h"

namespace usufruct::anonymise {

void Population::add(const std::vector<std::string>& leaves, std::uint64_t count) {
  values.resize(std::max(values.size(), leaves.size()));
  for (std::size_t c = 0; c < leaves.size(); ++c) {
    const auto at = std::ranges::find(values[c], leaves[c]);
    codes.push_back(static_cast<std::uint32_t>(at - values[c].begin()));
    if (at == values[c].end()) values[c].push_back(leaves[c]);
  }
  counts.push_back(count);
}

namespace measuring {

namespace {

using Tuple = std::vector<std::uint32_t>;

/// [column][code]: the leaf of each value.
Result<std::vector<Tuple>> leaves_of(const Population& population,
                                     std::span<const QuasiIdentifier> columns) {
  if (population.values.size() != columns.size() ||
      population.codes.size() != population.counts.size() * columns.size())
    return malformed(fmt::format("a row of the population has {} values for {} columns",
                                 population.values.size(), columns.size()));
  std::vector<Tuple> all(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c)
    for (const std::string& value : population.values[c]) {
      const auto leaf = columns[c].hierarchy->find(value);
      if (!leaf)
        return malformed(fmt::format("the population has '{}' in column '{}', which its hierarchy "
                                     "does not know",
                                     printable(value), printable(columns[c].name)),
                         "add the value to the hierarchy");
      all[c].push_back(*leaf);
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
    for (std::size_t t = 0; t < population.counts.size(); ++t) {
      const std::uint32_t* const code = population.codes.data() + t * columns.size();
      for (std::size_t c = 0; c < columns.size(); ++c)
        members[c] = columns[c].hierarchy->group_of(levels[c], leaves[c][code[c]]);
      if (const auto at = by_members.find(members); at != by_members.end())
        for (const std::size_t i : at->second) matches[i] += population.counts[t];
    }
  }
  return matches;
}

}  // namespace measuring

}  // namespace usufruct::anonymise
