#include "trustee/released_floor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "crypto/base/text.h"
#include "trustee/terms/fixed_point.h"
#include "trustee/terms/floor.h"

namespace usufruct {
namespace {

using terms::Sense;

enum class Looks : std::uint8_t { at_table, at_values };

/// One row for each model: which bound of the floor it is.
struct Model {
  PrivacyModel model;
  std::string_view name;
  std::uint32_t Floor::*bound;  ///< null: no bound of a floor
  Sense sense;
  Looks looks;
  unsigned digits = 0;
};
constexpr std::array<Model, privacy_model_count> models = {{
    {PrivacyModel::k_anonymity, "k-anonymity", &Floor::k, Sense::at_least, Looks::at_table},
    {PrivacyModel::k_map, "k-map", &Floor::k_map, Sense::at_least, Looks::at_table},
    {PrivacyModel::distinct_diversity, "distinct l-diversity", &Floor::l_distinct, Sense::at_least,
     Looks::at_values},
    {PrivacyModel::entropy_diversity, "entropy l-diversity", &Floor::l_entropy_milli,
     Sense::at_least, Looks::at_values, 3},
    {PrivacyModel::recursive_diversity, "recursive (c,l)-diversity", &Floor::c_recursive_milli,
     Sense::at_most, Looks::at_values, 3},
    {PrivacyModel::t_closeness, "t-closeness", &Floor::t_closeness_ppm, Sense::at_most,
     Looks::at_values, 6},
    {PrivacyModel::delta_disclosure, "delta-disclosure", &Floor::delta_disclosure_milli,
     Sense::at_most, Looks::at_values, 3},
    {PrivacyModel::beta_likeness, "beta-likeness", &Floor::beta_likeness_milli, Sense::at_most,
     Looks::at_values, 3},
    {PrivacyModel::enhanced_beta_likeness, "enhanced beta-likeness", &Floor::beta_enhanced_milli,
     Sense::at_most, Looks::at_values, 3},
    {PrivacyModel::population_uniqueness, "population uniqueness", &Floor::population_uniques_ppm,
     Sense::at_most, Looks::at_table, 6},
    {PrivacyModel::personalised_k, "personalised k", nullptr, Sense::at_least, Looks::at_table},
}};

const Model& row_of(PrivacyModel model) { return models[static_cast<std::size_t>(model)]; }

bool is_as_strict(const Model& model, std::uint64_t one, std::uint64_t other) {
  return model.sense == Sense::at_least ? one >= other : one <= other;
}

bool is_sensitive(const Recoding& column) { return column.role == ColumnRole::sensitive; }

bool is_before(const Met& one, const Met& other) {
  return std::tie(one.model, one.column) < std::tie(other.model, other.column);
}

/// What is wrong with one entry by itself.
std::string fault_of(const Met& met, std::span<const Recoding> recipe) {
  const Model& model = row_of(met.model);
  const bool is_recursive = met.model == PrivacyModel::recursive_diversity;
  if (met.demanded == 0 || (met.l != 0) != is_recursive) {
    return fmt::format("{} is demanded by no number", print_model(met));
  }
  const auto column = std::ranges::find(recipe, met.column, &Recoding::column);
  const bool is_of_column = column != recipe.end() && is_sensitive(*column);
  if (model.looks == Looks::at_values ? !is_of_column : !met.column.empty()) {
    return fmt::format("{} speaks of no sensitive column of the table", print_model(met));
  }
  if (is_reached(met)) return "";
  return fmt::format("{} is {}, and {} was demanded", print_model(met),
                     print_model_value(met.model, met.achieved),
                     print_model_value(met.model, met.demanded));
}

/// Whether what a release was made to is as strict as what the floor wants.
bool covers(const Met& demanded, const Met& wanted) {
  return is_as_strict(row_of(wanted.model), demanded.demanded, wanted.demanded) &&
         demanded.l >= wanted.l;
}

}  // namespace

std::vector<Met> demands_of(const Floor& floor, std::span<const Recoding> recipe) {
  std::vector<Met> demands;
  for (const auto& model : models) {
    if (model.bound == nullptr || floor.*model.bound == 0) continue;
    Met met{.model = model.model, .demanded = floor.*model.bound};
    if (model.sense == Sense::at_most) met.achieved = UINT64_MAX;
    if (model.model == PrivacyModel::recursive_diversity) met.l = floor.l_recursive;
    if (model.looks == Looks::at_table) demands.push_back(met);
    for (const auto& column : recipe) {
      if (model.looks == Looks::at_table || !is_sensitive(column)) continue;
      met.column = column.column;
      demands.push_back(met);
    }
  }
  std::ranges::sort(demands, is_before);
  return demands;
}

bool is_reached(const Met& met) {
  return is_as_strict(row_of(met.model), met.achieved, met.demanded);
}

std::string unmet(const Release& release, const Floor& floor) {
  const auto& met = release.met;
  for (std::size_t i = 0; i < met.size(); ++i) {
    if (i > 0 && !is_before(met[i - 1], met[i])) {
      return fmt::format("{} is named twice or out of order", print_model(met[i]));
    }
    if (auto fault = fault_of(met[i], release.recipe); !fault.empty()) return fault;
  }
  const bool has_sensitive = std::ranges::any_of(release.recipe, is_sensitive);
  for (const auto& model : models) {
    if (model.bound == nullptr || floor.*model.bound == 0 || model.looks == Looks::at_table) {
      continue;
    }
    if (!has_sensitive)
      return fmt::format("no column is sensitive, so {} says nothing", model.name);
  }
  for (const auto& wanted : demands_of(floor, release.recipe)) {
    const auto at = std::ranges::lower_bound(met, wanted, is_before);
    const bool is_there = at != met.end() && !is_before(wanted, *at);
    if (is_there && covers(*at, wanted)) continue;
    return fmt::format("the terms ask for {} {}, and {}", print_model(wanted),
                       print_model_value(wanted.model, wanted.demanded),
                       is_there ? "less was demanded" : "it was not demanded");
  }
  return "";
}

std::vector<std::string> never_met(const Floor& floor, const Version& version) {
  const auto has = [&](ColumnRole role) {
    return std::ranges::find(version.columns, role, &Column::role) != version.columns.end();
  };
  std::vector<std::string> reasons;
  if (floor.k > version.row_count && version.row_count > 0)
    reasons.push_back(fmt::format("k is {} and the table has {} rows", floor.k, version.row_count));
  if (floor.k > 1 && !has(ColumnRole::quasi_identifier))
    reasons.push_back(fmt::format("k is {} and no column is a quasi_identifier", floor.k));
  for (const auto& model : models) {
    if (model.bound == nullptr || floor.*model.bound == 0) continue;
    if (model.looks == Looks::at_values && !has(ColumnRole::sensitive))
      reasons.push_back(fmt::format("{} is asked for and no column is sensitive", model.name));
    const bool lacks_people =
        (model.model == PrivacyModel::k_map && !version.population.sha256) ||
        (model.model == PrivacyModel::population_uniqueness && version.population.people == 0);
    if (lacks_people)
      reasons.push_back(
          fmt::format("{} is asked for and the dataset's file names no population", model.name));
  }
  return reasons;
}

std::string print_model(const Met& met) {
  const std::string name(row_of(met.model).name);
  return met.column.empty() ? name : fmt::format("{} of '{}'", name, printable(met.column, 60));
}

std::string print_model_value(PrivacyModel model, std::uint64_t value) {
  return terms::print_fixed_point(value, row_of(model).digits);
}

}  // namespace usufruct
