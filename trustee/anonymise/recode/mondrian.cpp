#include "trustee/anonymise/recode/mondrian.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "trustee/anonymise/recode/node_cost.h"

namespace usufruct::anonymise {

namespace {

using Tuples = std::vector<std::uint32_t>;

/// Rows that are one class so far. Cells are the least ones above the tuples.
struct Part {
  Tuples tuples;
  std::vector<Cell> cells;
  std::uint64_t rows = 0;
  double loss = 0;
};

class Mondrian {
 public:
  explicit Mondrian(const Clusterer& clusterer)
      : clusterer_(clusterer),
        cells_(clusterer.cells()),
        histogram_(clusterer.histogram()),
        first_(first_atoms(histogram_)) {}

  Clustering run() {
    Tuples all(histogram_.tuple_count());
    std::iota(all.begin(), all.end(), 0U);
    Clustering made;
    Part root = fitted(std::move(all));
    if (!holds(root)) {
      for (std::uint32_t a = 0; a < histogram_.atoms.size(); ++a)
        made.left.push_back({a, histogram_.atoms[a].rows});
      return made;
    }
    std::vector<Part> open;
    open.push_back(std::move(root));
    while (!open.empty()) {
      Part part = std::move(open.back());
      open.pop_back();
      std::vector<Part> parts = parted(part);
      if (parts.empty()) {
        made.clusters.push_back(cluster_of(part));
        continue;
      }
      for (Part& each : parts) open.push_back(std::move(each));
    }
    return made;
  }

 private:
  Part fitted(Tuples tuples) const {
    Part part{.tuples = std::move(tuples), .cells = {}};
    for (std::size_t c = 0; c < cells_.column_count(); ++c) {
      Cell cell = histogram_.leaves[c][part.tuples.front()];
      for (const std::uint32_t t : part.tuples)
        cell = cells_.join(c, cell, histogram_.leaves[c][t]);
      part.cells.push_back(cell);
    }
    for (const std::uint32_t t : part.tuples) part.rows += histogram_.counts[t];
    part.loss = clusterer_.loss_of(part.cells);
    return part;
  }

  Cluster cluster_of(const Part& part) const {
    Cluster cluster;
    for (const std::uint32_t t : part.tuples)
      for (std::uint32_t a = first_[t]; a < first_[t + 1]; ++a)
        cluster.members.push_back({a, histogram_.atoms[a].rows});
    for (const std::uint32_t t : part.tuples)
      cluster.k_asked = std::max(cluster.k_asked, histogram_.asked(t));
    cluster.cells = part.cells;
    cluster.rows = part.rows;
    cluster.loss = part.loss;
    return cluster;
  }

  bool holds(const Part& part) {
    if (part.rows < clusterer_.floor().k) return false;
    return clusterer_.is_plain() || clusterer_.holds(cluster_of(part));
  }

  /// The best way to part it, or nothing when no column can be parted.
  std::vector<Part> parted(const Part& part) {
    std::vector<Part> best;
    double least = part.loss * static_cast<double>(part.rows) - 1e-12;
    if (part.rows < 2 * std::uint64_t{clusterer_.floor().k}) return best;
    for (std::size_t c = 0; c < cells_.column_count(); ++c) {
      if (cells_.level(c, part.cells[c]) == 0) continue;
      std::vector<Part> parts = parted_by(part, c);
      double loss = 0;
      for (const Part& each : parts) loss += each.loss * static_cast<double>(each.rows);
      if (parts.empty() || loss >= least) continue;
      least = loss;
      best = std::move(parts);
    }
    return best;
  }

  /// By the cells right below the part's own; since that is the least above all, there are two at
  /// least.
  std::vector<Part> parted_by(const Part& part, std::size_t c) {
    const std::size_t level = cells_.level(c, part.cells[c]) - 1U;
    std::vector<std::pair<Cell, std::uint32_t>> keyed;
    for (const std::uint32_t t : part.tuples)
      keyed.emplace_back(cells_.at(c, level, histogram_.leaves[c][t]), t);
    std::ranges::stable_sort(keyed, {}, &std::pair<Cell, std::uint32_t>::first);
    std::vector<Part> parts;
    Tuples rest;
    for (std::size_t from = 0; from < keyed.size();) {
      Tuples tuples;
      std::size_t to = from;
      for (; to < keyed.size() && keyed[to].first == keyed[from].first; ++to)
        tuples.push_back(keyed[to].second);
      from = to;
      Part each = fitted(std::move(tuples));
      if (holds(each))
        parts.push_back(std::move(each));
      else
        rest.insert(rest.end(), each.tuples.begin(), each.tuples.end());
    }
    if (parts.empty()) return {};
    if (!rest.empty()) {
      std::ranges::sort(rest);
      Part remainder = fitted(std::move(rest));
      // One good part joins it where it is too small by itself.
      if (!holds(remainder)) {
        const auto least = std::ranges::min_element(parts, {}, &Part::rows);
        remainder.tuples.insert(remainder.tuples.end(), least->tuples.begin(), least->tuples.end());
        std::ranges::sort(remainder.tuples);
        remainder = fitted(std::move(remainder.tuples));
        parts.erase(least);
        if (!holds(remainder)) return {};
      }
      parts.push_back(std::move(remainder));
    }
    return parts.size() < 2 ? std::vector<Part>{} : std::move(parts);
  }

  Clusterer clusterer_;
  const Cells& cells_;
  const Histogram& histogram_;
  std::vector<std::uint32_t> first_;
};

}  // namespace

Clustering recode_by_mondrian(const Clusterer& clusterer) { return Mondrian(clusterer).run(); }

}  // namespace usufruct::anonymise
