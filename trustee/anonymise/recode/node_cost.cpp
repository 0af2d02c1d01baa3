#include "trustee/anonymise/recode/node_cost.h"

#include <algorithm>
#include <limits>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

/// Numbers 64-bit keys densely, in the order first seen. Starts small: coarse nodes have few
/// classes, and a table that stays in the cache is what makes a node cheap to cost.
class KeyTable {
 public:
  KeyTable() : slots_(slot_count_min, Slot{0, unused}) {}
  std::uint32_t number_of(std::uint64_t key) {
    if (2 * std::size_t{size_} >= slots_.size()) grow();
    Slot& slot = find(key);
    if (slot.number == unused) slot = {key, size_++};
    return slot.number;
  }
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t unused = static_cast<std::uint32_t>(-1);
  static constexpr std::size_t slot_count_min = 1024;
  struct Slot {
    std::uint64_t key;
    std::uint32_t number;
  };
  Slot& find(std::uint64_t key) {
    const std::size_t mask = slots_.size() - 1;
    std::uint64_t hash = key * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
    std::size_t at = hash & mask;
    while (slots_[at].number != unused && slots_[at].key != key) at = (at + 1) & mask;
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> old(slots_.size() * 2, Slot{0, unused});
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.number != unused) find(slot.key) = slot;
  }
  std::vector<Slot> slots_;
  std::uint32_t size_ = 0;
};

std::uint64_t number_all(std::vector<std::uint64_t>& keys) {
  KeyTable table;
  for (std::uint64_t& key : keys) key = table.number_of(key);
  return table.size();
}

/// The class of each tuple at a node, numbered from 0. Keys are mixed-radix numbers of the groups;
/// when the radix would overflow, what is packed so far is renumbered densely and packing goes on.
std::uint64_t classes_at(const Histogram& histogram, const Node& node,
                         std::vector<std::uint64_t>& keys) {
  keys.assign(histogram.tuple_count(), 0);
  std::uint64_t space = 1;
  for (std::size_t c = 0; c < node.size(); ++c) {
    const Hierarchy& hierarchy = histogram.hierarchies[c];
    const std::uint64_t groups = hierarchy.group_count(node[c]);
    if (groups == 1) continue;
    if (space > std::numeric_limits<std::uint64_t>::max() / groups) space = number_all(keys);
    const auto& leaves = histogram.leaves[c];
    const auto group_of = hierarchy.groups(node[c]);
    for (std::size_t t = 0; t < keys.size(); ++t) keys[t] = keys[t] * groups + group_of[leaves[t]];
    space *= groups;
  }
  const bool is_dense = space <= 2 * keys.size();
  return is_dense ? space : number_all(keys);
}

/// Marks the classes that have fewer than l distinct values in some sensitive column.
void mark_poor(const Histogram& histogram, const std::vector<std::uint64_t>& classes,
               std::uint32_t l, std::vector<bool>& is_bad) {
  for (const auto& column : histogram.sensitive) {
    std::vector<std::uint32_t> distinct(is_bad.size(), 0);
    KeyTable seen;
    for (const auto& atom : histogram.atoms) {
      const std::uint32_t before = seen.size();
      seen.number_of(classes[atom.tuple] << 32 | column.value[atom.combination]);
      if (seen.size() > before) ++distinct[classes[atom.tuple]];
    }
    for (std::size_t e = 0; e < is_bad.size(); ++e)
      if (distinct[e] < l) is_bad[e] = true;
  }
}

/// A column of one leaf cannot lose by generalising, and loses all by suppression.
std::uint64_t denominator(const Hierarchy& hierarchy) {
  return std::max<std::uint64_t>(1, hierarchy.leaf_count() - 1);
}

}  // namespace

NodeCosts::NodeCosts(const Histogram& histogram, const Floor& floor)
    : histogram_(histogram), floor_(floor) {
  CHECK_THAT(histogram.rows > 0);
  for (std::size_t c = 0; c < histogram.column_count(); ++c) {
    const Hierarchy& hierarchy = histogram.hierarchies[c];
    std::vector<std::uint64_t> rows_of_leaf(hierarchy.leaf_count(), 0);
    for (std::size_t t = 0; t < histogram.tuple_count(); ++t)
      rows_of_leaf[histogram.leaves[c][t]] += histogram.counts[t];
    auto& levels = lost_.emplace_back(hierarchy.level_count(), 0);
    for (std::size_t l = 0; l < levels.size(); ++l)
      for (std::uint32_t leaf = 0; leaf < rows_of_leaf.size(); ++leaf)
        levels[l] +=
            rows_of_leaf[leaf] * (hierarchy.leaves_under(l, hierarchy.group_of(l, leaf)) - 1);
    whole_.push_back(denominator(hierarchy));
  }
}

double NodeCosts::marginal(const Node& node) const {
  double loss = 0;
  for (std::size_t c = 0; c < node.size(); ++c)
    loss += static_cast<double>(lost_[c][node[c]]) / static_cast<double>(whole_[c]);
  return mean(loss);
}

double NodeCosts::mean(double sum) const {
  if (whole_.empty()) return 0;
  return sum / (static_cast<double>(whole_.size()) * static_cast<double>(histogram_.rows));
}

std::optional<NodeCost> NodeCosts::cost(const Node& node, std::uint64_t suppressed_max,
                                        std::vector<bool>* is_suppressed) const {
  CHECK_THAT(node.size() == histogram_.column_count());
  std::vector<std::uint64_t> classes;
  const std::uint64_t class_count = classes_at(histogram_, node, classes);
  std::vector<std::uint64_t> sizes(class_count, 0);
  for (std::size_t t = 0; t < classes.size(); ++t) sizes[classes[t]] += histogram_.counts[t];
  std::vector<bool> is_bad(class_count, false);
  for (std::size_t e = 0; e < class_count; ++e) is_bad[e] = sizes[e] < floor_.k;
  if (floor_.l_distinct > 1) mark_poor(histogram_, classes, floor_.l_distinct, is_bad);

  NodeCost cost;
  std::vector<std::uint32_t> out;
  for (std::size_t t = 0; t < classes.size(); ++t)
    if (is_bad[classes[t]]) {
      out.push_back(static_cast<std::uint32_t>(t));
      cost.suppressed += histogram_.counts[t];
    }
  if (cost.suppressed > suppressed_max) return std::nullopt;
  // What generalising alone loses is known; the suppressed rows lose the rest of their cells.
  double loss = 0;
  for (std::size_t c = 0; c < node.size(); ++c) {
    const Hierarchy& hierarchy = histogram_.hierarchies[c];
    const auto group_of = hierarchy.groups(node[c]);
    std::uint64_t lost = lost_[c][node[c]];
    for (const std::uint32_t t : out) {
      const std::uint64_t shown =
          hierarchy.leaves_under(node[c], group_of[histogram_.leaves[c][t]]) - 1;
      lost += histogram_.counts[t] * (whole_[c] - shown);
    }
    loss += static_cast<double>(lost) / static_cast<double>(whole_[c]);
  }
  cost.loss = mean(loss);
  if (is_suppressed) {
    is_suppressed->assign(classes.size(), false);
    for (const std::uint32_t t : out) (*is_suppressed)[t] = true;
  }
  return cost;
}

NodeCost cost_of(const Histogram& histogram, const Node& node, const Floor& floor,
                 std::vector<bool>* is_suppressed) {
  return *NodeCosts(histogram, floor).cost(node, histogram.rows, is_suppressed);
}

}  // namespace usufruct::anonymise
