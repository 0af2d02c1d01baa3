#include <algorithm>
#include <bit>
#include <limits>

#include "crypto/base/check.h"
#include "trustee/anonymise/dictionary.h"
#include "trustee/anonymise/global.h"

namespace usufruct::anonymise {

namespace {

/// Numbers 64-bit keys densely, in the order first seen.
class KeyTable {
 public:
  explicit KeyTable(std::size_t keys_max)
      : mask_(std::bit_ceil(2 * keys_max + 2) - 1), slots_(mask_ + 1, {0, unused}) {}
  std::uint32_t number_of(std::uint64_t key) {
    std::uint64_t hash = key * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
    for (std::size_t at = hash & mask_;; at = (at + 1) & mask_) {
      Slot& slot = slots_[at];
      if (slot.number == unused) slot = {key, size_++};
      if (slot.key == key) return slot.number;
    }
  }
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t unused = static_cast<std::uint32_t>(-1);
  struct Slot {
    std::uint64_t key;
    std::uint32_t number;
  };
  std::size_t mask_;
  std::vector<Slot> slots_;
  std::uint32_t size_ = 0;
};

std::uint64_t number_all(std::vector<std::uint64_t>& keys) {
  KeyTable table(keys.size());
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
    for (std::size_t t = 0; t < keys.size(); ++t)
      keys[t] = keys[t] * groups + hierarchy.group_of(node[c], leaves[t]);
    space *= groups;
  }
  const bool is_dense = space <= 2 * keys.size();
  return is_dense ? space : number_all(keys);
}

/// Marks the classes that have fewer than l distinct values in some sensitive column.
void mark_poor(const Histogram& histogram, const std::vector<std::uint64_t>& classes,
               std::uint32_t l, std::vector<bool>& is_bad) {
  for (const auto& pairs : histogram.sensitive) {
    std::vector<std::uint32_t> distinct(is_bad.size(), 0);
    KeyTable seen(pairs.size());
    for (const auto& [tuple, value] : pairs) {
      const std::uint32_t before = seen.size();
      seen.number_of(classes[tuple] << 32 | value);
      if (seen.size() > before) ++distinct[classes[tuple]];
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

NodeCost cost_of(const Histogram& histogram, const Node& node, const Floor& floor,
                 std::vector<bool>* is_suppressed) {
  CHECK_THAT(node.size() == histogram.column_count() && histogram.rows > 0);
  std::vector<std::uint64_t> classes;
  const std::uint64_t class_count = classes_at(histogram, node, classes);
  std::vector<std::uint64_t> sizes(class_count, 0);
  for (std::size_t t = 0; t < classes.size(); ++t) sizes[classes[t]] += histogram.counts[t];
  std::vector<bool> is_bad(class_count, false);
  for (std::size_t e = 0; e < class_count; ++e) is_bad[e] = sizes[e] < floor.k;
  if (floor.l_distinct > 1) mark_poor(histogram, classes, floor.l_distinct, is_bad);

  NodeCost cost;
  std::vector<bool> is_out(classes.size());
  for (std::size_t t = 0; t < classes.size(); ++t) {
    is_out[t] = is_bad[classes[t]];
    if (is_out[t]) cost.suppressed += histogram.counts[t];
  }
  for (std::size_t c = 0; c < node.size(); ++c) {
    const Hierarchy& hierarchy = histogram.hierarchies[c];
    std::vector<std::uint64_t> lost_of_group(hierarchy.group_count(node[c]));
    for (std::uint32_t g = 0; g < lost_of_group.size(); ++g)
      lost_of_group[g] = hierarchy.leaves_under(node[c], g) - 1;
    const std::uint64_t lost_all = denominator(hierarchy);
    std::uint64_t lost = 0;
    for (std::size_t t = 0; t < classes.size(); ++t)
      lost += histogram.counts[t] *
              (is_out[t] ? lost_all
                         : lost_of_group[hierarchy.group_of(node[c], histogram.leaves[c][t])]);
    cost.loss += static_cast<double>(lost) / static_cast<double>(lost_all);
  }
  if (!node.empty())
    cost.loss /= static_cast<double>(node.size()) * static_cast<double>(histogram.rows);
  if (is_suppressed) *is_suppressed = std::move(is_out);
  return cost;
}

}  // namespace usufruct::anonymise
