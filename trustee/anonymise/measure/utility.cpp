#include "trustee/anonymise/measure/utility.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "crypto/base/text.h"

namespace usufruct::anonymise::measuring {

namespace {

/// How many rows of the input lie below a group, and what is unknown of the leaf of one of them,
/// in bits: H = log2 n(g) - Σ n(v) log2 n(v) / n(g).
struct Below {
  double rows = 0;
  double sum = 0;  ///< Σ n(v) log2 n(v)
  double bits() const { return rows == 0 ? 0 : std::log2(rows) - sum / rows; }
};

/// What lies below every group of one level.
using LevelBelow = std::vector<Below>;

Result<LevelBelow> below_level(const QuasiIdentifier& column, std::size_t level) {
  LevelBelow below(column.hierarchy->group_count(level));
  for (const ValueCount& each : column.leaf_counts) {
    const auto leaf = column.hierarchy->find(each.value);
    if (!leaf)
      return malformed(fmt::format("column '{}': its hierarchy has no leaf '{}'",
                                   printable(column.name), printable(each.value)));
    if (each.count == 0) continue;
    const auto rows = static_cast<double>(each.count);
    Below& group = below[column.hierarchy->group_of(level, *leaf)];
    group.rows += rows;
    group.sum += rows * std::log2(rows);
  }
  return below;
}

/// Non-uniform entropy: a row shown under g leaves open which leaf of g it had, as likely as the
/// input's counts say. Without suppression, full-domain, this is ARX's -Σ log2(n(v)/n(g)).
Result<std::optional<double>> entropy_quality(const QuasiIdentifier& column,
                                              const std::vector<Group>& groups,
                                              const std::vector<std::uint64_t>& rows,
                                              double suppressed) {
  if (column.leaf_counts.empty()) return std::optional<double>{};
  std::map<std::uint32_t, LevelBelow> levels;
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> rows_of_group;
  double lost = 0;
  for (std::size_t c = 0; c < groups.size(); ++c) {
    const auto [level, group] = groups[c];
    if (!levels.contains(level)) levels[level] = TRY(below_level(column, level));
    const Below& below = levels[level][group];
    const auto shown = static_cast<double>(rows[c]);
    double& all = rows_of_group[{level, group}];
    all += shown;
    if (all > below.rows)
      return unverified(fmt::format("column '{}': {} rows show '{}' and the input has {} below it",
                                    printable(column.name), all,
                                    printable(column.hierarchy->name(level, group)), below.rows),
                        "do not use the release: rows were added or changed");
    lost += shown * below.bits();
  }
  const auto top = static_cast<std::uint32_t>(column.hierarchy->level_count() - 1);
  const LevelBelow whole = TRY(below_level(column, top));
  const double all = whole[0].rows * whole[0].bits();
  lost += suppressed * whole[0].bits();
  return std::optional(all > 0 ? 1 - lost / all : 1.0);
}

Result<ColumnUtility> measure_column(const QuasiIdentifier& column,
                                     const std::vector<Group>& groups,
                                     const std::vector<std::uint64_t>& rows, double suppressed) {
  const Hierarchy& hierarchy = *column.hierarchy;
  const auto levels = static_cast<std::uint32_t>(hierarchy.level_count());
  const auto ncp_of_all = static_cast<double>(std::max<std::size_t>(1, hierarchy.leaf_count() - 1));
  ColumnUtility made{.column = column.name, .level_count = levels};
  double all = suppressed;
  double loss = suppressed;
  double climbed = suppressed;
  if (!groups.empty()) made.levels.min = levels;
  for (std::size_t c = 0; c < groups.size(); ++c) {
    const auto [level, group] = groups[c];
    const auto count = static_cast<double>(rows[c]);
    all += count;
    loss += count * static_cast<double>(hierarchy.leaves_under(level, group) - 1) / ncp_of_all;
    climbed += count * static_cast<double>(level) / static_cast<double>(levels - 1);
    made.levels = {std::min(made.levels.min, level), std::max(made.levels.max, level)};
  }
  if (all > 0) {
    made.loss = loss / all;
    made.precision = 1 - climbed / all;
  }
  made.entropy = TRY(entropy_quality(column, groups, rows, suppressed));
  return made;
}

double ambiguity_of(const Classes& classes, const Shown& shown,
                    std::span<const QuasiIdentifier> columns,
                    const std::vector<std::vector<Group>>& groups, double suppressed) {
  double sum = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    double tuples = 1;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto [level, group] = groups[c][shown.codes[i * columns.size() + c]];
      tuples *= columns[c].hierarchy->leaves_under(level, group);
    }
    sum += static_cast<double>(classes[i].rows) * tuples;
  }
  double all = 1;
  for (const QuasiIdentifier& column : columns)
    all *= static_cast<double>(column.hierarchy->leaf_count());
  return sum + suppressed * all;
}

}  // namespace

Result<Utility> measure_utility(const Classes& classes, const Shown& shown,
                                std::span<const QuasiIdentifier> columns,
                                std::uint64_t rows_suppressed) {
  const auto suppressed = static_cast<double>(rows_suppressed);
  Utility made;
  std::vector<std::vector<Group>> groups;
  bool has_entropy = !columns.empty();
  double entropy = 0;
  double weights = 0;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    groups.push_back(TRY(groups_of(*columns[c].hierarchy, shown.texts[c], columns[c].name,
                                   columns[c].claim, Doubt::coarsest)));
    ColumnUtility column =
        TRY(measure_column(columns[c], groups.back(), shown.rows[c], suppressed));
    made.loss += columns[c].weight * column.loss;
    weights += columns[c].weight;
    made.precision += column.precision;
    has_entropy = has_entropy && column.entropy.has_value();
    entropy += column.entropy.value_or(0);
    made.columns.push_back(std::move(column));
  }
  const auto count = static_cast<double>(std::max<std::size_t>(1, columns.size()));
  made.loss /= weights > 0 ? weights : 1;
  made.precision /= count;
  if (has_entropy) made.entropy = entropy / count;
  made.ambiguity = ambiguity_of(classes, shown, columns, groups, suppressed);
  return made;
}

}  // namespace usufruct::anonymise::measuring
