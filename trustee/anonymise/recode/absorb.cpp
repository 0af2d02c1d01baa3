#include "trustee/anonymise/recode/absorb.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "trustee/anonymise/recode/neighbourhood.h"

namespace usufruct::anonymise {

void absorb(Clustering& clustering, const Clusterer& clusterer, std::uint64_t suppressed_max) {
  if (clustering.left.empty() || clustering.clusters.empty()) return;
  constexpr std::uint32_t nobody = static_cast<std::uint32_t>(-1);
  Neighbourhood near(std::move(clustering.clusters), clusterer, clustering.left);
  std::vector<std::pair<double, Member>> out;  // cheaper suppressed, by what joining would add
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
      out.emplace_back(home->cost, member);
      out_rows += member.rows;
      continue;
    }
    Cluster wider = near.cluster(home->cluster);
    near.clusterer().add(wider, member);
    near.replace(home->cluster, std::move(wider));
  }
  clustering.left = std::move(stuck);
  for (const auto& [cost, member] : out) clustering.left.push_back(member);
  clustering.clusters = near.take();
}

void settle(Clustering& clustering, const Clusterer& clusterer, std::uint64_t suppressed_max) {
  std::uint64_t out = 0;
  for (const Member& member : clustering.left) out += member.rows;
  if (out <= suppressed_max) return;
  Clusterer judge = clusterer;
  Cluster rest;
  rest.members = std::exchange(clustering.left, {});
  clusterer.fit(rest);
  while (!judge.holds(rest) && !clustering.clusters.empty()) {
    const auto wider = [&](const Cluster& other) {
      double loss = 0;
      for (std::size_t c = 0; c < rest.cells.size(); ++c)
        loss += clusterer.cells().loss(c, clusterer.cells().join(c, rest.cells[c], other.cells[c]));
      return loss * static_cast<double>(rest.rows + other.rows) - other.total();
    };
    const auto nearest = std::ranges::min_element(clustering.clusters, {}, wider);
    for (const Member& member : nearest->members) {
      const auto at = std::ranges::find(rest.members, member.atom, &Member::atom);
      if (at == rest.members.end())
        rest.members.push_back(member);
      else
        at->rows += member.rows;
    }
    clusterer.fit(rest);
    clustering.clusters.erase(nearest);
  }
  clustering.clusters.push_back(std::move(rest));
}

}  // namespace usufruct::anonymise
