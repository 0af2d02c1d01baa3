#include "trustee/measured_models.h"

#include <algorithm>
#include <cmath>

namespace usufruct {
namespace {

constexpr double tolerance = anonymise::Floor::tolerance;
/// Counts of rows have fewer digits than a double, so a ratio of two is never this near to a
/// thousandth without being it.
constexpr double ratio_error = 1e-9;

std::uint64_t whole_number(double value) {
  constexpr double beyond = 9'007'199'254'740'992.0;  // 2^53
  if (std::isnan(value) || value >= beyond) return UINT64_MAX;
  return value <= 0 ? 0 : static_cast<std::uint64_t>(value);
}

/// Of "at least": the most that the value reaches.
std::uint64_t reached(double value, double unit) {
  return std::isfinite(value) ? whole_number(std::floor((value + tolerance) * unit)) : 0;
}
/// The same where logarithms are compared.
std::uint64_t reached_by_logarithm(double value, double unit) {
  return std::isfinite(value) ? whole_number(std::floor(value * std::exp(tolerance) * unit)) : 0;
}
/// Of "at most": the least bound that the value is within.
std::uint64_t within(double value, double unit) {
  return whole_number(std::ceil((value - tolerance) * unit));
}
/// Of "below": the least bound that the value is below; `slack` in the unit.
std::uint64_t below(double value, double unit, double slack) {
  return whole_number(std::floor(value * unit + slack) + 1);
}

anonymise::PrivacyModel model_of(PrivacyModel model) {
  switch (model) {
    case PrivacyModel::k_anonymity:
      return anonymise::PrivacyModel::k_anonymity;
    case PrivacyModel::k_map:
      return anonymise::PrivacyModel::k_map;
    case PrivacyModel::distinct_diversity:
      return anonymise::PrivacyModel::distinct_diversity;
    case PrivacyModel::entropy_diversity:
      return anonymise::PrivacyModel::entropy_diversity;
    case PrivacyModel::recursive_diversity:
      return anonymise::PrivacyModel::recursive_diversity;
    case PrivacyModel::t_closeness:
      return anonymise::PrivacyModel::t_closeness;
    case PrivacyModel::delta_disclosure:
      return anonymise::PrivacyModel::delta_disclosure;
    case PrivacyModel::beta_likeness:
      return anonymise::PrivacyModel::beta_likeness;
    case PrivacyModel::enhanced_beta_likeness:
      return anonymise::PrivacyModel::enhanced_beta_likeness;
    case PrivacyModel::population_uniqueness:
      return anonymise::PrivacyModel::population_uniqueness;
    case PrivacyModel::personalised_k:
      return anonymise::PrivacyModel::personalised_k;
  }
  return anonymise::PrivacyModel::k_anonymity;
}

}  // namespace

std::uint64_t claimed_value(PrivacyModel model, const anonymise::Finding& finding) {
  switch (model) {
    case PrivacyModel::k_anonymity:
    case PrivacyModel::k_map:
    case PrivacyModel::distinct_diversity:
    case PrivacyModel::personalised_k:
      return reached(finding.value, 1);
    case PrivacyModel::entropy_diversity:
      return reached_by_logarithm(finding.value, 1e3);
    case PrivacyModel::recursive_diversity:
      return below(finding.value, 1e3, ratio_error);
    case PrivacyModel::delta_disclosure:
      return below(finding.value, 1e3, -tolerance * 1e3);
    case PrivacyModel::beta_likeness:
    case PrivacyModel::enhanced_beta_likeness:
      return within(finding.value, 1e3);
    case PrivacyModel::t_closeness:
    case PrivacyModel::population_uniqueness:
      return within(finding.value, 1e6);
  }
  return UINT64_MAX;
}

std::uint64_t achieved(const Met& met, const anonymise::Measurement& measured) {
  if (met.model == PrivacyModel::k_anonymity) return measured.k_achieved;
  if (met.model == PrivacyModel::distinct_diversity) {
    const auto found =
        std::ranges::find(measured.diversity, met.column, &anonymise::Diversity::column);
    return found == measured.diversity.end() ? 0 : found->distinct_min;
  }
  const auto found = std::ranges::find_if(measured.findings, [&](const auto& finding) {
    return finding.model == model_of(met.model) && finding.column == met.column;
  });
  if (found == measured.findings.end()) return met.achieved;
  if (met.model != PrivacyModel::enhanced_beta_likeness) return claimed_value(met.model, *found);
  // The bound is the value's own: what it stays below that, all values do.
  anonymise::Finding against_beta = *found;
  against_beta.value += static_cast<double>(met.demanded) / 1e3 - found->bound;
  return claimed_value(met.model, against_beta);
}

}  // namespace usufruct
