#include "trustee/anonymise/recode/refine.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "crypto/base/parallel.h"
#include "trustee/anonymise/recode/blocks.h"
#include "trustee/anonymise/recode/neighbourhood.h"

namespace usufruct::anonymise {

namespace {

constexpr double least_gain = 1e-9;  ///< of all rows of a class; less is rounding
constexpr std::size_t seeds_max = 8;
constexpr std::uint32_t growth_max = 4;  ///< a class that still misses the floor at so many k stops

/// Changes to some classes, and what they win together.
struct Plan {
  std::map<std::uint32_t, Cluster> clusters;  ///< the classes as they will be
  double cost = 0;                            ///< what these lose more than now
};

class Refining {
 public:
  explicit Refining(Neighbourhood& near, std::uint64_t work_max)
      : near_(near), clusterer_(near.clusterer()), work_max_(work_max) {}

  /// Dear classes first. Answers how many changes were made.
  std::size_t turn() {
    std::vector<std::uint32_t> order(near_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
      return near_.cluster(a).loss > near_.cluster(b).loss;
    });
    std::size_t changes = 0;
    for (const std::uint32_t i : order) {
      if (near_.work() > work_max_) break;
      if (near_.cluster(i).loss <= 0) continue;
      const bool is_small =
          near_.cluster(i).rows < 2 * std::uint64_t{clusterer_.k_of(near_.cluster(i))};
      if (is_small || near_.cluster(i).is_open) changes += reform(i);
      if (!near_.cluster(i).is_open) changes += relocate(i);
    }
    return changes;
  }

 private:
  std::size_t reform(std::uint32_t index) {
    const Cluster old = near_.cluster(index);
    std::vector<std::optional<Neighbourhood::Home>> homes;
    for (const Member& member : old.members) homes.push_back(near_.nearest_cluster(member, index));
    std::optional<Plan> best = consider({}, dissolved(index, old, homes));
    for (std::size_t seed = 0; seed < std::min(old.members.size(), seeds_max); ++seed)
      best = consider(std::move(best),
                      grown(index, old, homes, seed, best ? best->cost : -least_gain));
    if (!best) return 0;
    apply(std::move(*best));
    return 1;
  }

  std::optional<Plan> consider(std::optional<Plan> best, std::optional<Plan> plan) {
    if (!plan || plan->cost > -least_gain) return best;
    if (best && best->cost <= plan->cost) return best;
    return still_holds(*plan) ? std::move(plan) : std::move(best);
  }

  using Homes = std::vector<std::optional<Neighbourhood::Home>>;

  std::optional<Plan> dissolved(std::uint32_t index, const Cluster& old, const Homes& homes) {
    Plan plan;
    plan.clusters[index] = {};
    plan.cost = -old.total();
    for (std::size_t m = 0; m < old.members.size(); ++m)
      if (!move_home(plan, old.members[m], homes[m])) return std::nullopt;
    return plan;
  }

  bool move_home(Plan& plan, Member member, const std::optional<Neighbourhood::Home>& home) {
    if (!home) return false;
    const auto [at, is_new] = plan.clusters.try_emplace(home->cluster);
    Cluster& cluster = at->second;
    if (is_new) cluster = near_.cluster(home->cluster);
    // It may have changed since it was found to be the nearest.
    if (cluster.members.empty()) return false;
    const double before = cluster.total();
    clusterer_.add(cluster, member);
    plan.cost += cluster.total() - before;
    return true;
  }

  /// A class grown from one member of the old one; the other members go in or go home.
  std::optional<Plan> grown(std::uint32_t index, const Cluster& old, const Homes& homes,
                            std::size_t seed, double to_beat) {
    Cluster growing;
    double won = 0;
    clusterer_.add(growing, old.members[seed]);
    std::vector<bool> is_in(old.members.size(), false);
    is_in[seed] = true;
    Neighbourhood::Taken taken;
    // What comes in may ask for more.
    for (std::uint32_t k = clusterer_.k_of(growing); growing.rows < std::uint64_t{growth_max} * k;
         k = clusterer_.k_of(growing)) {
      near_.charge((old.members.size() + growing.members.size()) * clusterer_.columns());
      if (near_.work() > work_max_) return std::nullopt;
      // It only gets dearer: hopeless ones are left early.
      const auto grown_rows = static_cast<double>(std::max<std::uint64_t>(k, growing.rows));
      if (growing.loss * grown_rows - won - old.total() > to_beat) return std::nullopt;
      const bool is_enough = growing.rows >= k && clusterer_.holds(growing);
      const double multiplier = static_cast<double>(std::max<std::uint64_t>(k, growing.rows + 1));
      auto offer = near_.nearest_row(growing, multiplier, taken, index);
      // One row more loses what the others do.
      double least = offer ? offer->cost + (growing.rows >= k ? growing.loss : 0) : 1e9;
      std::optional<std::size_t> own;
      for (std::size_t m = 0; m < old.members.size(); ++m) {
        if (is_in[m]) continue;
        const double cost = cost_of_own(growing, old.members[m], homes[m], k);
        if (cost < least) {
          least = cost;
          own = m;
        }
      }
      if (is_enough && least >= -least_gain) break;
      if (own) {
        is_in[*own] = true;
        clusterer_.add(growing, old.members[*own]);
      } else if (offer) {
        const std::uint64_t wanted = growing.rows < k ? k - growing.rows : offer->rows;
        const auto rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, offer->rows));
        clusterer_.add(growing, {offer->atom, rows});
        taken[offer->from].push_back({offer->atom, rows});
        won += near_.cluster(offer->from).loss * rows;
      } else {
        break;
      }
    }
    clusterer_.widen_to_people(growing);
    if (!clusterer_.holds(growing)) return std::nullopt;
    return planned(index, old, homes, std::move(growing), is_in, taken);
  }

  /// Of one row, in the growing class, against where it would go else.
  double cost_of_own(const Cluster& growing, Member member,
                     const std::optional<Neighbourhood::Home>& home, std::uint32_t k) const {
    const double with = clusterer_.loss_with(growing, member.atom);
    const double elsewhere = home ? home->cost / member.rows : 1e6;
    if (growing.rows < k) return k * (with - growing.loss) - elsewhere;
    return with * static_cast<double>(growing.rows + 1) - growing.total() - elsewhere;
  }

  std::optional<Plan> planned(std::uint32_t index, const Cluster& old, const Homes& homes,
                              Cluster growing, const std::vector<bool>& is_in,
                              const Neighbourhood::Taken& given) {
    Plan plan;
    plan.cost = growing.total() - old.total();
    plan.clusters[index] = std::move(growing);
    for (const auto& [from, members] : given) {
      Cluster donor = near_.cluster(from);
      plan.cost -= donor.total();
      for (const Member& member : members) Clusterer::remove(donor, member);
      const double waiting = donor.loss;
      clusterer_.fit(donor);
      if (donor.is_open)
        donor.loss = waiting;
      else if (!clusterer_.holds(donor))
        return std::nullopt;
      plan.cost += donor.total();
      plan.clusters[from] = std::move(donor);
    }
    for (std::size_t m = 0; m < old.members.size(); ++m)
      if (!is_in[m] && !move_home(plan, old.members[m], homes[m])) return std::nullopt;
    return plan;
  }

  /// Rows that a class can spare and that make it dear go where they cost less.
  std::size_t relocate(std::uint32_t index) {
    std::size_t changes = 0;
    for (std::size_t m = 0; m < near_.cluster(index).members.size(); ++m) {
      const Cluster& now = near_.cluster(index);
      near_.charge(now.members.size() * clusterer_.columns());
      if (near_.spare_rows(index) == 0 || near_.work() > work_max_) break;
      const Member one{now.members[m].atom, std::min(now.members[m].rows, near_.spare_rows(index))};
      Cluster without = now;
      Clusterer::remove(without, one);
      clusterer_.fit(without);
      const double won = now.total() - without.total();
      if (won <= one.rows * now.loss * 0.5 || !clusterer_.holds(without)) continue;
      const auto home = near_.nearest_cluster(one, index);
      if (!home || home->cost >= won - least_gain) continue;
      Plan plan;
      plan.clusters[index] = std::move(without);
      if (!move_home(plan, one, home)) continue;
      apply(std::move(plan));
      ++changes;
      --m;
    }
    return changes;
  }

  /// Several rows may have gone to one class, each of which alone it could take.
  bool still_holds(const Plan& plan) {
    if (clusterer_.is_plain()) return true;
    return std::ranges::all_of(plan.clusters, [&](const auto& each) {
      return each.second.rows == 0 || each.second.is_open || clusterer_.holds(each.second);
    });
  }

  void apply(Plan plan) {
    for (auto& [index, cluster] : plan.clusters) near_.replace(index, std::move(cluster));
  }

  Neighbourhood& near_;
  Clusterer& clusterer_;
  std::uint64_t work_max_;
};

}  // namespace

void refine(Clustering& clustering, const Clusterer& clusterer, const RefineOptions& options) {
  std::uint64_t work_left = options.work_max;
  for (std::uint32_t turn = 0; turn < options.turns && work_left > 0; ++turn) {
    const auto blocks = blocks_of(clustering.clusters, clusterer, options.block_members_max, turn);
    std::vector<std::vector<Cluster>> refined(blocks.size());
    std::vector<std::size_t> changes(blocks.size(), 0);
    std::vector<std::uint64_t> work(blocks.size(), 0);
    for_each_index(blocks.size(), 1, [&](std::size_t b) {
      std::vector<Cluster> own;
      for (const std::uint32_t i : blocks[b]) own.push_back(clustering.clusters[i]);
      Neighbourhood near(std::move(own), clusterer);
      if (options.worth_of_waiting < 1) near.set_worth_of_waiting(options.worth_of_waiting);
      changes[b] = Refining(near, work_left / blocks.size()).turn();
      work[b] = near.work();
      refined[b] = near.take();
    });
    clustering.clusters.clear();
    for (auto& block : refined)
      for (Cluster& cluster : block)
        if (cluster.rows > 0) clustering.clusters.push_back(std::move(cluster));
    const std::uint64_t worked = std::accumulate(work.begin(), work.end(), std::uint64_t{0});
    work_left -= std::min(work_left, worked);
    if (std::accumulate(changes.begin(), changes.end(), std::size_t{0}) == 0) return;
  }
}

}  // namespace usufruct::anonymise
