#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "crypto/base/text.h"
#include "trustee/anonymise/measure/reading.h"

namespace usufruct::anonymise::measuring {

std::optional<double> bound_of(PrivacyModel model, const Floor& floor) {
  const auto asked = [](std::uint32_t bound, double unit) {
    return bound == 0 ? std::nullopt : std::optional(static_cast<double>(bound) / unit);
  };
  switch (model) {
    case PrivacyModel::k_anonymity:
      return static_cast<double>(floor.k);
    case PrivacyModel::personalised_k:
      return std::nullopt;  // Asked by the rows, not by the floor.
    case PrivacyModel::k_map:
      return asked(floor.k_map, 1);
    case PrivacyModel::distinct_diversity:
      return asked(floor.l_distinct, 1);
    case PrivacyModel::entropy_diversity:
      return asked(floor.l_entropy_milli, 1e3);
    case PrivacyModel::recursive_diversity:
      return floor.l_recursive == 0
                 ? std::nullopt
                 : std::optional(static_cast<double>(floor.c_recursive_milli) / 1e3);
    case PrivacyModel::t_closeness:
      return asked(floor.t_closeness_ppm, 1e6);
    case PrivacyModel::delta_disclosure:
      return asked(floor.delta_disclosure_milli, 1e3);
    case PrivacyModel::beta_likeness:
      return asked(floor.beta_likeness_milli, 1e3);
    case PrivacyModel::enhanced_beta_likeness:
      return asked(floor.beta_enhanced_milli, 1e3);
    case PrivacyModel::population_uniqueness:
      return asked(floor.population_uniques_ppm, 1e6);
  }
  return std::nullopt;
}

bool compares_with_input(PrivacyModel model) {
  return model == PrivacyModel::t_closeness || model == PrivacyModel::delta_disclosure ||
         model == PrivacyModel::beta_likeness || model == PrivacyModel::enhanced_beta_likeness;
}

bool looks_at_values(PrivacyModel model) {
  return compares_with_input(model) || model == PrivacyModel::distinct_diversity ||
         model == PrivacyModel::entropy_diversity || model == PrivacyModel::recursive_diversity;
}

bool is_met(PrivacyModel model, double value, double bound) {
  switch (model) {
    case PrivacyModel::k_anonymity:
    case PrivacyModel::personalised_k:
    case PrivacyModel::k_map:
    case PrivacyModel::distinct_diversity:
      return value >= bound - Floor::tolerance;
    case PrivacyModel::entropy_diversity:
      return std::log(value) >= std::log(bound) - Floor::tolerance;  // Entropies are compared.
    case PrivacyModel::recursive_diversity:
      return value < bound;  // A ratio of whole numbers: exact.
    case PrivacyModel::delta_disclosure:
      return value < bound + Floor::tolerance;
    case PrivacyModel::t_closeness:
    case PrivacyModel::beta_likeness:
    case PrivacyModel::enhanced_beta_likeness:
    case PrivacyModel::population_uniqueness:
      return value <= bound + Floor::tolerance;
  }
  return false;
}

namespace {

/// How far a value stays from its bound; the least is the worst.
double room(const Finding& finding) {
  switch (finding.model) {
    case PrivacyModel::k_anonymity:
    case PrivacyModel::personalised_k:
    case PrivacyModel::k_map:
    case PrivacyModel::distinct_diversity:
    case PrivacyModel::entropy_diversity:
      return finding.value - finding.bound;
    case PrivacyModel::recursive_diversity:
    case PrivacyModel::t_closeness:
    case PrivacyModel::delta_disclosure:
    case PrivacyModel::beta_likeness:
    case PrivacyModel::enhanced_beta_likeness:
    case PrivacyModel::population_uniqueness:
      return finding.bound - finding.value;
  }
  return 0;
}

/// The worst of what one model finds in class after class.
class Worst {
 public:
  Worst(PrivacyModel model, std::string column)
      : worst_{.model = model, .column = std::move(column)} {}
  void add(double value, double bound, std::uint64_t class_rows) {
    const Finding here{worst_.model, worst_.column, value, bound, class_rows, false};
    if (!is_empty_ && room(here) >= room(worst_)) return;
    is_empty_ = false;
    worst_ = here;
  }
  Finding finding() && {
    worst_.is_met = !is_empty_ && is_met(worst_.model, worst_.value, worst_.bound);
    return std::move(worst_);
  }

 private:
  Finding worst_;
  bool is_empty_ = true;
};

/// What the models need beside the class: the whole input's shares, their order and their tree.
struct Whole {
  std::vector<double> shares;
  std::vector<std::uint32_t> rank;
  ValueTree tree;
};

Result<ValueTree> tree_of(const SensitiveInput& input, const std::vector<double>& shares,
                          std::string_view column) {
  ValueTree tree;
  if (input.hierarchy == nullptr)
    return denied(
        fmt::format("column '{}': hierarchical distance without a hierarchy", printable(column)),
        "give the column a hierarchy, or measure by equal distance", "floor-closeness");
  const Hierarchy& hierarchy = *input.hierarchy;
  for (std::size_t l = 0; l < hierarchy.level_count(); ++l) {
    tree.group.emplace_back();
    tree.whole.emplace_back(hierarchy.group_count(l));
  }
  for (std::size_t v = 0; v < input.counts.size(); ++v) {
    const auto leaf = hierarchy.find(input.counts[v].value);
    if (!leaf)
      return malformed(fmt::format("column '{}': its hierarchy has no leaf '{}'", printable(column),
                                   printable(input.counts[v].value)),
                       "add the value to the hierarchy");
    for (std::size_t l = 0; l < hierarchy.level_count(); ++l) {
      tree.group[l].push_back(hierarchy.group_of(l, *leaf));
      tree.whole[l][tree.group[l].back()] += shares[v];
    }
  }
  return tree;
}

Result<Whole> whole_of(const SensitiveInput& input, std::string_view column) {
  Whole whole;
  double all = 0;
  for (const ValueCount& each : input.counts) all += static_cast<double>(each.count);
  std::vector<std::string> values;
  for (const ValueCount& each : input.counts) {
    whole.shares.push_back(static_cast<double>(each.count) / all);
    values.push_back(each.value);
  }
  if (input.distance == Distance::ordered) whole.rank = rank_of_values(values);
  if (input.distance == Distance::hierarchical)
    whole.tree = TRY(tree_of(input, whole.shares, column));
  return whole;
}

double distance_of(const Spread& spread, Distance distance, const Whole& whole) {
  switch (distance) {
    case Distance::equal:
      return equal_distance(spread);
    case Distance::ordered:
      return ordered_distance(spread, whole.rank);
    case Distance::hierarchical:
      return hierarchical_distance(spread, whole.tree);
  }
  return 1;
}

Gain value_of(PrivacyModel model, const Spread& spread, const Floor& floor, double bound,
              const std::function<double(const Spread&)>& distance) {
  switch (model) {
    case PrivacyModel::distinct_diversity:
      return {static_cast<double>(spread.shares.size()), bound};
    case PrivacyModel::entropy_diversity:
      return {entropy_diversity(spread), bound};
    case PrivacyModel::recursive_diversity:
      return {recursive_ratio(spread, floor.l_recursive), bound};
    case PrivacyModel::t_closeness:
      return {distance(spread), bound};
    case PrivacyModel::delta_disclosure:
      return {delta_disclosure(spread), bound};
    case PrivacyModel::beta_likeness:
      return {beta_likeness(spread), bound};
    case PrivacyModel::enhanced_beta_likeness:
      return enhanced_beta_likeness(spread, bound);
    case PrivacyModel::k_anonymity:
    case PrivacyModel::personalised_k:
    case PrivacyModel::k_map:
    case PrivacyModel::population_uniqueness:
      break;
  }
  return {0, bound};
}

Result<void> find_in_column(const Reading& reading, const MeasureOptions& options, std::size_t s,
                            std::vector<Finding>& findings) {
  const std::string& column = options.sensitive[s];
  std::vector<Worst> worst;
  std::vector<std::pair<PrivacyModel, double>> asked;
  bool needs_input = false;
  for (const PrivacyModel model : all_models) {
    const auto bound = bound_of(model, options.floor);
    const bool is_always = model == PrivacyModel::distinct_diversity;
    if (!looks_at_values(model) || (!bound && !is_always)) continue;
    asked.emplace_back(model, bound.value_or(0));
    worst.emplace_back(model, column);
    needs_input = needs_input || compares_with_input(model);
  }
  Whole whole;
  SensitiveInput none;
  const SensitiveInput& input = needs_input ? options.sensitive_input[s] : none;
  if (needs_input) whole = TRY(whole_of(input, column));
  const auto distance = [&](const Spread& spread) {
    return distance_of(spread, input.distance, whole);
  };
  reading.sensitive[s].pairs.each_class(
      reading.classes.size(), [&](std::size_t c, std::span<const PairCounts::Share> shares) {
        const Spread spread{shares, reading.classes[c].rows, whole.shares};
        for (std::size_t m = 0; m < asked.size(); ++m) {
          const auto [model, bound] = asked[m];
          const Gain found = value_of(model, spread, options.floor, bound, distance);
          worst[m].add(found.gain, found.bound, spread.rows);
        }
      });
  for (Worst& each : worst) findings.push_back(std::move(each).finding());
  return {};
}

}  // namespace

Result<std::vector<Finding>> find_worst(const Reading& reading, const MeasureOptions& options,
                                        const std::vector<std::uint64_t>& matches,
                                        const std::optional<UniquenessEstimate>& uniqueness) {
  const Floor& floor = options.floor;
  Worst k(PrivacyModel::k_anonymity, {});
  Worst personal(PrivacyModel::personalised_k, {});  // of classes in which somebody asks, if any
  Worst silent(PrivacyModel::personalised_k, {});
  bool is_asked = false;
  Worst map(PrivacyModel::k_map, {});
  for (std::size_t c = 0; c < reading.classes.size(); ++c) {
    const Classes::Class& each = reading.classes[c];
    const auto rows = static_cast<double>(each.rows);
    k.add(rows, floor.k, each.rows);
    (each.k_asked > 0 ? personal : silent).add(rows, each.k_asked, each.rows);
    is_asked = is_asked || each.k_asked > 0;
    if (floor.k_map > 0) map.add(static_cast<double>(matches[c]), floor.k_map, each.rows);
  }
  std::vector<Finding> findings{std::move(k).finding()};
  if (options.k_asked) findings.push_back(std::move(is_asked ? personal : silent).finding());
  if (floor.k_map > 0) findings.push_back(std::move(map).finding());
  for (std::size_t s = 0; s < options.sensitive.size(); ++s)
    CHECK_OK(find_in_column(reading, options, s, findings));
  if (const auto bound = bound_of(PrivacyModel::population_uniqueness, floor)) {
    Worst unique(PrivacyModel::population_uniqueness, {});
    if (uniqueness) unique.add(uniqueness->share, *bound, 0);
    findings.push_back(std::move(unique).finding());
  }
  return findings;
}

}  // namespace usufruct::anonymise::measuring
