#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "crypto/base/text.h"
#include "trustee/anonymise/measure/measuring_state.h"

namespace usufruct::anonymise {

using measuring::SensitiveRead;

// ------------------------------------------------------------------------------

/// The bytes against what is known of the input.
Result<void> Measuring::State::check_counts() const {
  const std::uint64_t kept = reading.rows + options.rows_suppressed;
  const auto& claimed = options.claims.rows_released;
  if (claimed && *claimed != reading.rows)
    return unverified(
        fmt::format("the release has {} rows and {} are claimed", reading.rows, *claimed),
        "do not use the release: rows were lost or added");
  CHECK_OK(check_asked());
  for (std::size_t s = 0; s < options.sensitive_input.size(); ++s) {
    const auto& counts = options.sensitive_input[s].counts;
    const SensitiveRead& read = reading.sensitive[s];
    if (read.values.size() > counts.size())
      return unverified(
          fmt::format("column '{}' has a value that the input has not: '{}'",
                      printable(options.sensitive[s]), printable(read.values[counts.size()])),
          "do not use the release: values were changed");
    std::uint64_t all = 0;
    for (std::size_t v = 0; v < counts.size(); ++v) {
      all += counts[v].count;
      if (read.rows[v] > counts[v].count)
        return unverified(fmt::format("column '{}': {} rows have '{}' and {} had it in the input",
                                      printable(options.sensitive[s]), read.rows[v],
                                      printable(counts[v].value), counts[v].count),
                          "do not use the release: rows were added or changed");
    }
    if (all != kept)
      return unverified(fmt::format("{} rows are released and {} suppressed, but the input has {}",
                                    reading.rows, options.rows_suppressed, all),
                        "do not use the release: rows were lost or added");
  }
  return {};
}

/// Who asks for little must not be taken for who asks for much, nor the other way round.
Result<void> Measuring::State::check_asked() const {
  if (options.k_asked_counts.empty()) return {};
  std::map<std::uint32_t, std::uint64_t> input;
  for (const AskedCount& each : options.k_asked_counts) input[each.k] += each.rows;
  for (const auto& [k, rows] : reading.asked) {
    const auto at = input.find(k);
    const std::uint64_t most = at == input.end() ? 0 : at->second;
    if (rows > most)
      return unverified(
          fmt::format("{} rows that ask for k {} are released and the input has {}", rows, k, most),
          "do not use the release: what rows ask for was lost");
  }
  return {};
}

void Measuring::State::count_classes(Measurement& found) const {
  std::map<std::uint64_t, std::uint64_t> classes_of_size;
  for (std::size_t c = 0; c < reading.classes.size(); ++c)
    ++classes_of_size[reading.classes[c].rows];
  found.classes = reading.classes.size();
  for (const auto& [rows, classes] : classes_of_size) {
    found.class_sizes.push_back({rows, classes});
    const auto size = static_cast<double>(rows);
    if (1.0 / size > options.risk_threshold) found.records_at_risk += rows * classes;
    found.discernibility += size * size * static_cast<double>(classes);
  }
  found.discernibility += static_cast<double>(found.rows_suppressed) *
                          static_cast<double>(found.rows + found.rows_suppressed);
  if (found.rows == 0) return;
  found.k_achieved = found.class_sizes.front().rows;
  if (found.k_achieved == 1) found.sample_uniques = found.class_sizes.front().classes;
  const auto rows = static_cast<double>(found.rows);
  const auto count = static_cast<double>(found.classes);
  found.risk_highest = 1.0 / static_cast<double>(found.k_achieved);
  found.risk_average = count / rows;
  found.class_size_average = rows / count;
  found.class_size_over_k =
      found.class_size_average / static_cast<double>(std::max(1U, options.floor.k));
}

std::vector<measuring::QuasiIdentifier> Measuring::State::quasi_identifiers() const {
  std::vector<measuring::QuasiIdentifier> made;
  for (std::size_t c = 0; c < options.hierarchies.size(); ++c) {
    measuring::QuasiIdentifier& column = made.emplace_back();
    column.name = options.quasi_identifiers[c];
    column.hierarchy = options.hierarchies[c];
    if (!options.claims.levels.empty()) column.claim = options.claims.levels[c];
    if (!options.leaf_counts.empty()) column.leaf_counts = options.leaf_counts[c];
    if (!options.weights.empty()) column.weight = options.weights[c];
  }
  return made;
}

Result<void> Measuring::State::look_at_groups(Measurement& found,
                                              std::vector<std::uint64_t>& matches) const {
  if (options.hierarchies.empty()) return {};
  const auto columns = quasi_identifiers();
  const measuring::Shown all = measuring::look_at(reading.classes, columns.size());
  found.utility =
      TRY(measuring::measure_utility(reading.classes, all, columns, options.rows_suppressed));
  if (found.rows + found.rows_suppressed > 0 && !columns.empty()) {
    found.granularity = 1 - found.utility->loss;
    found.precision = found.utility->precision;
  }
  if (!options.population || !options.population->has_table()) return {};
  matches = TRY(measuring::count_matches(reading.classes, all, columns, *options.population));
  found.population_risk = risk_of(matches);
  return {};
}

PopulationRisk Measuring::State::risk_of(const std::vector<std::uint64_t>& matches) const {
  PopulationRisk risk;
  double people = 0;
  for (std::size_t c = 0; c < matches.size(); ++c) {
    // Who is released is of the population, whatever its table says.
    const auto here = static_cast<double>(std::max(matches[c], reading.classes[c].rows));
    people += here;
    risk.journalist_highest = std::max(risk.journalist_highest, 1 / here);
    risk.marketer += static_cast<double>(reading.classes[c].rows) / here;
  }
  if (reading.rows == 0) return risk;
  risk.marketer /= static_cast<double>(reading.rows);
  risk.journalist_average = std::max(static_cast<double>(matches.size()) / people, risk.marketer);
  return risk;
}

Result<Measurement> Measuring::State::finish() const {
  CHECK_OK(check_counts());
  Measurement found{.rows = reading.rows,
                    .rows_suppressed = options.rows_suppressed,
                    .risk_threshold = options.risk_threshold,
                    .floor = options.floor};
  count_classes(found);
  std::vector<std::uint64_t> matches;
  CHECK_OK(look_at_groups(found, matches));
  if (options.population && options.population->people > 0) {
    if (options.population->people < found.rows)
      return malformed(fmt::format("a population of {} people and {} rows of it are released",
                                   options.population->people, found.rows),
                       "say how many people the table is drawn from");
    found.uniqueness = estimate_uniques(found.class_sizes, options.population->people);
  }
  found.findings = TRY(measuring::find_worst(reading, options, matches, found.uniqueness));
  for (const Finding& each : found.findings)
    if (each.model == PrivacyModel::distinct_diversity)
      found.diversity.push_back({each.column, static_cast<std::uint64_t>(each.value)});
  return found;
}

}  // namespace usufruct::anonymise
