#include "trustee/anonymise/recode/absorb.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "trustee/anonymise/recode/neighbourhood.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t nearest_merged_max = 1'000;

/// All that is left; but where rows ask for a k of their own, those that ask most stay behind, as
/// many as may: a class for them would be the largest. Not so many that the others, of `rows` in
/// all, are too few for one of these.
std::vector<Member> take_over_limit(std::vector<Member>& left, const Clusterer& clusterer,
                                    std::uint64_t suppressed_max, std::uint64_t rows) {
  const Histogram& histogram = clusterer.histogram();
  std::vector<Member> taken = std::exchange(left, {});
  if (histogram.k_asked.empty()) return taken;
  const auto asked = [&](const Member& member) {
    return histogram.k_asked[histogram.atoms[member.atom].tuple];
  };
  std::ranges::stable_sort(taken, std::greater<>(), asked);
  std::uint64_t out = 0;
  std::ptrdiff_t stay = 0;
  for (std::size_t i = 0; i < taken.size() && out <= suppressed_max; ++i) {
    if (asked(taken[i]) <= rows - out) stay = static_cast<std::ptrdiff_t>(i);
    if (asked(taken[i]) <= clusterer.floor().k) break;
    out += taken[i].rows;
  }
  left.assign(taken.begin(), taken.begin() + stay);
  taken.erase(taken.begin(), taken.begin() + stay);
  return taken;
}

}  // namespace

void absorb(Clustering& clustering, const Clusterer& clusterer, std::uint64_t suppressed_max) {
  if (clustering.left.empty() || clustering.clusters.empty()) return;
  constexpr std::uint32_t nobody = static_cast<std::uint32_t>(-1);
  Neighbourhood near(std::move(clustering.clusters), clusterer, clustering.left);
  std::vector<Member> cheaper_out;
  std::vector<Member> stuck;
  std::uint64_t out_rows = 0;
  for (const Member& member : clustering.left) {
    const auto home = near.nearest_cluster(member, nobody);
    if (!home) {
      stuck.push_back(member);
      out_rows += member.rows;
      continue;
    }
    if (home->cost > member.rows && out_rows + member.rows <= suppressed_max) {
      cheaper_out.push_back(member);
      out_rows += member.rows;
      continue;
    }
    near.join(home->cluster, member);
  }
  clustering.left = std::move(stuck);
  clustering.left.insert(clustering.left.end(), cheaper_out.begin(), cheaper_out.end());
  clustering.clusters = near.take();
}

void unite(Clustering& clustering, const Clusterer& clusterer) {
  Clusterer judge = clusterer;
  std::map<std::vector<Cell>, std::vector<std::size_t>> alike;
  auto& clusters = clustering.clusters;
  for (std::size_t i = 0; i < clusters.size(); ++i) alike[clusters[i].cells].push_back(i);
  for (const auto& [cells, indices] : alike) {
    Cluster& first = clusters[indices.front()];
    for (std::size_t i = 1; i < indices.size(); ++i) {
      Cluster other = std::exchange(clusters[indices[i]], {});
      first.members.insert(first.members.end(), other.members.begin(), other.members.end());
      first.rows += other.rows;
    }
    if (indices.size() == 1 || judge.holds(first)) continue;
    clustering.left.insert(clustering.left.end(), first.members.begin(), first.members.end());
    first = {};
  }
  std::erase_if(clusters, [](const Cluster& cluster) { return cluster.rows == 0; });
}

void settle(Clustering& clustering, const Clusterer& clusterer, std::uint64_t suppressed_max) {
  std::uint64_t out = 0;
  for (const Member& member : clustering.left) out += member.rows;
  if (out <= suppressed_max) return;
  Clusterer judge = clusterer;
  const Cells& cells = clusterer.cells();
  Cluster rest;
  std::uint64_t rows = out;
  for (const Cluster& cluster : clustering.clusters) rows += cluster.rows;
  rest.members = take_over_limit(clustering.left, clusterer, suppressed_max, rows);
  clusterer.fit(rest);
  auto& clusters = clustering.clusters;
  for (std::size_t merged = 0; !judge.holds(rest) && !clusters.empty(); ++merged) {
    const auto wider = [&](const Cluster& other) {
      double loss = 0;
      for (std::size_t c = 0; c < rest.cells.size(); ++c)
        loss += cells.loss(c, cells.join(c, rest.cells[c], other.cells[c]));
      return loss * static_cast<double>(rest.rows + other.rows) - other.total();
    };
    // One by one while that may keep something; a floor that so many do not meet takes them all.
    if (merged < nearest_merged_max)
      std::iter_swap(std::ranges::min_element(clusters, {}, wider), clusters.end() - 1);
    clusterer.merge(rest, clusters.back());
    clusters.pop_back();
  }
  // Who stays out may be who would make the others diverse enough.
  if (!clustering.left.empty() && !judge.holds(rest)) {
    Cluster others;
    others.members = std::exchange(clustering.left, {});
    clusterer.fit(others);
    clusterer.merge(rest, others);
  }
  rest.loss = clusterer.loss_of(rest.cells);
  clusters.push_back(std::move(rest));
}

}  // namespace usufruct::anonymise
