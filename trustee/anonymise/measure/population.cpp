#include "trustee/anonymise/measure/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "trustee/anonymise/keyed_hash.h"

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

constexpr std::uint32_t unknown = static_cast<std::uint32_t>(-1);

/// [person · columns + column]: the leaves of those whose values are all known; and how many have
/// them. Who has a value that a hierarchy lacks is under nothing that is shown.
struct Known {
  std::vector<std::uint32_t> leaves;
  std::vector<std::uint64_t> counts;
};

Result<Known> known_people(const Population& population, std::span<const QuasiIdentifier> columns) {
  if (population.values.size() != columns.size() ||
      population.codes.size() != population.counts.size() * columns.size())
    return malformed(fmt::format("a row of the population has {} values for {} columns",
                                 population.values.size(), columns.size()));
  std::vector<Tuple> leaf_of(columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c)
    for (const std::string& value : population.values[c])
      leaf_of[c].push_back(columns[c].hierarchy->find(value).value_or(unknown));
  Known known;
  Tuple leaves(columns.size());
  for (std::size_t t = 0; t < population.counts.size(); ++t) {
    for (std::size_t c = 0; c < columns.size(); ++c)
      leaves[c] = leaf_of[c][population.codes[t * columns.size() + c]];
    if (std::ranges::find(leaves, unknown) != leaves.end()) continue;
    known.leaves.insert(known.leaves.end(), leaves.begin(), leaves.end());
    known.counts.push_back(population.counts[t]);
  }
  return known;
}

/// The classes that show groups on the same levels, found by the groups.
class Level {
 public:
  void add(const Tuple& groups, std::size_t number) {
    classes_[key(groups)].push_back({groups, number});
  }
  /// Adds the people of one kind to what each class that is above them stands for.
  void count(const Tuple& groups, std::uint64_t people, std::vector<std::uint64_t>& matches) const {
    const auto at = classes_.find(key(groups));
    if (at == classes_.end()) return;
    for (const auto& [shown, number] : at->second)
      if (shown == groups) matches[number] += people;
  }

 private:
  std::uint64_t key(const Tuple& groups) const {
    return hash_({reinterpret_cast<const char*>(groups.data()), groups.size() * sizeof groups[0]});
  }

  KeyedHash hash_;
  std::unordered_map<std::uint64_t, std::vector<std::pair<Tuple, std::size_t>>> classes_;
};

}  // namespace

Result<std::vector<std::uint64_t>> count_matches(const Classes& classes, const Shown& shown,
                                                 std::span<const QuasiIdentifier> columns,
                                                 const Population& population) {
  const Known known = TRY(known_people(population, columns));
  std::vector<std::vector<Group>> groups;
  for (std::size_t c = 0; c < columns.size(); ++c)
    groups.push_back(TRY(groups_of(*columns[c].hierarchy, shown.texts[c], columns[c].name,
                                   columns[c].claim, Doubt::finest)));
  std::map<Tuple, Level> by_levels;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    Tuple levels;
    Tuple members;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const Group& group = groups[c][shown.codes[i * columns.size() + c]];
      levels.push_back(group.level);
      members.push_back(group.group);
    }
    by_levels[levels].add(members, i);
  }
  std::vector<std::uint64_t> matches(classes.size());
  Tuple members(columns.size());
  for (const auto& [levels, level] : by_levels)
    for (std::size_t t = 0; t < known.counts.size(); ++t) {
      const std::uint32_t* const leaf = known.leaves.data() + t * columns.size();
      for (std::size_t c = 0; c < columns.size(); ++c)
        members[c] = columns[c].hierarchy->group_of(levels[c], leaf[c]);
      level.count(members, known.counts[t], matches);
    }
  return matches;
}

}  // namespace measuring

}  // namespace usufruct::anonymise
