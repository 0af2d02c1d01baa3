#include "trustee/anonymise/recode/neighbourhood.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

constexpr std::uint8_t slack = 8;  ///< bytes are rounded: the best may be a little behind
constexpr double reach = 2.5;      ///< of the mean loss of a row: how far a byte reaches
constexpr std::size_t candidates_max = 96;
constexpr std::uint8_t credit_max = 120;  ///< what is won by giving a row counts less than this

std::vector<std::uint32_t> atoms_of(const std::vector<Cluster>& clusters,
                                    std::span<const Member> also) {
  std::vector<std::uint32_t> atoms;
  for (const Member& member : also) atoms.push_back(member.atom);
  for (const Cluster& cluster : clusters)
    for (const Member& member : cluster.members) atoms.push_back(member.atom);
  std::ranges::sort(atoms);
  atoms.erase(std::unique(atoms.begin(), atoms.end()), atoms.end());
  return atoms;
}

/// Bytes per unit of loss: so fine that the nearest rows of a usual class are told apart. What is
/// farther than a byte holds is not near.
double scale_for(const std::vector<Cluster>& clusters) {
  double lost = 0;
  double rows = 0;
  for (const Cluster& cluster : clusters) {
    if (cluster.loss <= 0) continue;
    lost += cluster.total();
    rows += static_cast<double>(cluster.rows);
  }
  return rows == 0 ? 254 : 254 / (reach * lost / rows);
}

}  // namespace

Neighbourhood::Neighbourhood(std::vector<Cluster> clusters, const Clusterer& clusterer,
                             std::span<const Member> also)
    : clusterer_(clusterer),
      codes_(clusterer_.cells()),
      clusters_(std::move(clusters)),
      atoms_(atoms_of(clusters_, also)),
      holders_(atoms_.size()),
      rows_(clusterer_.columns(), atoms_.size()),
      homes_(clusterer_.columns(), clusters_.size()),
      tables_(clusterer_.columns()),
      row_steps_(clusterer_.columns()),
      scale_(scale_for(clusters_)) {
  for (std::size_t c = 0; c < clusterer_.columns(); ++c) {
    // Rows of a block have few of a column's leaves: numbered anew they need fewer shuffles.
    std::vector<std::uint8_t> codes;
    for (const std::uint32_t atom : atoms_)
      codes.push_back(codes_.code(c, clusterer_.leaf(c, atom)));
    auto& used = used_.emplace_back(codes);
    std::ranges::sort(used);
    used.erase(std::unique(used.begin(), used.end()), used.end());
    for (std::size_t item = 0; item < atoms_.size(); ++item)
      rows_.set(
          c, item,
          static_cast<std::uint8_t>(std::ranges::lower_bound(used, codes[item]) - used.begin()));
    auto& all = all_codes_.emplace_back(codes_.count(c));
    std::iota(all.begin(), all.end(), std::uint8_t{0});
  }
  for (std::uint32_t i = 0; i < clusters_.size(); ++i) list(i);
  for (std::uint32_t item = 0; item < atoms_.size(); ++item) offer(item);
  for (std::uint32_t i = 0; i < clusters_.size(); ++i) show(i);
}

void Neighbourhood::set_worth_of_waiting(double loss) {
  worth_of_waiting_ = loss;
  for (std::uint32_t item = 0; item < atoms_.size(); ++item) offer(item);
}

std::uint32_t Neighbourhood::spare_rows(std::uint32_t cluster) const {
  const std::uint64_t rows = clusters_[cluster].rows;
  const std::uint64_t kept = clusters_[cluster].is_open ? 0 : clusterer_.k_of(clusters_[cluster]);
  return rows > kept ? static_cast<std::uint32_t>(rows - kept) : 0;
}

std::optional<Neighbourhood::Offer> Neighbourhood::nearest_row(const Cluster& growing,
                                                               double multiplier,
                                                               const Taken& taken,
                                                               std::uint32_t except) {
  for (std::size_t c = 0; c < tables_.size(); ++c) {
    if (tables_of_.size() == tables_.size() && tables_of_[c] == growing.cells[c]) continue;
    const auto& steps = codes_.steps(c, growing.cells[c]);
    fill_table(steps, used_[c], scale_, tables_[c]);
    row_steps_[c].resize(used_[c].size());
    for (std::size_t i = 0; i < used_[c].size(); ++i) row_steps_[c][i] = steps[used_[c][i]];
  }
  tables_of_ = growing.cells;
  std::optional<Offer> best;
  look_near(rows_, best,
            [&](std::uint32_t item) { look_at(item, growing, multiplier, taken, except, best); });
  return best;
}

/// Looks at what is near by the tables, nearest first, until something was found. What is promised
/// already or is the class itself is near too, but no answer: it looks on behind it, and once more,
/// since bytes are rounded.
template <class Best, class Look>
void Neighbourhood::look_near(ByteScan& scan, const Best& best, const Look& look) {
  work_ += scan.size() * tables_.size();
  unsigned low = scan.sum(tables_);
  for (bool again = true; again && low < 255; low += slack + 1U) {
    again = !best;
    scan.collect(static_cast<std::uint8_t>(low),
                 static_cast<std::uint8_t>(std::min(254U, low + slack)), candidates_max, found_);
    for (const std::uint32_t item : found_) look(item);
  }
}

/// What a row of the growing class loses more with the item in it.
double Neighbourhood::step_of(std::uint32_t item, const Cluster& growing) const {
  double step = 0;
  for (std::size_t c = 0; c < tables_.size(); ++c) {
    if (codes_.is_exact(c)) {
      step += row_steps_[c][rows_.code(c, item)];
      continue;
    }
    const Cells& cells = clusterer_.cells();
    const Cell wider = cells.join(c, growing.cells[c], clusterer_.leaf(c, atoms_[item]));
    step += cells.loss(c, wider) - cells.loss(c, growing.cells[c]);
  }
  return step;
}

void Neighbourhood::look_at(std::uint32_t item, const Cluster& growing, double multiplier,
                            const Taken& taken, std::uint32_t except,
                            std::optional<Offer>& best) const {
  const double step = step_of(item, growing);
  for (const std::uint32_t from : holders_[item]) {
    if (from == except) continue;
    const auto promised = taken.find(from);
    std::uint32_t gone = 0;
    std::uint32_t gone_here = 0;
    if (promised != taken.end()) {
      for (const Member& member : promised->second) {
        gone += member.rows;
        if (member.atom == atoms_[item]) gone_here += member.rows;
      }
    }
    if (spare_rows(from) <= gone) continue;
    const double cost = multiplier * step - worth(clusters_[from]);
    if (best && best->cost <= cost) continue;
    const auto at = std::ranges::find(clusters_[from].members, atoms_[item], &Member::atom);
    const std::uint32_t rows = std::min(at->rows - gone_here, spare_rows(from) - gone);
    if (rows > 0) best = Offer{atoms_[item], from, rows, cost};
  }
}

/// What a class loses more with the rows in it; the tables are of their atom.
double Neighbourhood::cost_of(std::uint32_t home, Member member) {
  const Cluster& cluster = clusters_[home];
  double step = 0;
  for (std::size_t c = 0; c < tables_.size(); ++c) {
    if (!codes_.is_exact(c)) return clusterer_.cost_of_adding(cluster, member);
    step += codes_.steps_to(c, clusterer_.leaf(c, member.atom))[homes_.code(c, home)];
  }
  return (cluster.loss + step) * static_cast<double>(cluster.rows + member.rows) - cluster.total();
}

std::optional<Neighbourhood::Home> Neighbourhood::nearest_cluster(Member member,
                                                                  std::uint32_t except) {
  tables_of_.clear();
  for (std::size_t c = 0; c < tables_.size(); ++c)
    fill_table(codes_.steps_to(c, clusterer_.leaf(c, member.atom)), all_codes_[c], scale_,
               tables_[c]);
  std::optional<Home> best;
  look_near(homes_, best, [&](std::uint32_t i) {
    if (i == except || clusters_[i].is_open || clusters_[i].rows == 0) return;
    const double cost = cost_of(i, member);
    if (best && best->cost <= cost) return;
    if (!clusterer_.is_plain() && !clusterer_.holds_with(clusters_[i], member)) return;
    best = Home{i, cost};
  });
  return best;
}

std::uint32_t Neighbourhood::item_of(std::uint32_t atom) const {
  const auto at = std::ranges::lower_bound(atoms_, atom);
  CHECK_THAT(at != atoms_.end() && *at == atom);
  return static_cast<std::uint32_t>(at - atoms_.begin());
}

void Neighbourhood::join(std::uint32_t index, Member member) {
  auto& holders = holders_[item_of(member.atom)];
  if (std::ranges::find(holders, index) == holders.end()) {
    holders.push_back(index);
    clusterer_.add_new(clusters_[index], member);
  } else {
    clusterer_.add(clusters_[index], member);
  }
  show(index);
}

void Neighbourhood::replace(std::uint32_t index, Cluster cluster) {
  std::vector<std::uint32_t> items;
  const auto note = [&](const Cluster& each) {
    for (const Member& member : each.members) items.push_back(item_of(member.atom));
    work_ += each.members.size() * tables_.size();
  };
  note(clusters_[index]);
  note(cluster);
  unlist(index);
  clusters_[index] = std::move(cluster);
  list(index);
  for (const std::uint32_t item : items) offer(item);
  show(index);
}

void Neighbourhood::list(std::uint32_t index) {
  for (const Member& member : clusters_[index].members)
    holders_[item_of(member.atom)].push_back(index);
}

void Neighbourhood::unlist(std::uint32_t index) {
  for (const Member& member : clusters_[index].members)
    std::erase(holders_[item_of(member.atom)], index);
}

/// What is won by giving a row of an item away, for the scan: the loss of its dearest class that
/// can spare one, over the rows that a new class has at least.
void Neighbourhood::offer(std::uint32_t item) {
  double won = -1;
  for (const std::uint32_t from : holders_[item])
    if (spare_rows(from) > 0) won = std::max(won, worth(clusters_[from]));
  const double credit = std::max(0.0, won) / clusterer_.floor().k * scale_;
  rows_.set_penalty(
      item,
      won < 0 ? 255 : static_cast<std::uint8_t>(credit_max - std::min<double>(credit_max, credit)));
}

void Neighbourhood::show(std::uint32_t index) {
  const Cluster& cluster = clusters_[index];
  // Who joins loses what the others lose; spread over as many rows as the step counts for.
  const double joined = cluster.loss / static_cast<double>(cluster.rows + 1) * scale_;
  homes_.set_penalty(index, cluster.is_open || cluster.rows == 0
                                ? 255
                                : static_cast<std::uint8_t>(std::min(254.0, joined)));
  if (cluster.is_open || cluster.rows == 0) return;
  for (std::size_t c = 0; c < cluster.cells.size(); ++c)
    homes_.set(c, index, codes_.code(c, cluster.cells[c]));
}

}  // namespace usufruct::anonymise
