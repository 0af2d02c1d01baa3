#include "trustee/anonymise/recode/node_cost.h"

#include <algorithm>
#include <span>

#include "crypto/base/check.h"
#include "trustee/anonymise/recode/together.h"

namespace usufruct::anonymise {

namespace {

/// A column of one leaf cannot lose by generalising, and loses all by suppression.
std::uint64_t denominator(const Hierarchy& hierarchy) {
  return std::max<std::uint64_t>(1, hierarchy.leaf_count() - 1);
}

std::optional<PeopleView> people_of(const Histogram& histogram, const Floor& floor) {
  if (floor.k_map == 0) return std::nullopt;
  return PeopleView(histogram);
}

}  // namespace

std::vector<std::uint32_t> first_atoms(const Histogram& histogram) {
  std::vector<std::uint32_t> first(histogram.tuple_count() + 1, 0);
  for (const auto& atom : histogram.atoms) ++first[atom.tuple + 1];
  for (std::size_t t = 0; t < histogram.tuple_count(); ++t) first[t + 1] += first[t];
  return first;
}

NodeCosts::NodeCosts(const Histogram& histogram, const Floor& floor)
    : histogram_(histogram),
      floor_(floor),
      keys_(histogram),
      counts_(row_counts(histogram)),
      all_{{histogram.leaves.begin(), histogram.leaves.end()}, counts_},
      people_(people_of(histogram, floor)),
      grouping_(keys_, all_, people_ ? &*people_ : nullptr),
      judge_(histogram, floor),
      first_atom_(first_atoms(histogram)) {
  CHECK_THAT(histogram.rows > 0);
  for (std::size_t c = 0; c < histogram.column_count(); ++c) {
    const Hierarchy& hierarchy = histogram.hierarchies[c];
    std::vector<std::uint64_t> rows_of_leaf(hierarchy.leaf_count(), 0);
    for (std::size_t t = 0; t < histogram.tuple_count(); ++t)
      rows_of_leaf[histogram.leaves[c][t]] += histogram.counts[t];
    auto& levels = lost_.emplace_back(hierarchy.level_count(), 0);
    for (std::size_t l = 0; l < levels.size(); ++l)
      for (std::uint32_t leaf = 0; leaf < rows_of_leaf.size(); ++leaf)
        levels[l] +=
            rows_of_leaf[leaf] * (hierarchy.leaves_under(l, hierarchy.group_of(l, leaf)) - 1);
    whole_.push_back(denominator(hierarchy));
    weights_ += histogram.weight(c);
  }
}

double NodeCosts::marginal(const Node& node) const {
  double loss = 0;
  for (std::size_t c = 0; c < node.size(); ++c)
    loss += histogram_.weight(c) * static_cast<double>(lost_[c][node[c]]) /
            static_cast<double>(whole_[c]);
  return mean(loss);
}

double NodeCosts::mean(double sum) const {
  if (whole_.empty()) return 0;
  return sum / (weights_ * static_cast<double>(histogram_.rows));
}

NodeCost NodeCosts::cost(const Node& node, std::uint64_t suppressed_max) {
  CHECK_THAT(node.size() == histogram_.column_count());
  grouping_.group(node);
  judge_groups();
  NodeCost cost;
  std::uint64_t suppressed_for_ever = 0;
  out_.clear();
  out_for_ever_.clear();
  const auto group_of = grouping_.group_of();
  const std::uint64_t* const most = verdicts_.most.empty() ? nullptr : verdicts_.most.data();
  for (std::uint32_t t = 0; t < group_of.size(); ++t) {
    const bool asks = most && histogram_.k_asked[t] > most[group_of[t]];
    if (!verdicts_.is_bad[group_of[t]] && !asks) continue;
    out_.push_back(t);
    cost.suppressed += histogram_.counts[t];
    if (!verdicts_.is_bad_for_ever[group_of[t]] && !asks) continue;
    out_for_ever_.push_back(t);
    suppressed_for_ever += histogram_.counts[t];
  }
  cost.is_within = cost.suppressed <= suppressed_max;
  const double marginal_loss = marginal(node);
  cost.added = suppressed_for_ever > suppressed_max
                   ? out_of_reach
                   : std::max(0.0, loss_without(node, out_for_ever_) - marginal_loss);
  if (cost.is_within)
    cost.loss = out_.size() == out_for_ever_.size() ? loss_without(node, out_for_ever_)
                                                    : loss_without(node, out_);
  return cost;
}

void NodeCosts::judge_groups() {
  const std::size_t groups = grouping_.group_count();
  verdicts_.is_bad.assign(groups, false);
  if (!histogram_.k_asked.empty())
    verdicts_.most = most_together(
        grouping_.group_of(), grouping_.rows(),
        [&](std::size_t t) { return histogram_.k_asked[t]; },
        [&](std::size_t t) { return histogram_.counts[t]; });
  const auto rows = verdicts_.most.empty() ? grouping_.rows() : std::span(verdicts_.most);
  for (std::size_t g = 0; g < groups; ++g) verdicts_.is_bad[g] = !judge_.is_large_enough(rows[g]);
  verdicts_.is_bad_for_ever = verdicts_.is_bad;
  if (people_) judge_people();
  if (judge_.asks_about_values()) judge_values(groups);
}

/// Whom a class stands for is the same whoever is suppressed; below it stands for fewer.
void NodeCosts::judge_people() {
  const auto& people = grouping_.count_people();
  for (std::size_t g = 0; g < people.size(); ++g) {
    if (people[g] >= floor_.k_map) continue;
    verdicts_.is_bad[g] = true;
    if (people_->is_plain()) verdicts_.is_bad_for_ever[g] = true;
  }
}

std::uint64_t NodeCosts::work() const {
  return histogram_.tuple_count() + (people_ ? people_->view.size() : 0);
}

/// Looks into the groups that have rows enough: their tuples are brought together first.
void NodeCosts::judge_values(std::size_t groups) {
  const auto group_of = grouping_.group_of();
  std::vector<std::uint32_t> begin(groups + 1, 0);
  for (std::uint32_t t = 0; t < group_of.size(); ++t)
    if (!verdicts_.is_bad[group_of[t]] && !asks_too_much(t, group_of[t])) ++begin[group_of[t] + 1];
  for (std::size_t g = 0; g < groups; ++g) begin[g + 1] += begin[g];
  std::vector<std::uint32_t> tuples(begin.back());
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (std::uint32_t t = 0; t < group_of.size(); ++t)
    if (!verdicts_.is_bad[group_of[t]] && !asks_too_much(t, group_of[t]))
      tuples[next[group_of[t]]++] = t;
  for (std::size_t g = 0; g < groups; ++g) {
    if (verdicts_.is_bad[g]) continue;
    judge_.clear();
    for (std::uint32_t i = begin[g]; i < begin[g + 1]; ++i)
      for (std::uint32_t a = first_atom_[tuples[i]]; a < first_atom_[tuples[i] + 1]; ++a)
        judge_.add(a, histogram_.atoms[a].rows);
    verdicts_.is_bad_for_ever[g] = !judge_.holds_monotone();
    verdicts_.is_bad[g] = verdicts_.is_bad_for_ever[g] || !judge_.holds();
  }
}

/// What generalising alone loses is known; the suppressed rows lose the rest of their cells.
double NodeCosts::loss_without(const Node& node, const std::vector<std::uint32_t>& tuples) const {
  double loss = 0;
  for (std::size_t c = 0; c < node.size(); ++c) {
    const Hierarchy& hierarchy = histogram_.hierarchies[c];
    const auto group_of = hierarchy.groups(node[c]);
    std::uint64_t lost = lost_[c][node[c]];
    for (const std::uint32_t t : tuples) {
      const std::uint64_t shown =
          hierarchy.leaves_under(node[c], group_of[histogram_.leaves[c][t]]) - 1;
      lost += histogram_.counts[t] * (whole_[c] - shown);
    }
    loss += histogram_.weight(c) * static_cast<double>(lost) / static_cast<double>(whole_[c]);
  }
  return mean(loss);
}

NodeCost cost_of(const Histogram& histogram, const Node& node, const Floor& floor,
                 std::vector<bool>* is_suppressed) {
  NodeCosts costs(histogram, floor);
  const NodeCost cost = costs.cost(node, histogram.rows);
  if (is_suppressed) {
    is_suppressed->assign(histogram.tuple_count(), false);
    for (const std::uint32_t t : costs.suppressed_tuples()) (*is_suppressed)[t] = true;
  }
  return cost;
}

}  // namespace usufruct::anonymise
