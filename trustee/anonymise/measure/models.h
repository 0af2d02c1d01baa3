#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/anonymise/measure/classes.h"

namespace usufruct::anonymise {

/// The privacy models a floor can ask for, each by its definition (specs/anonymity.md §3) on one
/// class. The search has code of its own for the same: the two must agree on the numbers only.
enum class PrivacyModel {
  k_anonymity,
  personalised_k,
  k_map,
  distinct_diversity,
  entropy_diversity,
  recursive_diversity,
  t_closeness,
  delta_disclosure,
  beta_likeness,
  enhanced_beta_likeness,
  population_uniqueness,
};
std::string_view name_of(PrivacyModel model);  ///< for people: "k-anonymity", "t-closeness", …
std::string_view rule_of(PrivacyModel model);  ///< of the refusal: "floor-k", "floor-closeness", …

/// What one model found in the class that meets it worst.
struct Finding {
  PrivacyModel model = PrivacyModel::k_anonymity;
  std::string column{};          ///< the sensitive column; empty for models about whole rows
  double value = 0;              ///< found; in the units of the definition, not of Floor
  double bound = 0;              ///< asked
  std::uint64_t class_rows = 0;  ///< size of that class; 0 where no single class is meant
  bool is_met = false;

  bool operator==(const Finding&) const = default;
};

namespace measuring {

/// A class seen through one sensitive column: how often each value occurs in it, and the share of
/// each value over all rows of the input that may be used.
struct Spread {
  std::span<const PairCounts::Share> shares;  ///< of the class; values that occur, ascending
  std::uint64_t rows = 0;                     ///< of the class
  std::span<const double> whole;              ///< q of each value; sums to 1

  double share(const PairCounts::Share& each) const {
    return static_cast<double>(each.rows) / static_cast<double>(rows);
  }
};

double entropy_diversity(const Spread& spread);  ///< exp(-Σ p ln p)
/// r₁ / (r_l + … + r_m), frequencies descending; infinite when there are fewer than l values.
double recursive_ratio(const Spread& spread, std::uint32_t l);
double delta_disclosure(const Spread& spread);  ///< max |ln(p/q)| over values of the class
double beta_likeness(const Spread& spread);     ///< max (p-q)/q, at least 0
/// The value whose gain (p-q)/q is worst against min(β, -ln q): its gain and that bound.
struct Gain {
  double gain = 0;
  double bound = 0;
};
Gain enhanced_beta_likeness(const Spread& spread, double beta);

/// Earth mover's distance between a class and the whole, by what is near to what.
double equal_distance(const Spread& spread);  ///< ½ Σ|p-q|
/// 1/(m-1) Σᵢ |Σ_{j≤i}(pⱼ-qⱼ)|; rank[i] is the value at place i. 0 for one value.
double ordered_distance(const Spread& spread, std::span<const std::uint32_t> rank);
/// Moving a share costs (lowest level on which two values meet) / (levels - 1).
struct ValueTree {
  std::vector<std::vector<std::uint32_t>> group;  ///< [level][value]; one group on the last level
  std::vector<std::vector<double>> whole;         ///< [level][group]: q of the group
};
double hierarchical_distance(const Spread& spread, const ValueTree& tree);

/// Values in the order that `ordered` means: numbers by size, then all other texts by bytes. The
/// answer lists indices of `values`.
std::vector<std::uint32_t> rank_of_values(std::span<const std::string> values);

}  // namespace measuring

}  // namespace usufruct::anonymise
