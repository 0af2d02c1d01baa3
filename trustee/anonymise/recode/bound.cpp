#include "trustee/anonymise/recode/bound.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/base/parallel.h"
#include "trustee/anonymise/recode/cells.h"
#include "trustee/anonymise/recode/grouping.h"

namespace usufruct::anonymise {

namespace {

using Columns = std::vector<std::size_t>;

/// The histogram of some columns: tuples that differ in others only are one.
Histogram projected(const Histogram& histogram, const Columns& columns) {
  Histogram made;
  made.rows = histogram.rows;
  for (const std::size_t c : columns) {
    made.hierarchies.push_back(histogram.hierarchies[c]);
    made.leaves.emplace_back();
  }
  const GroupKeys keys(histogram);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  for (std::uint32_t t = 0; t < histogram.tuple_count(); ++t) {
    std::uint64_t key = 0;
    for (const std::size_t c : columns) key += keys.of(c, 0)[histogram.leaves[c][t]];
    order.emplace_back(key, t);
  }
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::uint32_t t = order[i].second;
    if (i == 0 || order[i].first != order[i - 1].first) {
      for (std::size_t c = 0; c < columns.size(); ++c)
        made.leaves[c].push_back(histogram.leaves[columns[c]][t]);
      made.counts.push_back(0);
    }
    made.counts.back() += histogram.counts[t];
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
  std::uint32_t rows = 0;
  std::uint32_t tuple = 0;  ///< one of them
  float lost = 0;           ///< in the columns fixed so far
  float least = 0;          ///< that it can lose in all, as far as known; of several the most
};

/// The least that each tuple can lose in some columns, over all nodes at which its class has k
/// rows. Columns are fixed one after the other, to every level in turn; what agrees is one entry
/// from then on, so that deep in, where most of the work is, few entries are left.
class SetBound {
 public:
  SetBound(const Histogram& set, const Columns& columns, const Cells& cells, std::uint32_t k)
      : set_(set), keys_(set), k_(k) {
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

  double run() const {
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
    double sum = 0;
    for (std::size_t t = 0; t < entries.size(); ++t) {
      const float best = least[t];
      // Fewer than k rows in all: nothing but suppression, which loses the whole of each column.
      sum += (best == nothing ? whole_ : static_cast<double>(best)) *
             static_cast<double>(set_.counts[t]);
    }
    return sum;
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
      Entry entry{.rows = static_cast<std::uint32_t>(set_.counts[t]), .tuple = t};
      for (std::size_t c = 0; c < lost_.size(); ++c) entry.key += keys_.of(c, 0)[set_.leaves[c][t]];
      entry.least = entry.rows >= k_ ? 0 : nothing;
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
  GroupKeys keys_;
  std::uint32_t k_;
  std::vector<std::vector<std::vector<float>>> lost_;  ///< [column][level][leaf]
  double whole_ = 0;
};

/// Columns, as many in a set as the work allows.
std::vector<Columns> sets_of(const Histogram& histogram, std::uint64_t work_max) {
  std::vector<Columns> sets;
  std::uint64_t nodes = 1;
  const std::uint64_t nodes_max = std::max<std::uint64_t>(64, work_max / histogram.tuple_count());
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
  double sum = 0;
  for (const Columns& columns : sets_of(histogram, work_max)) {
    const Histogram set = projected(histogram, columns);
    sum += SetBound(set, columns, cells, floor.k).run();
  }
  // Sums of floats: the bound stays one when each is off by its last digits.
  return std::max(0.0, sum / static_cast<double>(histogram.rows) - loss_bound_rounding);
}

}  // namespace usufruct::anonymise
