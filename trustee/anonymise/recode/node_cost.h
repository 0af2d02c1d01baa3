#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/histogram.h"

namespace usufruct::anonymise {

/// One level per quasi-identifier: every value of column c is shown at levels[c].
using Node = std::vector<std::uint8_t>;

/// What a node costs. Loss is the mean over columns and kept rows of (leaves - 1) / (leaves of the
/// column - 1), a suppressed row counting 1 in every column: 0 is untouched, 1 is nothing left.
struct NodeCost {
  std::uint64_t suppressed = 0;  ///< rows in classes that miss the floor
  double loss = 0;

  bool operator==(const NodeCost&) const = default;
};

/// Costs nodes of one histogram, which must outlive it. A row is suppressed when its class has
/// fewer than k rows, or fewer than l distinct values of some sensitive column.
class NodeCosts {
 public:
  NodeCosts(const Histogram& histogram, const Floor& floor);
  /// The loss when nothing is suppressed: needs no look at the tuples.
  double marginal(const Node& node) const;
  /// Nothing when more than `suppressed_max` rows are suppressed; which tuples are, when asked.
  /// Linear in the tuples.
  std::optional<NodeCost> cost(const Node& node, std::uint64_t suppressed_max,
                               std::vector<bool>* is_suppressed = nullptr) const;

 private:
  double mean(double sum) const;
  const Histogram& histogram_;
  Floor floor_;
  std::vector<std::vector<std::uint64_t>> lost_;  ///< [column][level]: sum of leaves - 1
  std::vector<std::uint64_t> whole_;              ///< [column]: what a suppressed cell loses
};

/// The same for one node, with no limit.
NodeCost cost_of(const Histogram& histogram, const Node& node, const Floor& floor,
                 std::vector<bool>* is_suppressed = nullptr);

}  // namespace usufruct::anonymise
