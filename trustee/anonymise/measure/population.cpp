#include "trustee/anonymise/measure/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

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

/// Counts, one column after the other, who is under what is shown there: whom no class has left
/// standing after some columns is not looked at in the others.
class Matching {
 public:
  Matching(const Known& known, std::span<const QuasiIdentifier> columns,
           const std::vector<Group>& shown, std::size_t classes)
      : known_(known), columns_(columns), shown_(shown), matches_(classes) {}

  std::vector<std::uint64_t> run() && {
    std::vector<std::uint32_t> classes(matches_.size());
    std::iota(classes.begin(), classes.end(), 0U);
    std::ranges::sort(classes, [&](std::uint32_t i, std::uint32_t j) {
      return std::ranges::lexicographical_compare(row(i), row(j), {}, place, place);
    });
    std::vector<std::uint32_t> people(known_.counts.size());
    std::iota(people.begin(), people.end(), 0U);
    count(classes, people, 0);
    return std::move(matches_);
  }

 private:
  using Numbers = std::span<const std::uint32_t>;

  static std::pair<std::uint32_t, std::uint32_t> place(const Group& group) {
    return {group.level, group.group};
  }
  std::span<const Group> row(std::uint32_t i) const {
    return std::span(shown_).subspan(i * columns_.size(), columns_.size());
  }

  /// The people are under all that the classes, which are sorted, show in the first columns.
  void count(Numbers classes, Numbers people, std::size_t column) {
    if (people.empty()) return;
    if (column == columns_.size()) {
      for (const std::uint32_t i : classes)
        for (const std::uint32_t t : people) matches_[i] += known_.counts[t];
      return;
    }
    const auto level = [&](std::uint32_t i) { return row(i)[column].level; };
    for (std::size_t first = 0, last = 0; first < classes.size(); first = last) {
      while (last < classes.size() && level(classes[last]) == level(classes[first])) ++last;
      count_level(classes.subspan(first, last - first), people, column);
    }
  }

  /// The same of classes that show groups of one level in the column.
  void count_level(Numbers classes, Numbers people, std::size_t column) {
    const Hierarchy& hierarchy = *columns_[column].hierarchy;
    const std::size_t level = row(classes.front())[column].level;
    const auto group = [&](std::uint32_t t) {
      return hierarchy.group_of(level, known_.leaves[t * columns_.size() + column]);
    };
    const auto shown = [&](std::uint32_t i) { return row(i)[column].group; };
    std::vector<std::uint32_t> under;
    for (const std::uint32_t t : people)
      if (std::ranges::binary_search(classes, group(t), {}, shown)) under.push_back(t);
    std::ranges::sort(under, {}, group);
    for (std::size_t first = 0, last = 0; first < classes.size(); first = last) {
      while (last < classes.size() && shown(classes[last]) == shown(classes[first])) ++last;
      const auto of = std::ranges::equal_range(under, shown(classes[first]), {}, group);
      count(classes.subspan(first, last - first), {of.begin(), of.end()}, column + 1);
    }
  }

  const Known& known_;
  std::span<const QuasiIdentifier> columns_;
  const std::vector<Group>& shown_;  ///< [class · columns + column]
  std::vector<std::uint64_t> matches_;
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
  std::vector<Group> shown_groups;
  for (std::size_t i = 0; i < shown.codes.size(); ++i)
    shown_groups.push_back(groups[i % columns.size()][shown.codes[i]]);
  return Matching(known, columns, shown_groups, classes.size()).run();
}

}  // namespace measuring

}  // namespace usufruct::anonymise
