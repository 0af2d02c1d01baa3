#include "trustee/anonymise/recode/model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <string>

#include "crypto/base/check.h"
#include "trustee/anonymise/hierarchy/number.h"

namespace usufruct::anonymise {

namespace {

double whole(std::uint32_t milli) { return static_cast<double>(milli) / 1000; }

std::uint32_t rounded_up(std::uint32_t milli) { return (milli + 999) / 1000; }

/// n · ln n, which is asked for most often for small n.
double n_log_n(std::uint32_t n) {
  static const std::array<double, 4096> known = [] {
    std::array<double, 4096> made{};
    for (std::size_t i = 2; i < made.size(); ++i)
      made[i] = static_cast<double>(i) * std::log(static_cast<double>(i));
    return made;
  }();
  return n < known.size() ? known[n] : n * std::log(static_cast<double>(n));
}

/// Numbers by size, and behind them other texts by bytes.
std::vector<std::uint32_t> by_rank(const std::vector<std::string>& values) {
  std::vector<std::optional<Number>> numbers;
  int decimals = 0;
  for (const std::string& value : values) {
    numbers.push_back(parse_number(value));
    if (numbers.back()) decimals = std::max(decimals, numbers.back()->decimals);
  }
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto size = [&](std::uint32_t value) {
    return scale_down_to(*numbers[value], decimals).units;
  };
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    if (numbers[a].has_value() != numbers[b].has_value()) return numbers[a].has_value();
    if (numbers[a] && size(a) != size(b)) return size(a) < size(b);
    return values[a] < values[b];
  });
  return order;
}

/// Whether the floor has no model that a part of a class may meet where the class does not.
bool is_monotone(const Floor& floor) {
  return floor.l_entropy_milli <= 1000 && floor.l_recursive == 0 && floor.t_closeness_ppm == 0 &&
         floor.delta_disclosure_milli == 0 && floor.beta_likeness_milli == 0 &&
         floor.beta_enhanced_milli == 0;
}

}  // namespace

Judge::Judge(const Histogram& histogram, const Floor& floor)
    : histogram_(histogram), floor_(floor), is_monotone_(anonymise::is_monotone(floor)) {
  // exp(entropy) >= l and recursive (c,l) both need at least l different values.
  distinct_min_ =
      std::max({floor.l_distinct, rounded_up(floor.l_entropy_milli), floor.l_recursive});
  asks_for_gains_ = floor.delta_disclosure_milli > 0 || floor.beta_likeness_milli > 0 ||
                    floor.beta_enhanced_milli > 0;
  if (!anonymise::asks_about_values(floor)) return;
  for (const Histogram::Sensitive& sensitive : histogram.sensitive) {
    Column& column = columns_.emplace_back();
    column.of = &sensitive;
    column.counts.resize(sensitive.values.size(), 0);
    column.is_touched.resize(sensitive.values.size(), 0);
    std::uint64_t all = 0;
    for (const std::uint64_t count : sensitive.counts) all += count;
    for (const std::uint64_t count : sensitive.counts)
      column.share.push_back(static_cast<double>(count) / static_cast<double>(all));
    if (sensitive.distance == Distance::ordered) column.by_rank = by_rank(sensitive.values);
  }
}

void Judge::clear() {
  rows_ = 0;
  k_asked_.clear();
  for (Column& column : columns_) {
    for (const std::uint32_t value : column.touched) {
      column.counts[value] = 0;
      column.is_touched[value] = 0;
    }
    column.touched.clear();
  }
}

void Judge::add(std::uint32_t atom, std::uint32_t rows) { count(atom, rows); }

void Judge::remove(std::uint32_t atom, std::uint32_t rows) {
  count(atom, -static_cast<std::int64_t>(rows));
}

void Judge::count(std::uint32_t atom, std::int64_t rows) {
  const Histogram::Atom& each = histogram_.atoms[atom];
  rows_ += static_cast<std::uint64_t>(rows);
  if (!histogram_.k_asked.empty()) {
    std::uint32_t& asking = k_asked_[histogram_.k_asked[each.tuple]];
    asking += static_cast<std::uint32_t>(rows);
    if (asking == 0) k_asked_.erase(histogram_.k_asked[each.tuple]);
  }
  for (Column& column : columns_) {
    const std::uint32_t value = column.of->value[each.combination];
    if (!column.is_touched[value]) column.touched.push_back(value);
    column.is_touched[value] = 1;
    column.counts[value] += static_cast<std::uint32_t>(rows);
  }
}

bool Judge::holds_monotone() const {
  if (rows_ < floor_.k) return false;
  if (distinct_min_ < 2) return true;
  return std::all_of(columns_.begin(), columns_.end(), [&](const Column& column) {
    std::uint32_t distinct = 0;
    for (const std::uint32_t value : column.touched)
      if (column.counts[value] > 0 && ++distinct >= distinct_min_) return true;
    return false;
  });
}

bool Judge::holds() const {
  if (!holds_monotone()) return false;
  if (!k_asked_.empty() && k_asked_.rbegin()->first > rows_) return false;
  return std::all_of(columns_.begin(), columns_.end(),
                     [&](const Column& column) { return holds_for(column); });
}

bool Judge::holds_for(const Column& column) const {
  if (floor_.l_entropy_milli > 1000 && !holds_entropy(column)) return false;
  if (floor_.l_recursive > 0 && !holds_recursive(column)) return false;
  if (asks_for_gains_ && !holds_gains(column)) return false;
  return floor_.t_closeness_ppm == 0 ||
         distance(column) <= floor_.t_closeness_ppm / 1e6 + Floor::tolerance;
}

bool Judge::holds_entropy(const Column& column) const {
  double weighted = 0;
  for (const std::uint32_t value : column.touched) weighted += n_log_n(column.counts[value]);
  const auto n = static_cast<double>(rows_);
  const double entropy = std::log(n) - weighted / n;
  return entropy + Floor::tolerance >= std::log(whole(floor_.l_entropy_milli));
}

bool Judge::holds_recursive(const Column& column) const {
  std::vector<std::uint32_t> counts;
  for (const std::uint32_t value : column.touched)
    if (column.counts[value] > 0) counts.push_back(column.counts[value]);
  std::sort(counts.begin(), counts.end(), std::greater<>());
  std::uint64_t tail = 0;
  for (std::size_t i = floor_.l_recursive - 1; i < counts.size(); ++i) tail += counts[i];
  // r1 < c (rl + … + rm), in whole numbers.
  return std::uint64_t{counts[0]} * 1000 < tail * floor_.c_recursive_milli;
}

/// δ-disclosure and β-likeness: over the values that the class has.
bool Judge::holds_gains(const Column& column) const {
  for (const std::uint32_t value : column.touched) {
    if (column.counts[value] == 0) continue;
    const double q = column.share[value];
    const double p = column.counts[value] / static_cast<double>(rows_);
    const double gain = (p - q) / q - Floor::tolerance;
    if (floor_.delta_disclosure_milli > 0 &&
        std::abs(std::log(p / q)) >= whole(floor_.delta_disclosure_milli) + Floor::tolerance)
      return false;
    if (floor_.beta_likeness_milli > 0 && gain > whole(floor_.beta_likeness_milli)) return false;
    if (floor_.beta_enhanced_milli > 0 &&
        gain > std::min(whole(floor_.beta_enhanced_milli), -std::log(q)))
      return false;
  }
  return true;
}

double Judge::distance(const Column& column) const {
  switch (column.of->distance) {
    case Distance::equal: {
      double sum = 0;  // half of all differences is the sum of those above
      for (const std::uint32_t value : column.touched)
        sum +=
            std::max(0.0, column.counts[value] / static_cast<double>(rows_) - column.share[value]);
      return sum;
    }
    case Distance::ordered:
      return ordered_distance(column);
    case Distance::hierarchical:
      return hierarchical_distance(column);
  }
  return 1;
}

double Judge::ordered_distance(const Column& column) const {
  if (column.counts.size() < 2) return 0;
  double running = 0;
  double sum = 0;
  for (const std::uint32_t value : column.by_rank) {
    running += column.counts[value] / static_cast<double>(rows_) - column.share[value];
    sum += std::abs(running);
  }
  return sum / static_cast<double>(column.counts.size() - 1);
}

/// Li, Li, Venkatasubramanian 2007, §4.2: what has to cross a node of the tree, times its height.
double Judge::hierarchical_distance(const Column& column) const {
  const auto& tree = column.of->tree;
  std::vector<double> extra(column.counts.size());
  for (std::size_t value = 0; value < extra.size(); ++value)
    extra[value] = column.counts[value] / static_cast<double>(rows_) - column.share[value];
  double sum = 0;
  // Groups of the level below; at first the values themselves.
  std::vector<std::uint32_t> group_of_value(extra.size());
  for (std::uint32_t value = 0; value < extra.size(); ++value) group_of_value[value] = value;
  for (std::size_t level = 1; level < tree.size(); ++level) {
    std::uint32_t groups = 0;
    for (const std::uint32_t group : tree[level]) groups = std::max(groups, group + 1);
    std::vector<double> above(groups, 0);
    std::vector<double> below(groups, 0);
    std::vector<bool> is_seen(extra.size(), false);
    for (std::size_t value = 0; value < group_of_value.size(); ++value) {
      const std::uint32_t child = group_of_value[value];
      if (is_seen[child]) continue;
      is_seen[child] = true;
      (extra[child] > 0 ? above : below)[tree[level][value]] += std::abs(extra[child]);
    }
    std::vector<double> carried(groups, 0);
    for (std::size_t group = 0; group < groups; ++group) {
      sum += std::min(above[group], below[group]) * static_cast<double>(level);
      carried[group] = above[group] - below[group];
    }
    extra = std::move(carried);
    group_of_value = tree[level];
  }
  return tree.size() < 2 ? sum : sum / static_cast<double>(tree.size() - 1);
}

}  // namespace usufruct::anonymise
