#include <fmt/format.h>

#include <cmath>
#include <set>

#include "crypto/base/text.h"
#include "trustee/anonymise/measure/measuring_state.h"

namespace usufruct::anonymise {

// ------------------------------------------------------------------------------

Result<void> Measuring::State::check_options() const {
  const auto one_each = [](std::string_view what, std::size_t count,
                           std::size_t wanted) -> Result<void> {
    if (count == 0 || count == wanted) return {};
    return malformed(fmt::format("{} {} for {} columns", count, what, wanted));
  };
  const std::size_t columns = options.quasi_identifiers.size();
  CHECK_OK(one_each("hierarchies", options.hierarchies.size(), columns));
  CHECK_OK(one_each("lists of leaf counts", options.leaf_counts.size(), columns));
  CHECK_OK(one_each("weights", options.weights.size(), columns));
  for (const double weight : options.weights)
    if (!(weight > 0) || !std::isfinite(weight))
      return malformed(fmt::format("a weight of {}", weight), "weights are above 0");
  CHECK_OK(one_each("claimed levels", options.claims.levels.size(), columns));
  CHECK_OK(one_each("distributions", options.sensitive_input.size(), options.sensitive.size()));
  if (options.hierarchies.empty() && !options.claims.levels.empty())
    return malformed("levels are claimed and there are no hierarchies to see them by");
  if (options.format == Format::parquet) return {};
  for (std::size_t s = 0; s < options.sensitive_input.size(); ++s) {
    std::set<std::string_view> seen;
    for (const ValueCount& each : options.sensitive_input[s].counts)
      if (!seen.insert(each.value).second)
        return malformed(fmt::format("column '{}': '{}' is counted twice",
                                     printable(options.sensitive[s]), printable(each.value)));
  }
  return {};
}

Result<void> Measuring::State::check_facts() const {
  const auto lacks = [](PrivacyModel model, std::string_view what, std::string_view next) {
    return denied(fmt::format("the floor asks for {} and there is no {}", name_of(model), what),
                  std::string(next), std::string(rule_of(model)));
  };
  for (const PrivacyModel model : measuring::all_models) {
    if (!measuring::bound_of(model, options.floor)) continue;
    if (measuring::looks_at_values(model) && options.sensitive.empty())
      return lacks(model, "sensitive column", "say which columns must not be learnt");
    if (measuring::compares_with_input(model) && options.sensitive_input.empty())
      return lacks(model, "distribution of the input", "measure beside the input");
  }
  const bool has_table = options.population && options.population->has_table();
  if (options.floor.k_map > 0 && (!has_table || options.hierarchies.empty()))
    return lacks(PrivacyModel::k_map, "population table with hierarchies",
                 "give a table of the population");
  if (options.floor.population_uniques_ppm > 0 &&
      (!options.population || options.population->people == 0))
    return lacks(PrivacyModel::population_uniqueness, "count of the population",
                 "say how many people the table is drawn from");
  return {};
}

}  // namespace usufruct::anonymise
