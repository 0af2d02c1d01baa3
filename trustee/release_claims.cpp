#include "trustee/release_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "crypto/hash.h"
#include "trustee/measured_models.h"
#include "trustee/ppm.h"
#include "trustee/released_floor.h"

namespace usufruct {
namespace {

constexpr std::uint32_t whole = 1'000'000;  // parts per million
constexpr std::string_view engine_name = "usufruct anonymise, version 3";

/// A share that is good when it is large, and one that is good when it is small: neither looks
/// better than it is.
std::uint32_t good_ppm(double share) {
  return static_cast<std::uint32_t>(std::floor(std::clamp(share, 0.0, 1.0) * whole));
}
std::uint32_t bad_ppm(double share) {
  return static_cast<std::uint32_t>(std::ceil(std::clamp(share, 0.0, 1.0) * whole));
}

void claim_rows(Release& release, const anonymise::Anonymised& table) {
  release.rows_input = table.rows_input();
  release.rows_consented = table.rows_kept();
  release.rows_suppressed = table.rows_suppressed();
  release.rows_released = table.rows_released();
}

/// Mean NCP of a quasi-identifier; all of it where nobody measured.
double loss_of(const anonymise::Measurement& measured, const std::string& column) {
  if (!measured.utility) return 1;
  const auto& columns = measured.utility->columns;
  const auto found = std::ranges::find(columns, column, &anonymise::ColumnUtility::column);
  return found == columns.end() ? 1 : found->loss;
}

void claim_recipe(Release& release, const anonymise::Anonymised& table, const Version& version) {
  for (const auto& outcome : table.columns()) {
    const auto column = std::ranges::find(version.columns, outcome.name, &Column::name);
    if (!leaves(column->role)) continue;
    Recoding recoding{
        .column = outcome.name,
        .role = column->role,
        .level_min = outcome.level_min,
        .levels = outcome.levels,
        .hierarchy_sha256 = outcome.hierarchy ? outcome.hierarchy : column->hierarchy_sha256,
        .level_max = outcome.level_max};
    if (column->role == ColumnRole::quasi_identifier) {
      recoding.loss_ppm = bad_ppm(loss_of(table.measurement(), outcome.name));
    }
    release.recipe.push_back(std::move(recoding));
  }
}

void claim_risks(Release& release, const anonymise::Measurement& measured) {
  release.k = measured.k_achieved;
  release.l_distinct = least_diversity(measured);
  release.classes = measured.classes;
  release.sample_uniques = measured.sample_uniques;
  release.highest_risk_ppm = ppm_rounded_up(1, measured.k_achieved);
  release.average_risk_ppm = ppm_rounded_up(measured.classes, measured.rows);
  // Without a population table an attacker knows that everybody he looks for is in the release.
  release.marketer_risk_ppm = release.average_risk_ppm;
  if (const auto& risk = measured.population_risk) {
    release.journalist_risk_ppm =
        std::min(bad_ppm(risk->journalist_highest), release.highest_risk_ppm);
    release.marketer_risk_ppm = std::min(bad_ppm(risk->marketer), release.average_risk_ppm);
  }
  if (const auto& estimate = measured.uniqueness) {
    release.population_uniques_ppm = static_cast<std::uint32_t>(std::min<std::uint64_t>(
        whole, claimed_value(PrivacyModel::population_uniqueness, {.value = estimate->share})));
  }
}

void claim_quality(Release& release, const anonymise::Anonymised& table) {
  const auto& measured = table.measurement();
  release.quality_ppm = good_ppm(measured.granularity.value_or(0));
  release.precision_ppm = good_ppm(measured.precision.value_or(0));
  if (measured.utility) release.entropy_ppm = good_ppm(measured.utility->entropy.value_or(0));
  // Adding up in another order, the bound may come out above a loss that it equals.
  release.loss_bound_ppm = std::min(good_ppm(table.loss_bound()), whole - release.quality_ppm);
  release.gap_ppm = whole - release.loss_bound_ppm - release.quality_ppm;
  release.proven_optimal = table.proven_optimal();
}

void claim_sizes(Release& release, const anonymise::Measurement& measured) {
  release.average_class_size_milli =
      (measured.rows * 1'000 + measured.classes - 1) / std::max<std::uint64_t>(1, measured.classes);
  release.discernibility = discernibility_of(measured);
}

/// That every row has what it asks follows from the release being there; of which row it was hard
/// for nothing is said, since it would point at somebody.
Met personal_met(const anonymise::Measurement& measured) {
  return {.model = PrivacyModel::personalised_k, .demanded = 1, .achieved = measured.k_achieved};
}

void claim_met(Release& release, const anonymise::Measurement& measured, const Making& making) {
  release.met = demands_of(making.floor, release.recipe);
  for (auto& met : release.met) met.achieved = achieved(met, measured);
  const bool may_ask =
      making.consents_ask || std::ranges::find(making.version.columns, ColumnRole::asked_k,
                                               &Column::role) != making.version.columns.end();
  if (may_ask) release.met.push_back(personal_met(measured));  // the last of the models
}

void claim_making(Release& release, const anonymise::Anonymised& table) {
  release.content_sha256 = table.digest();
  release.engine = engine_name;
  release.algorithm = table.algorithm();
  release.code_version = USUFRUCT_VERSION;
  release.recoding_sha256 = sha256(as_view(recoding_text(release, table.recoding_digest())));
}

}  // namespace

anonymise::Floor floor_of(const Floor& floor) {
  return {.k = floor.k,
          .suppression_max_per_10000 = floor.suppression_max_per10000,
          .l_distinct = floor.l_distinct,
          .l_entropy_milli = floor.l_entropy_milli,
          .l_recursive = floor.l_recursive,
          .c_recursive_milli = floor.c_recursive_milli,
          .t_closeness_ppm = floor.t_closeness_ppm,
          .delta_disclosure_milli = floor.delta_disclosure_milli,
          .beta_likeness_milli = floor.beta_likeness_milli,
          .beta_enhanced_milli = floor.beta_enhanced_milli,
          .k_map = floor.k_map,
          .population_uniques_ppm = floor.population_uniques_ppm};
}

void claim(Release& release, const anonymise::Anonymised& table, const Making& making) {
  claim_rows(release, table);
  claim_recipe(release, table, making.version);
  claim_met(release, table.measurement(), making);
  claim_risks(release, table.measurement());
  claim_quality(release, table);
  claim_sizes(release, table.measurement());
  claim_making(release, table);
}

std::string recoding_text(const Release& release, const Digest& classes) {
  std::string text = fmt::format("usufruct/recoding/v2\nalgorithm\t{}\n", release.algorithm);
  for (const auto& column : release.recipe) {
    if (column.role != ColumnRole::quasi_identifier) continue;
    text += fmt::format("column\t{}:{}\t{}\t{}\t{}\t{}\n", column.column.size(), column.column,
                        column.level_min, column.level_max, column.levels,
                        column.hierarchy_sha256 ? to_hex(*column.hierarchy_sha256) : "-");
  }
  text += fmt::format("classes\t{}\n", to_hex(classes));
  return text;
}

std::uint64_t discernibility_of(const anonymise::Measurement& measured) {
  // In whole numbers: as a double it is off by some in tables of many millions of rows.
  Wide sum =
      static_cast<Wide>(measured.rows_suppressed) * (measured.rows + measured.rows_suppressed);
  for (const auto& size : measured.class_sizes)
    sum += static_cast<Wide>(size.rows) * size.rows * size.classes;
  return static_cast<std::uint64_t>(std::min<Wide>(sum, UINT64_MAX));
}

std::uint64_t least_diversity(const anonymise::Measurement& measured) {
  std::uint64_t least = 0;
  for (const auto& diversity : measured.diversity) {
    least = least == 0 ? diversity.distinct_min : std::min(least, diversity.distinct_min);
  }
  return least;
}

}  // namespace usufruct
