#include "trustee/anonymise/recode/bound.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "crypto/base/parallel.h"
#include "trustee/anonymise/recode/cells.h"
#include "trustee/anonymise/recode/grouping.h"
#include "trustee/anonymise/recode/lattice.h"

namespace usufruct::anonymise {

namespace {

using Columns = std::vector<std::size_t>;

/// The histogram of some columns: tuples that differ in others only are one.
Histogram projected(const Histogram& histogram, const Columns& columns) {
  Histogram made;
  made.rows = histogram.rows;
  for (const std::size_t c : columns) {
    made.hierarchies.push_back(histogram.hierarchies[c]);
    made.leaves.emplace_back();
  }
  const GroupKeys keys(histogram);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (std::uint32_t t = 0; t < histogram.tuple_count(); ++t) {
    std::uint64_t key = 0;
    for (const std::size_t c : columns) key += keys.of(c, 0)[histogram.leaves[c][t]];
    order.emplace_back(key, t);
  }
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint32_t t = order[i].second;
    if (i == 0 || order[i].first != order[i - 1].first) {
      for (std::size_t c = 0; c < columns.size(); ++c)
        made.leaves[c].push_back(histogram.leaves[columns[c]][t]);
      made.counts.push_back(0);
    }
    made.counts.back() += histogram.counts[t];
  }
  return made;
}

/// What the rows lose at least in these columns, summed; weights are the whole table's.
class SetBound {
 public:
  SetBound(const Histogram& set, const Columns& columns, const Cells& cells)
      : set_(set),
        columns_(columns),
        cells_(cells),
        keys_(set),
        all_(TupleSet::all(set)),
        nodes_(all_nodes(set)) {}

  double run(std::uint32_t k) {
    constexpr std::size_t workers = 2;
    std::vector<std::vector<float>> least(
        workers, std::vector<float>(set_.tuple_count(), std::numeric_limits<float>::max()));
    const std::size_t share = (nodes_.size() + workers - 1) / workers;
    for_each_index(workers, 1, [&](std::size_t w) {
      Grouping grouping(keys_, all_);
      for (std::size_t n = w * share; n < std::min(nodes_.size(), (w + 1) * share); ++n)
        look_at(nodes_[n], k, grouping, least[w]);
    });
    double sum = 0;
    for (std::size_t t = 0; t < set_.tuple_count(); ++t) {
      const float best = std::min(least[0][t], least[1][t]);
      // Fewer than k rows in all: nothing but suppression, which loses the whole of each column.
      const double lost = best == std::numeric_limits<float>::max() ? whole() : best;
      sum += lost * static_cast<double>(set_.counts[t]);
    }
    return sum;
  }

 private:
  void look_at(const Node& node, std::uint32_t k, Grouping& grouping,
               std::vector<float>& least) const {
    grouping.group(node);
    const auto group_of = grouping.group_of();
    const auto rows = grouping.rows();
    for (std::size_t t = 0; t < group_of.size(); ++t) {
      if (rows[group_of[t]] < k) continue;
      double loss = 0;
      for (std::size_t c = 0; c < columns_.size(); ++c)
        loss += cells_.loss(columns_[c], cells_.at(columns_[c], node[c], set_.leaves[c][t]));
      // Rounded down: it is a bound.
      least[t] = std::min(least[t], std::nextafter(static_cast<float>(loss), -1.0F));
    }
  }

  double whole() const {
    double sum = 0;
    for (const std::size_t c : columns_)
      sum += cells_.loss(c, static_cast<Cell>(cells_.cell_count(c) - 1));
    return sum;
  }

  const Histogram& set_;
  const Columns& columns_;
  const Cells& cells_;
  GroupKeys keys_;
  TupleSet all_;
  std::vector<Node> nodes_;
};

/// Columns in their order, as many in a set as the work allows.
std::vector<Columns> sets_of(const Histogram& histogram, std::uint64_t work_max) {
  std::vector<Columns> sets;
  std::uint64_t nodes = 1;
  const std::uint64_t nodes_max = std::max<std::uint64_t>(64, work_max / histogram.tuple_count());
  for (std::size_t c = 0; c < histogram.column_count(); ++c) {
    const std::uint64_t levels = histogram.hierarchies[c].level_count();
    if (sets.empty() || nodes * levels > nodes_max) {
      sets.emplace_back();
      nodes = 1;
    }
    sets.back().push_back(c);
    nodes *= levels;
  }
  return sets;
}

}  // namespace

double loss_bound(const Histogram& histogram, const Floor& floor, std::uint64_t work_max) {
  if (histogram.rows == 0 || histogram.column_count() == 0) return 0;
  const Cells cells(histogram);
  double sum = 0;
  for (const Columns& columns : sets_of(histogram, work_max)) {
    const Histogram set = projected(histogram, columns);
    sum += SetBound(set, columns, cells).run(floor.k);
  }
  return sum / static_cast<double>(histogram.rows);
}

}  // namespace usufruct::anonymise
