#include "trustee/anonymise/recode/grouping.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace usufruct::anonymise {

namespace {

constexpr std::size_t slot_count_min = 1024;
/// The high bits of a product with it depend on all bits of a key.
constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
/// Tuples between asking for a slot and looking at it: as long as memory takes to answer.
constexpr std::size_t ahead = 16;

/// SplitMix64: consecutive numbers come out well mixed.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

/// The strides of a mixed radix over the leaves of the columns; empty when 64 bits are too few.
std::vector<std::uint64_t> strides_of(const Histogram& histogram) {
  std::vector<std::uint64_t> strides;
  std::uint64_t space = 1;
  for (const Hierarchy& hierarchy : histogram.hierarchies) {
    strides.push_back(space);
    const std::uint64_t leaves = hierarchy.leaf_count();
    if (space > std::numeric_limits<std::uint64_t>::max() / leaves) return {};
    space *= leaves;
  }
  return strides;
}

}  // namespace

GroupKeys::GroupKeys(const Histogram& histogram) {
  const auto strides = strides_of(histogram);
  std::uint64_t drawn = 0;
  for (std::size_t c = 0; c < histogram.column_count(); ++c) {
    const Hierarchy& hierarchy = histogram.hierarchies[c];
    auto& levels = keys_.emplace_back();
    for (std::size_t level = 0; level < hierarchy.level_count(); ++level) {
      const auto groups = hierarchy.groups(level);
      auto& keys = levels.emplace_back();
      keys.reserve(groups.size());
      for (const std::uint32_t group : groups)
        keys.push_back(strides.empty() ? mixed(drawn + group) : strides[c] * group);
      drawn += hierarchy.group_count(level);
    }
  }
}

TupleSet::TupleSet(const Histogram& histogram)
    : leaves_(histogram.leaves), counts_(row_counts(histogram)), tuples_(counts_.size()) {
  std::iota(tuples_.begin(), tuples_.end(), 0U);
  show();
}

void TupleSet::show() {
  view_.leaves.assign(leaves_.begin(), leaves_.end());
  view_.counts = counts_;
}

void TupleSet::compact() {
  const auto keep_counted = [&](std::vector<std::uint32_t>& values) {
    std::size_t to = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (counts_[i] > 0) values[to++] = values[i];
    return to;
  };
  for (auto& column : leaves_) column.resize(keep_counted(column));
  tuples_.resize(keep_counted(tuples_));
  counts_.resize(keep_counted(counts_));
  show();
}

std::vector<std::uint32_t> row_counts(const Histogram& histogram) {
  return {histogram.counts.begin(), histogram.counts.end()};
}

void NodeKeys::reset() {
  node_.clear();
  key_of_.assign(tuples_.size(), 0);
}

void NodeKeys::move_to(const Node& node) {
  if (node_.empty()) {
    for (std::size_t c = 0; c < node.size(); ++c) {
      const auto keys = keys_.of(c, node[c]);
      const auto& leaves = tuples_.leaves[c];
      for (std::size_t i = 0; i < leaves.size(); ++i) key_of_[i] += keys[leaves[i]];
    }
  } else {
    for (std::size_t c = 0; c < node.size(); ++c)
      if (node[c] != node_[c]) shift(c, node_[c], node[c]);
  }
  node_ = node;
}

void NodeKeys::shift(std::size_t column, std::size_t from, std::size_t to) {
  const auto before = keys_.of(column, from);
  const auto after = keys_.of(column, to);
  const auto& leaves = tuples_.leaves[column];
  if (before.size() > leaves.size()) {
    for (std::size_t i = 0; i < leaves.size(); ++i)
      key_of_[i] += after[leaves[i]] - before[leaves[i]];
    return;
  }
  step_.resize(before.size());
  for (std::size_t leaf = 0; leaf < before.size(); ++leaf) step_[leaf] = after[leaf] - before[leaf];
  for (std::size_t i = 0; i < leaves.size(); ++i) key_of_[i] += step_[leaves[i]];
}

Grouping::Grouping(const GroupKeys& keys, const TupleView& tuples, const PeopleView* people)
    : tuples_(tuples), keys_(keys, tuples), people_(people) {
  if (people_) people_keys_.emplace(keys, people_->view);
  reset();
}

void Grouping::reset() {
  keys_.reset();
  group_of_.resize(tuples_.size());
  const std::size_t wanted = std::bit_ceil(std::max(2 * tuples_.size(), slot_count_min));
  if (wanted > slots_.size() || 8 * wanted < slots_.size()) {
    slots_.assign(wanted, Slot{});
    epoch_ = 0;
  }
}

/// Where a key is, or would be put.
std::size_t Grouping::slot_of(std::uint64_t key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = (key * golden) >> std::countl_zero(mask);
  while (slots_[at].epoch == epoch_ && slots_[at].key != key) at = (at + 1) & mask;
  return at;
}

void Grouping::group(const Node& node) {
  node_ = node;
  keys_.move_to(node);
  if (++epoch_ == 0) {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    epoch_ = 1;
  }
  rows_.clear();
  const int shift = std::countl_zero(slots_.size() - 1);
  const std::size_t mask = slots_.size() - 1;
  const auto key_of = keys_.keys();
  for (std::size_t i = 0; i < key_of.size(); ++i) {
    const std::uint64_t key = key_of[i];
    if (i + ahead < key_of.size())
      __builtin_prefetch(&slots_[(key_of[i + ahead] * golden) >> shift]);
    // As slot_of(), with what does not change held ready: here is most of the time of a search.
    std::size_t at = (key * golden) >> shift;
    while (slots_[at].epoch == epoch_ && slots_[at].key != key) at = (at + 1) & mask;
    Slot& slot = slots_[at];
    if (slot.epoch != epoch_) {
      slot = {key, static_cast<std::uint32_t>(rows_.size()), epoch_};
      rows_.push_back(0);
    }
    group_of_[i] = slot.group;
    rows_[slot.group] += tuples_.counts[i];
  }
}

const std::vector<std::uint64_t>& Grouping::count_people() {
  people_of_.assign(rows_.size(), 0);
  if (!people_) return people_of_;
  people_keys_->move_to(node_);
  const auto key_of = people_keys_->keys();
  for (std::size_t i = 0; i < key_of.size(); ++i) {
    const Slot& slot = slots_[slot_of(key_of[i])];
    if (slot.epoch == epoch_ && people_->is_counted(i, node_))
      people_of_[slot.group] += people_->view.counts[i];
  }
  return people_of_;
}

}  // namespace usufruct::anonymise
