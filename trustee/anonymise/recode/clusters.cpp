#include "trustee/anonymise/recode/clusters.h"

#include <algorithm>
#include <map>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

void Clusterer::add(Cluster& cluster, Member member) const {
  const auto at = std::ranges::find(cluster.members, member.atom, &Member::atom);
  if (at == cluster.members.end()) return add_new(cluster, member);
  at->rows += member.rows;
  cluster.rows += member.rows;
}

void Clusterer::add_new(Cluster& cluster, Member member) const {
  widen(cluster, member.atom);
  cluster.members.push_back(member);
  cluster.rows += member.rows;
}

void Clusterer::widen(Cluster& cluster, std::uint32_t atom) const {
  bool is_wider = cluster.members.empty();
  if (is_wider) {
    cluster.cells.resize(columns());
    for (std::size_t c = 0; c < columns(); ++c) cluster.cells[c] = leaf(c, atom);
  }
  for (std::size_t c = 0; c < columns(); ++c) {
    const Cell wider = cells_.join(c, cluster.cells[c], leaf(c, atom));
    is_wider = is_wider || wider != cluster.cells[c];
    cluster.cells[c] = wider;
  }
  if (is_wider) cluster.loss = loss_of(cluster.cells);
}

void Clusterer::remove(Cluster& cluster, Member member) {
  const auto at = std::ranges::find(cluster.members, member.atom, &Member::atom);
  CHECK_THAT(at != cluster.members.end() && at->rows >= member.rows);
  at->rows -= member.rows;
  if (at->rows == 0) cluster.members.erase(at);
  cluster.rows -= member.rows;
}

void Clusterer::fit(Cluster& cluster) const {
  cluster.rows = 0;
  cluster.cells.clear();
  cluster.loss = 0;
  for (const Member& member : cluster.members) {
    cluster.rows += member.rows;
    if (cluster.cells.empty()) {
      for (std::size_t c = 0; c < columns(); ++c) cluster.cells.push_back(leaf(c, member.atom));
      continue;
    }
    for (std::size_t c = 0; c < columns(); ++c)
      cluster.cells[c] = cells_.join(c, cluster.cells[c], leaf(c, member.atom));
  }
  if (!cluster.cells.empty()) cluster.loss = loss_of(cluster.cells);
}

double Clusterer::loss_of(const std::vector<Cell>& cells) const {
  double loss = 0;
  for (std::size_t c = 0; c < cells.size(); ++c) loss += cells_.loss(c, cells[c]);
  return loss;
}

double Clusterer::loss_with(const Cluster& cluster, std::uint32_t atom) const {
  double loss = 0;
  for (std::size_t c = 0; c < columns(); ++c)
    loss += cells_.loss(c, cells_.join(c, cluster.cells[c], leaf(c, atom)));
  return loss;
}

double Clusterer::cost_of_adding(const Cluster& cluster, Member member) const {
  return loss_with(cluster, member.atom) * static_cast<double>(cluster.rows + member.rows) -
         cluster.total();
}

void Clusterer::fill_judge(const Cluster& cluster) {
  judge_.clear();
  for (const Member& member : cluster.members) judge_.add(member.atom, member.rows);
}

bool Clusterer::holds(const Cluster& cluster) {
  if (!judge_.is_large_enough(cluster.rows)) return false;
  if (is_plain()) return true;
  fill_judge(cluster);
  return judge_.holds();
}

bool Clusterer::holds_with(const Cluster& cluster, Member member) {
  if (is_plain()) return judge_.is_large_enough(cluster.rows + member.rows);
  fill_judge(cluster);
  judge_.add(member.atom, member.rows);
  return judge_.holds();
}

Clustering clustering_of(const Recoding& recoding, const Clusterer& clusterer) {
  const Histogram& histogram = clusterer.histogram();
  Clustering made;
  made.clusters.resize(recoding.class_count());
  std::vector<std::uint32_t> left;
  for (const auto& atom : histogram.atoms) left.push_back(atom.rows);
  for (const auto& share : recoding.shares) {
    made.clusters[share.group].members.push_back({share.atom, share.rows});
    left[share.atom] -= share.rows;
  }
  for (std::uint32_t a = 0; a < left.size(); ++a)
    if (left[a] > 0) made.left.push_back({a, left[a]});
  for (Cluster& cluster : made.clusters) clusterer.fit(cluster);
  std::erase_if(made.clusters, [](const Cluster& cluster) { return cluster.rows == 0; });
  return made;
}

Recoding recoding_of(const Clustering& clustering, const Clusterer& clusterer,
                     std::string algorithm) {
  const Cells& cells = clusterer.cells();
  Recoding made{.columns = clusterer.columns()};
  made.algorithm = std::move(algorithm);
  std::map<std::vector<Cell>, std::uint32_t> groups;  // what shows the same is one class
  for (const Cluster& cluster : clustering.clusters) {
    if (cluster.members.empty()) continue;
    const auto [at, is_new] =
        groups.emplace(cluster.cells, static_cast<std::uint32_t>(groups.size()));
    for (std::size_t c = 0; is_new && c < made.columns; ++c) {
      made.levels.push_back(cells.level(c, cluster.cells[c]));
      made.leaves.push_back(cells.leaf(c, cluster.cells[c]));
    }
    for (const Member& member : cluster.members)
      made.shares.push_back({member.atom, at->second, member.rows});
  }
  std::ranges::sort(made.shares, {}, [](const Recoding::Share& share) {
    return std::pair(share.atom, share.group);
  });
  // An atom may have been in two clusters that are one class now.
  std::size_t to = 0;
  for (std::size_t i = 0; i < made.shares.size(); ++i) {
    const Recoding::Share share = made.shares[i];
    if (to > 0 && made.shares[to - 1].atom == share.atom &&
        made.shares[to - 1].group == share.group)
      made.shares[to - 1].rows += share.rows;
    else
      made.shares[to++] = share;
  }
  made.shares.resize(to);
  for (const Member& member : clustering.left) made.suppressed += member.rows;
  made.loss = loss_of(clustering, clusterer.histogram().rows);
  return made;
}

double loss_of(const Clustering& clustering, std::uint64_t rows) {
  double loss = 0;
  for (const Cluster& cluster : clustering.clusters) loss += cluster.total();
  for (const Member& member : clustering.left) loss += member.rows;
  return loss / static_cast<double>(rows);
}

}  // namespace usufruct::anonymise
