#include "trustee/anonymise/recode/global.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/recode/lattice.h"
#include "trustee/anonymise/recode/together.h"

namespace usufruct::anonymise {

namespace {

/// Sums of doubles may differ in their last digits by the order of adding; a bound within this of
/// the best is looked at rather than cut, so rounding cannot hide an optimum.
constexpr double rounding = 1e-9;

/// What the two searches share: the budget, the best node so far, the rule of ties.
class Search {
 public:
  Search(const Histogram& histogram, const Floor& floor, const SearchOptions& options)
      : options_(options), costs_(histogram, floor) {
    for (const Hierarchy& hierarchy : histogram.hierarchies)
      top_.push_back(static_cast<std::uint8_t>(hierarchy.level_count() - 1));
    suppressed_max_ = suppressed_max(floor, histogram.rows);
  }

  /// Costs a node, keeps it if it is the best; answers what suppression adds to its marginal loss,
  /// or more than any loss when the floor is missed.
  double check(const Node& node) {
    ++checked_;
    const NodeCost cost = costs_.cost(node, suppressed_max_);
    if (cost.is_within && (!best_ || is_before(node, cost))) best_ = {node, cost};
    return cost.added;
  }
  bool has_best() const { return best_.has_value(); }
  double best_loss() const { return best_ ? best_->second.loss : NodeCosts::out_of_reach; }
  bool is_cut(double bound) const { return bound > best_loss() + rounding; }
  bool is_spent() const {
    return checked_ >= options_.check_count_max || checked_ * costs_.work() >= options_.work_max;
  }
  double marginal(const Node& node) const { return costs_.marginal(node); }
  const Node& top() const { return top_; }
  const std::pair<Node, NodeCost>& best() const { return *best_; }

  FullDomain finish(bool is_proven, double bound) const {
    const double loss = best_loss();
    // Where a text is read for fewer people than it may stand for, a node that was passed over may
    // be good.
    if (!costs_.is_exact()) return {best_->first, best_->second, checked_, false, 0};
    return {best_->first, best_->second, checked_, is_proven,
            is_proven ? loss : std::min(loss, bound)};
  }

 private:
  bool is_before(const Node& node, const NodeCost& cost) const {
    const auto key = [](const Node& n, const NodeCost& c) {
      return std::tuple(c.loss, c.suppressed, std::accumulate(n.begin(), n.end(), 0U), n);
    };
    return key(node, cost) < key(best_->first, best_->second);
  }

  const SearchOptions& options_;
  NodeCosts costs_;
  Node top_;
  std::uint64_t suppressed_max_ = 0;
  std::uint64_t checked_ = 0;
  std::optional<std::pair<Node, NodeCost>> best_;
};

/// The whole lattice in memory, each node with the most that suppression is known to add to it.
class ExactSearch {
 public:
  ExactSearch(Search& search, std::size_t size) : search_(search), added_(size, 0) {
    std::size_t stride = 1;
    for (const std::uint8_t level : search.top()) {
      strides_.push_back(stride);
      stride *= static_cast<std::size_t>(level) + 1;
    }
    marginal_.reserve(size);
    for (std::size_t i = 0; i < size; ++i) marginal_.push_back(search.marginal(node_at(i)));
  }

  FullDomain run() {
    std::vector<std::uint32_t> order(marginal_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return marginal_[a] < marginal_[b]; });
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (search_.is_cut(marginal_[order[i]])) break;
      if (is_done(order[i])) continue;
      if (search_.is_spent()) return search_.finish(false, lowest_open(order, i));
      climb(order[i]);
      if (!is_done(order[i])) check(order[i]);
    }
    return search_.finish(true, 0);
  }

 private:
  /// From an open node upwards by the cheapest step while it could still be best; then a bisection
  /// of that path for the highest node whose check closes all below it.
  void climb(std::size_t from) {
    std::vector<std::size_t> path{from};
    for (;;) {
      const auto next = cheapest_above(path.back());
      if (!next || search_.is_cut(marginal_[*next])) break;
      path.push_back(*next);
    }
    std::size_t low = 1;
    std::size_t high = path.size();
    while (low < high && !is_done(from)) {
      const std::size_t middle = (low + high) / 2;
      if (!is_done(path[middle])) check(path[middle]);
      const bool is_closed_below =
          search_.is_cut(marginal_[path[middle - 1]] + added_[path[middle - 1]]);
      if (is_closed_below)
        low = middle + 1;
      else
        high = middle;
    }
  }

  std::optional<std::size_t> cheapest_above(std::size_t index) const {
    const Node node = node_at(index);
    std::optional<std::size_t> cheapest;
    for (std::size_t c = 0; c < node.size(); ++c) {
      if (node[c] == search_.top()[c]) continue;
      const std::size_t above = index + strides_[c];
      if (!cheapest || marginal_[above] < marginal_[*cheapest]) cheapest = above;
    }
    return cheapest;
  }

  void check(std::size_t index) {
    const Node node = node_at(index);
    const double added = search_.check(node);
    checked_.insert(index);
    if (added > 0) raise_below(node, added);
  }

  /// Suppressed here means suppressed in every node below: what it adds here, it adds there.
  void raise_below(const Node& node, double added) {
    Node each(node.size(), 0);
    std::size_t index = 0;
    for (;;) {
      added_[index] = std::max(added_[index], added);
      std::size_t c = 0;
      for (; c < each.size() && each[c] == node[c]; ++c) {
        index -= strides_[c] * each[c];
        each[c] = 0;
      }
      if (c == each.size()) return;
      ++each[c];
      index += strides_[c];
    }
  }

  bool is_done(std::size_t index) const {
    return search_.is_cut(marginal_[index] + added_[index]) || checked_.contains(index);
  }

  double lowest_open(const std::vector<std::uint32_t>& order, std::size_t from) const {
    double lowest = search_.best_loss();
    for (std::size_t i = from; i < order.size(); ++i)
      if (!is_done(order[i])) lowest = std::min(lowest, marginal_[order[i]] + added_[order[i]]);
    return lowest;
  }

  Node node_at(std::size_t index) const {
    Node node(search_.top().size());
    for (std::size_t c = 0; c < node.size(); ++c)
      node[c] = static_cast<std::uint8_t>(index / strides_[c] %
                                          (static_cast<std::size_t>(search_.top()[c]) + 1));
    return node;
  }

  Search& search_;
  std::vector<std::size_t> strides_;
  std::vector<double> marginal_;
  std::vector<double> added_;
  std::set<std::size_t> checked_;
};

/// For lattices that do not fit: a descent from the top for a good answer, then nodes by rising
/// marginal loss for as long as the budget lasts; what is left open gives the bound.
class WideSearch {
 public:
  explicit WideSearch(Search& search) : search_(search) {}

  FullDomain run() {
    descend();
    std::priority_queue<Open, std::vector<Open>, std::greater<>> open;
    std::set<Node> seen;
    const auto push = [&](const Node& node) {
      if (seen.insert(node).second) open.emplace(search_.marginal(node), node);
    };
    push(Node(search_.top().size(), 0));
    while (!open.empty()) {
      const auto [marginal, node] = open.top();
      if (search_.is_cut(marginal)) break;
      if (search_.is_spent()) return search_.finish(false, marginal);
      open.pop();
      search_.check(node);
      for (std::size_t c = 0; c < node.size(); ++c)
        if (node[c] < search_.top()[c]) push(stepped(node, c, 1));
    }
    return search_.finish(true, 0);
  }

 private:
  using Open = std::pair<double, Node>;

  static Node stepped(Node node, std::size_t column, int by) {
    node[column] = static_cast<std::uint8_t>(node[column] + by);
    return node;
  }

  void descend() {
    for (Node from; from != search_.best().first && !search_.is_spent();) {
      from = search_.best().first;
      for (std::size_t c = 0; c < from.size(); ++c)
        if (from[c] > 0) search_.check(stepped(from, c, -1));
    }
  }

  Search& search_;
};

/// Rows ask for more than can stand together, and are too many to be left out.
std::unexpected<Error> too_much_asked(const Histogram& histogram, std::uint64_t most,
                                      std::uint64_t out_max) {
  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  for (const std::uint32_t k : histogram.k_asked)
    if (k > most) least = std::min(least, k);
  return denied(
      fmt::format("{} of {} rows ask for k {} or more, {} can stand together without them, and {} "
                  "may be suppressed",
                  histogram.rows - most, histogram.rows, least, most, out_max),
      "wait for more consents, or ask these persons for a lower k or the owner for more "
      "suppression",
      "floor-k");
}

Result<void> check_people(const Histogram& histogram, const Floor& floor) {
  std::uint64_t people = 0;
  for (const std::uint32_t each : histogram.people.counts) people += each;
  if (people >= floor.k_map) return {};
  return denied(
      fmt::format("the population has {} people and the floor is k-map {}", people, floor.k_map),
      "give a larger table of the population, or ask the owner for a lower k-map", "floor-k-map");
}

std::unexpected<Error> floor_missed(const Histogram& histogram, const Floor& floor) {
  if (histogram.rows < floor.k)
    return denied(fmt::format("{} rows are kept and the floor is k {}", histogram.rows, floor.k),
                  fmt::format("k {} is the most these rows can meet; wait for more consents, or "
                              "ask the owner for a lower k",
                              histogram.rows),
                  "floor-k");
  const std::uint32_t l =
      std::max({floor.l_distinct, (floor.l_entropy_milli + 999) / 1000, floor.l_recursive});
  for (const auto& column : histogram.sensitive)
    if (column.values.size() < l)
      return denied(fmt::format("column '{}' has {} different values in all rows, and the floor "
                                "asks for {} in every class",
                                printable(column.name), column.values.size(), l),
                    "give the column another role, or ask the owner for a lower l",
                    "floor-diversity");
  return denied("the values of a sensitive column are not diverse enough, even over all rows",
                "give the column another role, or ask the owner for another floor",
                "floor-diversity");
}

}  // namespace

std::uint64_t most_together(const Histogram& histogram) {
  std::map<std::uint32_t, std::uint64_t> rows_of;
  for (std::size_t t = 0; t < histogram.k_asked.size(); ++t)
    rows_of[histogram.k_asked[t]] += histogram.counts[t];
  std::vector<Asking> asking;
  for (const auto& [k, rows] : rows_of) asking.push_back({k, rows});
  return most_together(histogram.rows, asking);
}

Result<void> check_reachable(const Histogram& histogram, const Floor& floor) {
  const std::uint64_t most = most_together(histogram);
  const std::uint64_t out = histogram.rows - most;
  const std::uint64_t out_max = suppressed_max(floor, histogram.rows);
  if (out > out_max || (out > 0 && most < floor.k)) return too_much_asked(histogram, most, out_max);
  if (floor.k_map > 0) CHECK_OK(check_people(histogram, floor));
  Judge judge(histogram, floor);
  for (std::uint32_t a = 0; a < histogram.atoms.size(); ++a)
    if (histogram.asked(histogram.atoms[a].tuple) <= most) judge.add(a, histogram.atoms[a].rows);
  if (judge.holds()) return {};
  return floor_missed(histogram, floor);
}

Result<FullDomain> search_global(const Histogram& histogram, const Floor& floor,
                                 const SearchOptions& options) {
  CHECK_THAT(histogram.rows > 0 && options.lattice_nodes_max < (1ULL << 32));
  Search search(histogram, floor, options);
  // Everything in one class: if this misses the floor, so does every node. Suppressing every row
  // is within some suppression limits, but a release of nothing serves nobody.
  CHECK_OK(check_reachable(histogram, floor));
  search.check(search.top());
  const std::uint64_t size = lattice_size(histogram, options.lattice_nodes_max);
  if (size > options.lattice_nodes_max) return WideSearch(search).run();
  return ExactSearch(search, size).run();
}

Recoding recoding_of(const Histogram& histogram, const Floor& floor, const FullDomain& found) {
  std::vector<bool> is_suppressed;
  Recoding made{.columns = histogram.column_count(),
                .suppressed = found.cost.suppressed,
                .loss = found.cost.loss,
                .loss_bound = found.loss_bound,
                .proven_optimal = found.proven_optimal,
                .algorithm = "full-domain"};
  cost_of(histogram, found.node, floor, &is_suppressed);
  std::map<std::vector<std::uint32_t>, std::uint32_t> class_of;
  std::vector<std::uint32_t> groups(made.columns);
  for (std::uint32_t a = 0; a < histogram.atoms.size(); ++a) {
    const std::uint32_t t = histogram.atoms[a].tuple;
    if (is_suppressed[t]) continue;
    for (std::size_t c = 0; c < made.columns; ++c)
      groups[c] = histogram.hierarchies[c].group_of(found.node[c], histogram.leaves[c][t]);
    const auto [at, is_new] = class_of.emplace(groups, static_cast<std::uint32_t>(class_of.size()));
    for (std::size_t c = 0; is_new && c < made.columns; ++c) {
      made.levels.push_back(found.node[c]);
      made.leaves.push_back(histogram.leaves[c][t]);
    }
    made.shares.push_back({a, at->second, histogram.atoms[a].rows});
  }
  return made;
}

}  // namespace usufruct::anonymise
