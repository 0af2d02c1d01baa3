#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/grouping.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/recode/model.h"
#include "trustee/anonymise/recode/node.h"
#include "trustee/anonymise/recode/people.h"

namespace usufruct::anonymise {

/// What a node costs. Loss is the weighted mean over columns, and over kept rows, of (leaves - 1) /
/// (leaves of the column - 1), a suppressed row counting 1 in every column: 0 is untouched, 1 is
/// nothing left.
struct NodeCost {
  /// Rows in classes that miss the floor; and those that ask for more than their class can have.
  std::uint64_t suppressed = 0;
  double loss = 0;
  /// What suppression adds to the marginal loss on this node and at least on every node below; more
  /// than any loss when too many are suppressed there.
  double added = 0;
  bool is_within = false;  ///< no more are suppressed than was asked

  bool operator==(const NodeCost&) const = default;
};

/// Costs nodes of one histogram, which must outlive it.
class NodeCosts {
 public:
  static constexpr double out_of_reach = 4;  ///< no loss or sum of two is above 2

  NodeCosts(const Histogram& histogram, const Floor& floor);
  /// The loss when nothing is suppressed: needs no look at the tuples.
  double marginal(const Node& node) const;
  /// Linear in the tuples, in the atoms when the floor asks about values, in the people when it
  /// asks about them.
  NodeCost cost(const Node& node, std::uint64_t suppressed_max);
  /// Whether what closes the nodes below is all there is to know: a text that stands for different
  /// people on different levels is read for fewer than there may be.
  bool is_exact() const { return !people_ || people_->is_plain(); }
  /// Tuples and people that a look at a node goes through.
  std::uint64_t work() const;
  /// The tuples suppressed at the node costed last; complete only when it was within.
  const std::vector<std::uint32_t>& suppressed_tuples() const { return out_; }

 private:
  struct Verdicts {
    std::vector<bool> is_bad;           ///< [group]
    std::vector<bool> is_bad_for_ever;  ///< on every node below, too
    /// Rows that ask for more are out, here and on every node below; empty where none asks.
    std::vector<std::uint64_t> most;
  };
  double mean(double sum) const;
  void judge_groups();
  void judge_people();
  void judge_values(std::size_t groups);
  bool asks_too_much(std::uint32_t tuple, std::uint32_t group) const {
    return !verdicts_.most.empty() && histogram_.k_asked[tuple] > verdicts_.most[group];
  }
  double loss_without(const Node& node, const std::vector<std::uint32_t>& tuples) const;

  const Histogram& histogram_;
  Floor floor_;
  GroupKeys keys_;
  std::vector<std::uint32_t> counts_;
  TupleView all_;                     ///< the histogram's own tuples
  std::optional<PeopleView> people_;  ///< where the floor asks about them
  Grouping grouping_;
  Judge judge_;
  Verdicts verdicts_;
  std::vector<std::uint32_t> out_;
  std::vector<std::uint32_t> out_for_ever_;
  std::vector<std::uint32_t> first_atom_;         ///< [tuple], and one past the end
  std::vector<std::vector<std::uint64_t>> lost_;  ///< [column][level]: sum of leaves - 1
  std::vector<std::uint64_t> whole_;              ///< [column]: what a suppressed cell loses
  double weights_ = 0;
};

/// The same for one node, with no limit.
NodeCost cost_of(const Histogram& histogram, const Node& node, const Floor& floor,
                 std::vector<bool>* is_suppressed = nullptr);

/// Where the atoms of each tuple begin; one more entry than tuples.
std::vector<std::uint32_t> first_atoms(const Histogram& histogram);

}  // namespace usufruct::anonymise
