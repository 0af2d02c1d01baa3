#include "trustee/anonymise/recode/k_member.h"

#include <utility>

#include "trustee/anonymise/recode/node_cost.h"
#include "trustee/anonymise/recode/refine.h"

namespace usufruct::anonymise {

Clustering recode_by_k_member(const Clusterer& clusterer, const KMemberOptions& options) {
  const Histogram& histogram = clusterer.histogram();
  const auto first = first_atoms(histogram);
  Clusterer judge = clusterer;
  Clustering made;
  for (std::uint32_t t = 0; t < histogram.tuple_count(); ++t) {
    Cluster cluster;
    for (std::uint32_t a = first[t]; a < first[t + 1]; ++a)
      cluster.members.push_back({a, histogram.atoms[a].rows});
    clusterer.fit(cluster);
    cluster.is_open = !judge.holds(cluster);
    if (cluster.is_open) cluster.loss = 1;
    made.clusters.push_back(std::move(cluster));
  }
  refine(made, clusterer,
         {.block_members_max = options.block_members_max,
          .worth_of_waiting = options.waiting,
          .turns = 1});
  for (Cluster& cluster : made.clusters) {
    if (!cluster.is_open) continue;
    made.left.insert(made.left.end(), cluster.members.begin(), cluster.members.end());
    cluster = {};
  }
  std::erase_if(made.clusters, [](const Cluster& cluster) { return cluster.rows == 0; });
  return made;
}

}  // namespace usufruct::anonymise
