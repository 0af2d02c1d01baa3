#include "trustee/anonymise/recode/bound.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "crypto/base/parallel.h"
#include "trustee/anonymise/recode/cells.h"
#include "trustee/anonymise/recode/grouping.h"
#include "trustee/anonymise/recode/people.h"

namespace usufruct::anonymise {

namespace {

using Columns = std::vector<std::size_t>;

using Counts = std::vector<std::uint64_t>;

/// The histogram of some columns: tuples that differ in others only are one. Where people are
/// looked at, their tuples are in it too, of no rows.
struct Projection {
  Histogram set;
  Counts people;               ///< [tuple]; empty where they are not looked at
  std::vector<Counts> asking;  ///< [kind][tuple]: rows that need the k of the kind
};

/// What each row needs by itself: the k of the kind at least.
struct Kinds {
  std::vector<std::uint32_t> k;  ///< ascending, the floor's first

  std::size_t of(std::uint32_t asked) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(k.begin() + 1, k.end(), asked) -
                                    k.begin()) -
           1;
  }
};

/// Each k that rows ask for, or some of them: who asks for another is taken for less.
Kinds kinds_of(const Histogram& histogram, const Floor& floor) {
  constexpr std::size_t asked_max = 4;  ///< each costs a run over the tuples
  std::set<std::uint32_t> asked(histogram.k_asked.begin(), histogram.k_asked.end());
  asked.erase(asked.begin(), asked.upper_bound(floor.k));
  const std::vector<std::uint32_t> all(asked.begin(), asked.end());
  Kinds kinds{{floor.k}};
  const std::size_t count = std::min(asked_max, all.size());
  for (std::size_t i = 0; i < count; ++i) kinds.k.push_back(all[i * all.size() / count]);
  return kinds;
}

Projection projected(const Histogram& histogram, const Columns& columns, const Kinds& kinds,
                     bool with_people) {
  Projection made;
  made.set.rows = histogram.rows;
  made.asking.resize(kinds.k.size());
  for (const std::size_t c : columns) {
    made.set.hierarchies.push_back(histogram.hierarchies[c]);
    made.set.leaves.emplace_back();
  }
  const GroupKeys keys(histogram);
  const std::size_t tuples = histogram.tuple_count();
  const auto leaf = [&](std::size_t c, std::size_t i) {
    return i < tuples ? histogram.leaves[c][i] : histogram.people.leaves[c][i - tuples];
  };
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (std::size_t i = 0; i < tuples + (with_people ? histogram.people.size() : 0); ++i) {
    std::uint64_t key = 0;
    for (const std::size_t c : columns) key += keys.of(c, 0)[leaf(c, i)];
    order.emplace_back(key, static_cast<std::uint32_t>(i));
  }
  std::ranges::sort(order);
  for (std::size_t o = 0; o < order.size(); ++o) {
    const std::uint32_t i = order[o].second;
    if (o == 0 || order[o].first != order[o - 1].first) {
      for (std::size_t c = 0; c < columns.size(); ++c)
        made.set.leaves[c].push_back(leaf(columns[c], i));
      made.set.counts.push_back(0);
      for (Counts& rows : made.asking) rows.push_back(0);
      if (with_people) made.people.push_back(0);
    }
    if (i >= tuples) {
      made.people.back() += histogram.people.counts[i - tuples];
      continue;
    }
    made.set.counts.back() += histogram.counts[i];
    made.asking[kinds.of(histogram.asked(i))].back() += histogram.counts[i];
  }
  return made;
}

/// Numbers keys in the order they are first seen.
class KeyNumbers {
 public:
  void start(std::size_t keys) {
    const std::size_t wanted = std::bit_ceil(std::max<std::size_t>(64, 2 * keys));
    if (wanted > slots_.size() || ++epoch_ == 0) {
      slots_.assign(std::max(wanted, slots_.size()), Slot{});
      epoch_ = 1;
    }
    // Few keys use a small part of the table, which stays in the cache.
    mask_ = wanted - 1;
    shift_ = std::countl_zero(wanted - 1);
    count_ = 0;
  }
  std::uint32_t number(std::uint64_t key) {
    std::size_t at = (key * 0x9E3779B97F4A7C15ULL) >> shift_;
    while (slots_[at].epoch == epoch_ && slots_[at].key != key) at = (at + 1) & mask_;
    if (slots_[at].epoch != epoch_) slots_[at] = {key, count_++, epoch_};
    return slots_[at].number;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t number = 0;
    std::uint32_t epoch = 0;
  };
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
  int shift_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t epoch_ = 0;
};

/// Tuples of which some columns are fixed to a level and the others are leaves still; those that
/// agree are one.
struct Entry {
  std::uint64_t key = 0;
  std::uint32_t rows = 0;   ///< or people
  std::uint32_t tuple = 0;  ///< one of them
  float lost = 0;           ///< in the columns fixed so far
  float least = 0;          ///< that it can lose in all, as far as known; of several the most
};

/// The least that each tuple can lose in some columns, over all nodes at which its class has k of
/// what is counted: rows, or people. Columns are fixed one after the other, to every level in turn;
/// what agrees is one entry from then on, so that deep in, where most of the work is, few entries
/// are left.
class SetBound {
 public:
  /// Of tuples that are not `wanted` nothing is asked.
  SetBound(const Histogram& set, const Columns& columns, const Cells& cells, std::uint32_t k,
           const Counts& counts, const Counts& wanted)
      : set_(set), counts_(counts), wanted_(wanted), keys_(set), k_(k) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      auto& levels = lost_.emplace_back();
      for (std::size_t level = 0; level < set.hierarchies[c].level_count(); ++level) {
        auto& leaves = levels.emplace_back();
        for (std::uint32_t leaf = 0; leaf < set.hierarchies[c].leaf_count(); ++leaf)
          leaves.push_back(
              static_cast<float>(cells.loss(columns[c], cells.at(columns[c], level, leaf))));
      }
      whole_ += lost_.back().back().front();
    }
  }

  /// [tuple]: nothing but suppression where there are fewer than k in all, which loses the whole of
  /// each column.
  std::vector<double> run() const {
    const std::size_t last = lost_.size() - 1;
    const std::vector<Entry> entries = all();
    // Levels of the last two columns, so that there is work for all cores to the end.
    const std::size_t others = last == 0 ? 1 : lost_[last - 1].size();
    std::vector<float> least(entries.size(), nothing);
    std::mutex mutex;
    for_each_index(lost_[last].size() * others, 1, [&](std::size_t task) {
      std::vector<Entry> own = entries;
      std::vector<Depth> depths(lost_.size());
      fix(last, task / others, own, depths, task % others);
      const std::lock_guard lock(mutex);
      for (std::size_t t = 0; t < own.size(); ++t) least[t] = std::min(least[t], own[t].least);
    });
    std::vector<double> lost;
    for (const float best : least)
      lost.push_back(best == nothing ? whole_ : static_cast<double>(best));
    return lost;
  }

 private:
  static constexpr float nothing = std::numeric_limits<float>::max();
  struct Depth {
    KeyNumbers numbers;
    std::vector<Entry> entries;
    std::vector<std::uint32_t> number_of;
  };

  std::vector<Entry> all() const {
    std::vector<Entry> entries;
    for (std::uint32_t t = 0; t < set_.tuple_count(); ++t) {
      Entry entry{.rows = static_cast<std::uint32_t>(counts_[t]), .tuple = t};
      for (std::size_t c = 0; c < lost_.size(); ++c) entry.key += keys_.of(c, 0)[set_.leaves[c][t]];
      entry.least = entry.rows >= k_ || wanted_[t] == 0 ? 0 : nothing;
      entries.push_back(entry);
    }
    return entries;
  }

  /// Fixes column c to a level and goes on with the columns below it, to `only` one level of the
  /// next when given; lowers what each entry can reach.
  void fix(std::size_t c, std::size_t level, std::vector<Entry>& entries,
           std::vector<Depth>& depths, std::optional<std::size_t> only = {}) const {
    if (level == 0) return go_below(c, entries, depths, only);
    const auto before = keys_.of(c, 0);
    const auto after = keys_.of(c, level);
    const auto& lost = lost_[c][level];
    Depth& depth = depths[c];
    auto& fixed = depth.entries;
    depth.numbers.start(entries.size());
    depth.number_of.resize(entries.size());
    fixed.clear();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Entry& entry = entries[i];
      const std::uint32_t leaf = set_.leaves[c][entry.tuple];
      const std::uint64_t key = entry.key - before[leaf] + after[leaf];
      const std::uint32_t number = depth.numbers.number(key);
      depth.number_of[i] = number;
      if (number < fixed.size()) {
        fixed[number].rows += entry.rows;
        fixed[number].least = std::max(fixed[number].least, entry.least);
      } else {
        fixed.push_back({key, entry.rows, entry.tuple, entry.lost + lost[leaf], entry.least});
      }
    }
    // Where nothing can be lower than it is known to be, the levels below need no look.
    bool is_open = false;
    for (Entry& entry : fixed) {
      if (entry.rows >= k_) entry.least = std::min(entry.least, entry.lost);
      is_open = is_open || entry.lost < entry.least;
    }
    if (is_open) go_below(c, fixed, depths, only);
    for (std::size_t i = 0; i < entries.size(); ++i)
      entries[i].least = std::min(entries[i].least, fixed[depth.number_of[i]].least);
  }

  void go_below(std::size_t c, std::vector<Entry>& entries, std::vector<Depth>& depths,
                std::optional<std::size_t> only) const {
    if (c == 0) return;
    for (std::size_t level = 0; level < lost_[c - 1].size(); ++level)
      if (!only || *only == level) fix(c - 1, level, entries, depths);
  }

  const Histogram& set_;
  const Counts& counts_;
  const Counts& wanted_;
  GroupKeys keys_;
  std::uint32_t k_;
  std::vector<std::vector<std::vector<float>>> lost_;  ///< [column][level][leaf]
  double whole_ = 0;
};

/// Columns, as many in a set as the work allows.
std::vector<Columns> sets_of(const Histogram& histogram, std::uint64_t work_max, bool with_people) {
  std::vector<Columns> sets;
  std::uint64_t nodes = 1;
  const std::uint64_t nodes_max = std::max<std::uint64_t>(
      64, work_max / (histogram.tuple_count() + (with_people ? histogram.people.size() : 0)));
  // Columns of many leaves are fixed first: most tuples agree soon.
  Columns order(histogram.column_count());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::size_t c) { return histogram.hierarchies[c].leaf_count(); });
  for (const std::size_t c : order) {
    const std::uint64_t levels = histogram.hierarchies[c].level_count();
    if (sets.empty() || nodes * levels > nodes_max) {
      sets.emplace_back();
      nodes = 1;
    }
    sets.back().push_back(c);
    nodes *= levels;
  }
  return sets;
}

}  // namespace

double loss_bound(const Histogram& histogram, const Floor& floor, std::uint64_t work_max) {
  if (histogram.rows == 0 || histogram.column_count() == 0) return 0;
  const Cells cells(histogram);
  const Kinds kinds = kinds_of(histogram, floor);
  // A text that is read for other people than are under its group would need a bound of its own.
  const bool with_people = floor.k_map > 0 && PeopleView(histogram).is_plain();
  double sum = 0;
  for (const Columns& columns : sets_of(histogram, work_max, with_people)) {
    const Projection part = projected(histogram, columns, kinds, with_people);
    std::vector<double> of_people;
    if (with_people)
      of_people =
          SetBound(part.set, columns, cells, floor.k_map, part.people, part.set.counts).run();
    for (std::size_t kind = 0; kind < kinds.k.size(); ++kind) {
      const Counts& asking = part.asking[kind];
      const auto lost =
          SetBound(part.set, columns, cells, kinds.k[kind], part.set.counts, asking).run();
      for (std::size_t t = 0; t < lost.size(); ++t)
        sum += (with_people ? std::max(lost[t], of_people[t]) : lost[t]) *
               static_cast<double>(asking[t]);
    }
  }
  // Sums of floats: the bound stays one when each is off by its last digits.
  return std::max(0.0, sum / static_cast<double>(histogram.rows) - loss_bound_rounding);
}

}  // namespace usufruct::anonymise
