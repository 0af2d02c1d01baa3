#include "trustee/anonymise/recode/clusters.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

void Clusterer::add(Cluster& cluster, Member member) const {
  const auto at = std::ranges::find(cluster.members, member.atom, &Member::atom);
  if (at == cluster.members.end()) return add_new(cluster, member);
  at->rows += member.rows;
  cluster.rows += member.rows;
  cluster.k_asked = std::max(cluster.k_asked, asked(member.atom));
}

void Clusterer::add_new(Cluster& cluster, Member member) const {
  widen(cluster, member.atom);
  cluster.members.push_back(member);
  cluster.rows += member.rows;
  cluster.k_asked = std::max(cluster.k_asked, asked(member.atom));
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
  fit_cells(cluster);
  widen_to_people(cluster);
}

void Clusterer::fit_within(Cluster& cluster, const std::vector<Cell>& widest) const {
  fit_cells(cluster);
  if (people_ && !cluster.cells.empty()) widen_to_people(cluster, widest);
}

void Clusterer::widen_to_people(Cluster& cluster) const {
  if (!people_ || cluster.cells.empty()) return;
  std::vector<Cell> top;
  for (std::size_t c = 0; c < columns(); ++c) top.push_back(cells_.top(c));
  widen_to_people(cluster, top);
}

/// By the cheapest step again and again; then back by whatever was not needed, the dearest first.
void Clusterer::widen_to_people(Cluster& cluster, const std::vector<Cell>& widest) const {
  std::vector<Cell>& cells = cluster.cells;
  const std::vector<Cell> least = cells;
  const auto step = [&](std::size_t c) {
    return cells_.loss(c, cells_.parent(c, cells[c])) - cells_.loss(c, cells[c]);
  };
  while (!has_people(cells)) {
    std::optional<std::size_t> cheapest;
    for (std::size_t c = 0; c < cells.size(); ++c)
      if (cells[c] != widest[c] && (!cheapest || step(c) < step(*cheapest))) cheapest = c;
    if (!cheapest) break;
    cells[*cheapest] = cells_.parent(*cheapest, cells[*cheapest]);
  }
  std::vector<std::size_t> order(cells.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return cells_.loss(a, cells[a]) - cells_.loss(a, least[a]) >
           cells_.loss(b, cells[b]) - cells_.loss(b, least[b]);
  });
  for (const std::size_t c : order) {
    const Cell wide = cells[c];
    for (cells[c] = least[c]; cells[c] != wide && !has_people(cells);)
      cells[c] = cells_.parent(c, cells[c]);
  }
  cluster.loss = loss_of(cells);
}

void Clusterer::merge(Cluster& cluster, const Cluster& other) const {
  for (std::size_t c = 0; c < other.cells.size(); ++c)
    if (cluster.cells.size() == other.cells.size())
      cluster.cells[c] = cells_.join(c, cluster.cells[c], other.cells[c]);
  if (cluster.cells.empty()) cluster.cells = other.cells;
  cluster.members.insert(cluster.members.end(), other.members.begin(), other.members.end());
  cluster.rows += other.rows;
  cluster.k_asked = std::max(cluster.k_asked, other.k_asked);
  cluster.loss = loss_of(cluster.cells);
}

void Clusterer::fit_cells(Cluster& cluster) const {
  cluster.rows = 0;
  cluster.cells.clear();
  cluster.loss = 0;
  cluster.k_asked = 0;
  for (const Member& member : cluster.members) {
    cluster.rows += member.rows;
    cluster.k_asked = std::max(cluster.k_asked, asked(member.atom));
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
  if (cluster.rows < k_of(cluster)) return false;
  if (!has_people(cluster.cells)) return false;
  if (!judge_.asks_about_values()) return true;
  fill_judge(cluster);
  return judge_.holds();
}

bool Clusterer::holds_with(const Cluster& cluster, Member member) {
  if (cluster.rows + member.rows < std::max(k_of(cluster), asked(member.atom))) return false;
  // With it the cells are no finer; only where texts are doubtful may they stand for fewer people.
  if (people_) {
    std::vector<Cell> cells = cluster.cells;
    for (std::size_t c = 0; !people_->view.is_plain() && c < cells.size(); ++c)
      cells[c] = cells_.join(c, cells[c], leaf(c, member.atom));
    if (!has_people(cells)) return false;
  }
  if (!judge_.asks_about_values()) return true;
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
  for (std::size_t i = 0; i < made.clusters.size(); ++i) {
    std::vector<Cell> shown;
    for (std::size_t at = i * recoding.columns; shown.size() < recoding.columns; ++at)
      shown.push_back(clusterer.cells().at(shown.size(), recoding.levels[at], recoding.leaves[at]));
    clusterer.fit_within(made.clusters[i], shown);
  }
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
