#include "trustee/law/claims.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/ppm.h"
#include "trustee/released_floor.h"

namespace usufruct::law {
namespace {

constexpr std::uint32_t whole = 1'000'000;  // parts per million

Result<void> check_rows(const Release& release, const Version& version) {
  const bool adds_up = release.rows_suppressed <= release.rows_consented &&
                       release.rows_released == release.rows_consented - release.rows_suppressed &&
                       release.rows_consented <= release.rows_input && release.rows_released > 0;
  if (adds_up && (version.row_count == 0 || release.rows_input == version.row_count)) return {};
  return refuse("release-rows",
                fmt::format("{} rows of {}, {} with consent, {} suppressed, {} released",
                            release.rows_input, version.row_count, release.rows_consented,
                            release.rows_suppressed, release.rows_released));
}

Result<void> check_floor(const Release& release, const Floor& floor) {
  const auto suppressed = static_cast<Wide>(release.rows_suppressed) * 10'000;
  const auto allowed = static_cast<Wide>(release.rows_consented) * floor.suppression_max_per10000;
  if (release.k < floor.k || suppressed > allowed || release.l_distinct < floor.l_distinct ||
      release.highest_risk_ppm != ppm_rounded_up(1, release.k)) {
    return refuse(
        "release-floor",
        fmt::format("k={}, l={}, {} of {} rows suppressed, highest risk {} ppm; the terms "
                    "ask k>={}, l>={}, at most {} in 10,000 rows suppressed",
                    release.k, release.l_distinct, release.rows_suppressed, release.rows_consented,
                    release.highest_risk_ppm, floor.k, floor.l_distinct,
                    floor.suppression_max_per10000));
  }
  return {};
}

Result<void> check_met(const Release& release, const Floor& floor) {
  const std::string missing = unmet(release, floor);
  if (missing.empty()) return {};
  return refuse("release-met", missing, "make the release again to the floor of the terms");
}

/// What follows from the counts alone. Each of `classes` groups holds at least k rows.
Result<void> check_risks(const Release& release) {
  const bool possible = release.classes > 0 &&
                        static_cast<Wide>(release.k) * release.classes <= release.rows_released &&
                        release.l_distinct <= release.rows_released && release.quality_ppm <= whole;
  const std::uint32_t average = ppm_rounded_up(release.classes, release.rows_released);
  if (!possible || release.average_risk_ppm != average) {
    return refuse("release-claims",
                  fmt::format("k={} in {} classes of {} rows, average risk {} ppm, quality {} ppm",
                              release.k, release.classes, release.rows_released,
                              release.average_risk_ppm, release.quality_ppm));
  }
  const Wide others = release.classes - std::min(release.classes, release.sample_uniques);
  if (release.sample_uniques > release.classes ||
      (release.k == 1) != (release.sample_uniques > 0) ||
      release.sample_uniques + 2 * others > release.rows_released) {
    return refuse("release-claims",
                  fmt::format("{} rows alone of their kind in {} classes of k={}",
                              release.sample_uniques, release.classes, release.k));
  }
  return {};
}

/// Who is not in the release counts only by the table of a population that the version names.
Result<void> check_population(const Release& release, const PopulationTable& population) {
  const bool is_table = population.sha256.has_value();
  const std::uint32_t least = ppm_rounded_up(1, std::max<std::uint64_t>(1, population.people));
  const bool is_possible = is_table ? release.journalist_risk_ppm >= least &&
                                          release.marketer_risk_ppm >= least &&
                                          release.journalist_risk_ppm <= release.highest_risk_ppm &&
                                          release.marketer_risk_ppm <= release.average_risk_ppm
                                    : release.journalist_risk_ppm == 0 &&
                                          release.marketer_risk_ppm == release.average_risk_ppm;
  if (!is_possible) {
    return refuse(
        "release-claims",
        fmt::format("journalist risk {} ppm, marketer risk {} ppm with {} table of a "
                    "population, and those of the released rows alone are {} and {}",
                    release.journalist_risk_ppm, release.marketer_risk_ppm, is_table ? "a" : "no",
                    release.highest_risk_ppm, release.average_risk_ppm));
  }
  // Nobody is unique among all who is not alone in the release.
  const bool may_be_unique = release.sample_uniques > 0 && population.people > 0;
  if (release.population_uniques_ppm <= (may_be_unique ? whole : 0)) return {};
  return refuse(
      "release-claims",
      fmt::format("{} ppm unique in a population of {}, with {} rows alone of their kind",
                  release.population_uniques_ppm, population.people, release.sample_uniques));
}

/// The least that was achieved of a model; none where it was not demanded.
std::optional<std::uint64_t> least_of(const Release& release, PrivacyModel model) {
  std::optional<std::uint64_t> least;
  for (const auto& met : release.met) {
    if (met.model == model) least = std::min(least.value_or(met.achieved), met.achieved);
  }
  return least;
}

/// What stands under `met` is what is claimed beside it, or follows from what the version names.
Result<void> check_met_again(const Release& release, const PopulationTable& population) {
  const auto k_map = least_of(release, PrivacyModel::k_map);
  const auto uniques = least_of(release, PrivacyModel::population_uniqueness);
  const bool is_so =
      least_of(release, PrivacyModel::k_anonymity).value_or(release.k) == release.k &&
      least_of(release, PrivacyModel::distinct_diversity).value_or(release.l_distinct) ==
          release.l_distinct &&
      uniques.value_or(release.population_uniques_ppm) == release.population_uniques_ppm &&
      (!k_map || (population.sha256 && *k_map <= population.people)) &&
      (!uniques || population.people > 0) &&
      least_of(release, PrivacyModel::personalised_k).value_or(release.k) == release.k;
  // A class stands for the people that are counted for k-map, and for its own rows at least.
  const bool is_risk_of_map = !k_map || release.journalist_risk_ppm <=
                                            ppm_rounded_up(1, std::max<std::uint64_t>(1, *k_map));
  if (is_so && is_risk_of_map) return {};
  return refuse("release-claims",
                fmt::format("what was met is not k={}, l={}, journalist risk {} ppm and {} ppm "
                            "unique in the population",
                            release.k, release.l_distinct, release.journalist_risk_ppm,
                            release.population_uniques_ppm));
}

/// Of a thousandth: what the loss of a column counts.
std::uint32_t weight_of(const Version& version, const std::string& name) {
  const auto column = std::ranges::find(version.columns, name, &Column::name);
  return column == version.columns.end() || column->weight_milli == 0 ? 1'000
                                                                      : column->weight_milli;
}

Result<void> check_quality(const Release& release, const Version& version) {
  const std::uint64_t reached = std::uint64_t{release.quality_ppm} + release.loss_bound_ppm;
  // A suppressed row keeps nothing; what is proven leaves no gap but for rounding.
  const auto kept = static_cast<std::uint64_t>(static_cast<Wide>(release.rows_released) * whole /
                                               release.rows_consented);
  constexpr std::uint32_t gap_of_proven_max = 5;
  const bool has_quality = std::ranges::find(release.recipe, ColumnRole::quasi_identifier,
                                             &Recoding::role) != release.recipe.end();
  const bool is_proven_falsely =
      has_quality && release.proven_optimal && release.gap_ppm > gap_of_proven_max;
  if (reached > whole || release.gap_ppm != whole - reached || release.precision_ppm > kept ||
      release.quality_ppm > kept || release.entropy_ppm > whole || is_proven_falsely) {
    return refuse("release-utility",
                  fmt::format("quality {} ppm with losses of {} ppm at least and a gap of {} ppm, "
                              "precision {} ppm, entropy {} ppm",
                              release.quality_ppm, release.loss_bound_ppm, release.gap_ppm,
                              release.precision_ppm, release.entropy_ppm));
  }
  // The loss is the columns' losses as their weights have it; each was rounded by less than 1.
  Wide weights = 0;
  Wide lost = 0;
  for (const auto& column : release.recipe) {
    if (column.role != ColumnRole::quasi_identifier) continue;
    const std::uint32_t weight = weight_of(version, column.column);
    weights += weight;
    lost += static_cast<Wide>(weight) * column.loss_ppm;
  }
  const Wide claimed = weights * (whole - release.quality_ppm);
  if ((lost > claimed ? lost - claimed : claimed - lost) <= weights) return {};
  return refuse("release-utility",
                fmt::format("the losses of the columns are no {} ppm on average, as they are "
                            "weighted",
                            whole - release.quality_ppm));
}

/// Sizes of the classes. Their squares add up to least when all are of one size, and to most when
/// all but one are of k rows.
Result<void> check_sizes(const Release& release) {
  const Wide rows = release.rows_released;
  const Wide classes = release.classes;
  const Wide average = (rows * 1'000 + classes - 1) / classes;
  const Wide suppressed = static_cast<Wide>(release.rows_suppressed) * release.rows_consented;
  const Wide small = static_cast<Wide>(release.k) * (classes - 1);
  const Wide most = (rows - small) * (rows - small) + small * release.k;
  const bool is_enough = release.discernibility >= suppressed &&
                         (release.discernibility - suppressed) * classes >= rows * rows &&
                         release.discernibility - suppressed <= most;
  if (is_enough && release.average_class_size_milli == average) return {};
  return refuse("release-utility",
                fmt::format("classes of {} rows in a thousand on average and discernibility {}, of "
                            "{} rows in {} classes",
                            release.average_class_size_milli, release.discernibility,
                            release.rows_released, release.classes));
}

/// A given hierarchy is the version's; a built one, which only a quasi-identifier has, is named.
Result<void> check_recoding(const Recoding& recoding, const Column& column) {
  const bool is_quasi = column.role == ColumnRole::quasi_identifier;
  const std::string name = printable(recoding.column, 60);
  const bool is_ordered = recoding.level_min <= recoding.level_max &&
                          recoding.level_max < std::max<std::uint32_t>(1, recoding.levels);
  const bool has_levels = is_quasi ? recoding.levels >= 2 : recoding.levels == 0;
  if (!is_ordered || !has_levels || recoding.loss_ppm > whole) {
    return refuse(
        "release-columns",
        fmt::format("column '{}' is at levels {} to {} of {} and loses {} ppm", name,
                    recoding.level_min, recoding.level_max, recoding.levels, recoding.loss_ppm));
  }
  const bool is_given = column.hierarchy_sha256 || !is_quasi;
  if (is_given ? recoding.hierarchy_sha256 == column.hierarchy_sha256
               : recoding.hierarchy_sha256.has_value())
    return {};
  return refuse(
      "release-columns",
      fmt::format("column '{}' is coarser by {}, and the version has {}", name,
                  recoding.hierarchy_sha256 ? to_hex(*recoding.hierarchy_sha256) : "no hierarchy",
                  column.hierarchy_sha256 ? to_hex(*column.hierarchy_sha256) : "none"));
}

Result<void> check_recipe(const Release& release, const Version& version) {
  std::vector<std::pair<std::string, ColumnRole>> wanted;
  for (const auto& column : version.columns)
    if (leaves(column.role)) wanted.emplace_back(column.name, column.role);
  std::vector<std::pair<std::string, ColumnRole>> got;
  for (const auto& recoding : release.recipe) got.emplace_back(recoding.column, recoding.role);
  std::ranges::sort(wanted);
  std::ranges::sort(got);
  if (wanted != got) {
    return refuse("release-columns",
                  "the released columns are not the version's less those that are not to leave");
  }
  for (const auto& recoding : release.recipe)
    CHECK_OK(check_recoding(recoding,
                            *std::ranges::find(version.columns, recoding.column, &Column::name)));
  return {};
}

Result<void> check_making(const Release& release) {
  if (!release.format.empty() && !release.algorithm.empty() && !release.code_version.empty() &&
      release.recoding_sha256) {
    return {};
  }
  return refuse(
      "release-making",
      fmt::format("the release says format '{}', algorithm '{}', code version '{}' and "
                  "{} digest of the recoding",
                  printable(release.format, 60), printable(release.algorithm, 60),
                  printable(release.code_version, 60), release.recoding_sha256 ? "a" : "no"));
}

}  // namespace

Result<void> check_release_claims(const Release& release, const Version& version,
                                  const Floor& floor) {
  CHECK_OK(check_rows(release, version));
  CHECK_OK(check_floor(release, floor));
  CHECK_OK(check_risks(release));
  CHECK_OK(check_population(release, version.population));
  CHECK_OK(check_recipe(release, version));
  CHECK_OK(check_met(release, floor));
  CHECK_OK(check_met_again(release, version.population));
  CHECK_OK(check_quality(release, version));
  CHECK_OK(check_sizes(release));
  return check_making(release);
}

}  // namespace usufruct::law
