#include "trustee/anonymise/recode/ladder.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <span>

#include "crypto/base/parallel.h"
#include "trustee/anonymise/recode/cells.h"
#include "trustee/anonymise/recode/grouping.h"
#include "trustee/anonymise/recode/lattice.h"
#include "trustee/anonymise/recode/model.h"
#include "trustee/anonymise/recode/node_cost.h"
#include "trustee/anonymise/recode/people.h"
#include "trustee/anonymise/recode/together.h"

namespace usufruct::anonymise {

namespace {

constexpr double rank_again_below = 0.7;     ///< of the rows at the last ranking
constexpr double compact_below = 0.8;        ///< of the tuples in the set
constexpr std::size_t batch_work = 400'000;  ///< tuples grouped between two meetings of threads
constexpr std::size_t batch_nodes_max = 256;
constexpr std::size_t alone_below = 50'000;  ///< less is done before a thread has started
constexpr std::size_t workers = 2;

/// What one thread needs to look at a node.
struct Worker {
  Worker(const Histogram& histogram, const Floor& floor, const GroupKeys& keys,
         const TupleView& tuples, const PeopleView* people)
      : grouping(keys, tuples, people), judge(histogram, floor) {}
  Grouping grouping;
  Judge judge;
};

class Ladder {
 public:
  Ladder(const Histogram& histogram, const Floor& floor, const LadderOptions& options)
      : histogram_(histogram),
        options_(options),
        keys_(histogram),
        cells_(histogram),
        set_(histogram),
        first_atom_(first_atoms(histogram)),
        nodes_(all_nodes(histogram)),
        is_done_(nodes_.size(), 0),
        left_(histogram.rows) {
    if (floor.k_map > 0) people_.emplace(histogram);
    k_map_ = floor.k_map;
    for (std::size_t i = 0; i < workers; ++i)
      workers_.push_back(std::make_unique<Worker>(histogram, floor, keys_, set_.view(),
                                                  people_ ? &*people_ : nullptr));
    class_of_.assign(histogram.tuple_count(), none);
    made_.columns = histogram.column_count();
    made_.algorithm = "ladder";
    k_ = floor.k;
  }

  Laddered run() {
    for (bool again = true; again && left_ >= k_ && work_ < options_.work_max;) {
      again = climb();
      // A floor that is not monotone may hold for what is left where it did not for more.
      if (again && options_.looks_again && !workers_[0]->judge.is_monotone())
        std::fill(is_done_.begin(), is_done_.end(), std::uint8_t{0});
    }
    return {finish(), work_ >= options_.work_max};
  }

 private:
  static constexpr std::uint32_t none = static_cast<std::uint32_t>(-1);

  /// One ranking of the nodes; answers whether some class was made and another may pay.
  bool climb() {
    compact();
    const std::vector<std::uint32_t> order = ranked();
    const std::uint64_t at_start = left_;
    // Nodes are looked at ahead, more of them the longer no class was made.
    std::size_t batch = workers;
    for (std::size_t from = 0; from < order.size() && work_ < options_.work_max;) {
      const std::size_t wanted = std::min(
          batch,
          std::clamp<std::size_t>(batch_work / (work_of_node() + 1), workers, batch_nodes_max));
      std::vector<std::uint32_t> nodes;
      std::size_t to = from;
      for (; to < order.size() && nodes.size() < wanted; ++to)
        if (!is_done_[order[to]]) nodes.push_back(order[to]);
      const std::size_t found = first_that_holds(nodes);
      if (found == nodes.size()) {
        from = to;
        batch = std::min(2 * batch, batch_nodes_max);
        continue;
      }
      while (order[from] != nodes[found]) ++from;
      commit(nodes_[nodes[found]]);
      batch = workers;
      is_done_[order[from++]] = 1;
      if (left_ < k_) return false;
      if (static_cast<double>(left_) < rank_again_below * static_cast<double>(at_start))
        return true;
    }
    return left_ < at_start;
  }

  std::size_t work_of_node() const { return set_.size() + (people_ ? people_->view.size() : 0); }

  /// Nodes not done, by rising loss of the rows that are left.
  std::vector<std::uint32_t> ranked() const {
    std::vector<std::vector<double>> lost(made_.columns);
    for (std::size_t c = 0; c < made_.columns; ++c) {
      std::vector<std::uint64_t> rows(cells_.leaf_count(c), 0);
      for (std::size_t i = 0; i < set_.size(); ++i) rows[set_.leaf(c, i)] += set_.count(i);
      lost[c].assign(histogram_.hierarchies[c].level_count(), 0);
      for (std::size_t level = 0; level < lost[c].size(); ++level)
        for (std::uint32_t leaf = 0; leaf < rows.size(); ++leaf)
          if (rows[leaf] > 0)
            lost[c][level] +=
                static_cast<double>(rows[leaf]) * cells_.loss(c, cells_.at(c, level, leaf));
    }
    std::vector<double> loss(nodes_.size(), 0);
    std::vector<std::uint32_t> order;
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
      if (is_done_[n]) continue;
      for (std::size_t c = 0; c < made_.columns; ++c) loss[n] += lost[c][nodes_[n][c]];
      order.push_back(n);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return loss[a] < loss[b]; });
    return order;
  }

  /// The first of these nodes with a group that meets the floor, or their count; those before it
  /// are done.
  std::size_t first_that_holds(std::span<const std::uint32_t> nodes) {
    std::vector<std::uint8_t> holds(nodes.size(), 0);
    // Every worker takes its own share, so that its keys move between near nodes.
    const std::size_t share = (nodes.size() + workers - 1) / workers;
    const auto look = [&](std::size_t w) {
      for (std::size_t i = w * share; i < std::min(nodes.size(), (w + 1) * share); ++i)
        holds[i] = some_group_holds(*workers_[w], nodes_[nodes[i]]);
    };
    for_each_index(workers, nodes.size() * work_of_node() < alone_below ? workers : 1, look);
    work_ += nodes.size() * work_of_node();
    std::size_t at = 0;
    while (at < nodes.size() && !holds[at]) ++at;
    // Those behind it that hold nothing are done as well: what is left only gets less.
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (!holds[i] && (i < at || workers_[0]->judge.is_monotone())) is_done_[nodes[i]] = 1;
    return at;
  }

  bool some_group_holds(Worker& worker, const Node& node) const {
    worker.grouping.group(node);
    const auto rows = worker.grouping.rows();
    const auto is_large = [&](std::uint64_t count) { return worker.judge.is_large_enough(count); };
    if (std::none_of(rows.begin(), rows.end(), is_large)) return false;
    if (!worker.judge.asks_about_values() && !people_ && histogram_.k_asked.empty()) return true;
    const Held held = groups_that_hold(worker);
    return std::find(held.holds.begin(), held.holds.end(), true) != held.holds.end();
  }

  /// Which groups of a node meet the floor, and which of their tuples are with them.
  struct Held {
    std::vector<bool> holds;          ///< [group]
    std::vector<std::uint64_t> most;  ///< rows that ask for more are out; empty where none asks

    bool has(std::uint32_t group, std::uint32_t asked) const {
      return holds[group] && (most.empty() || asked <= most[group]);
    }
  };

  /// Of the groups made last.
  Held groups_that_hold(Worker& worker) const {
    const auto group_of = worker.grouping.group_of();
    const auto all = worker.grouping.rows();
    Held held;
    if (!histogram_.k_asked.empty())
      held.most = most_together(
          group_of, all, [&](std::size_t i) { return histogram_.k_asked[set_.tuple(i)]; },
          [&](std::size_t i) { return set_.count(i); });
    const auto rows = held.most.empty() ? all : std::span<const std::uint64_t>(held.most);
    held.holds.resize(rows.size());
    for (std::size_t g = 0; g < rows.size(); ++g)
      held.holds[g] = worker.judge.is_large_enough(rows[g]);
    if (people_) {
      const auto& people = worker.grouping.count_people();
      for (std::size_t g = 0; g < rows.size(); ++g)
        held.holds[g] = held.holds[g] && people[g] >= k_map_;
    }
    if (worker.judge.asks_about_values()) judge_values(worker, held);
    return held;
  }

  void judge_values(Worker& worker, Held& held) const {
    const auto group_of = worker.grouping.group_of();
    auto& holds = held.holds;
    const auto is_in = [&](std::size_t i) {
      return held.has(group_of[i], histogram_.asked(set_.tuple(i)));
    };
    std::vector<std::uint32_t> begin(holds.size() + 1, 0);
    for (std::size_t i = 0; i < group_of.size(); ++i) begin[group_of[i] + 1] += is_in(i) ? 1 : 0;
    for (std::size_t g = 0; g < holds.size(); ++g) begin[g + 1] += begin[g];
    std::vector<std::uint32_t> members(begin.back());
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (std::uint32_t i = 0; i < group_of.size(); ++i)
      if (is_in(i)) members[next[group_of[i]]++] = i;
    for (std::size_t g = 0; g < holds.size(); ++g) {
      if (!holds[g]) continue;
      worker.judge.clear();
      for (std::uint32_t m = begin[g]; m < begin[g + 1]; ++m)
        if (set_.count(members[m]) > 0) add_tuple(worker.judge, set_.tuple(members[m]));
      holds[g] = worker.judge.holds();
    }
  }

  void add_tuple(Judge& judge, std::uint32_t tuple) const {
    for (std::uint32_t a = first_atom_[tuple]; a < first_atom_[tuple + 1]; ++a)
      judge.add(a, histogram_.atoms[a].rows);
  }

  /// Makes classes of the groups of a node that meet the floor. What is gone counts no rows.
  void commit(const Node& node) {
    Worker& worker = *workers_[0];
    worker.grouping.group(node);
    const Held held = groups_that_hold(worker);
    std::vector<std::uint32_t> class_of_group(held.holds.size(), none);
    const auto group_of = worker.grouping.group_of();
    for (std::size_t i = 0; i < group_of.size(); ++i) {
      const std::uint32_t g = group_of[i];
      const std::uint32_t tuple = set_.tuple(i);
      if (set_.count(i) == 0 || !held.has(g, histogram_.asked(tuple))) continue;
      if (class_of_group[g] == none) {
        class_of_group[g] = static_cast<std::uint32_t>(class_count_++);
        made_.levels.insert(made_.levels.end(), node.begin(), node.end());
        for (std::size_t c = 0; c < made_.columns; ++c)
          made_.leaves.push_back(histogram_.leaves[c][tuple]);
      }
      class_of_[tuple] = class_of_group[g];
      left_ -= set_.count(i);
      set_.forget(i);
      ++gone_;
    }
    if (static_cast<double>(gone_) > (1 - compact_below) * static_cast<double>(set_.size()))
      compact();
  }

  void compact() {
    set_.compact();
    gone_ = 0;
    for (auto& worker : workers_) worker->grouping.reset();
  }

  Recoding finish() {
    double loss = 0;
    for (std::uint32_t a = 0; a < histogram_.atoms.size(); ++a) {
      const auto& atom = histogram_.atoms[a];
      const std::uint32_t group = class_of_[atom.tuple];
      if (group == none) {
        made_.suppressed += atom.rows;
        continue;
      }
      made_.shares.push_back({a, group, atom.rows});
      for (std::size_t c = 0; c < made_.columns; ++c) {
        const std::size_t at = std::size_t{group} * made_.columns + c;
        loss += atom.rows * cells_.loss(c, cells_.at(c, made_.levels[at], made_.leaves[at]));
      }
    }
    made_.loss =
        (loss + static_cast<double>(made_.suppressed)) / static_cast<double>(histogram_.rows);
    return std::move(made_);
  }

  const Histogram& histogram_;
  LadderOptions options_;
  GroupKeys keys_;
  Cells cells_;
  TupleSet set_;
  std::optional<PeopleView> people_;  ///< where the floor asks about them
  std::uint32_t k_map_ = 0;
  std::vector<std::uint32_t> first_atom_;
  std::vector<Node> nodes_;
  std::vector<std::uint8_t> is_done_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::uint32_t> class_of_;  ///< [tuple]
  std::size_t class_count_ = 0;
  std::uint64_t left_ = 0;
  std::size_t gone_ = 0;
  std::uint64_t work_ = 0;
  std::uint32_t k_ = 1;
  Recoding made_;
};

}  // namespace

Laddered recode_by_ladder(const Histogram& histogram, const Floor& floor,
                          const LadderOptions& options) {
  if (lattice_size(histogram, options.lattice_nodes_max) > options.lattice_nodes_max) {
    Recoding nothing{.columns = histogram.column_count(), .suppressed = histogram.rows, .loss = 1};
    nothing.algorithm = "ladder";
    return {nothing, true};
  }
  return Ladder(histogram, floor, options).run();
}

}  // namespace usufruct::anonymise
