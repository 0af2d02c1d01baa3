#include "trustee/anonymise/measure/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/measure/reading.h"

namespace usufruct::anonymise {

using measuring::Classes;
using measuring::Reading;
using measuring::SensitiveRead;

std::uint32_t SensitiveRead::number(std::string_view value) {
  const auto at = number_of.find(value);
  if (at != number_of.end()) return at->second;
  const auto made = static_cast<std::uint32_t>(values.size());
  number_of.emplace(value, made);
  values.emplace_back(value);
  rows.push_back(0);
  return made;
}

struct Measuring::State {
  explicit State(MeasureOptions given) : options(std::move(given)), reader(options.format) {}

  MeasureOptions options;
  measuring::ReleasedReader reader;
  Reading reading;
  bool has_columns = false;
  std::size_t width = 0;
  std::vector<std::size_t> quasi;  ///< places in the record
  std::vector<std::size_t> sensitive;
  std::vector<std::string_view> fields;
  std::vector<std::string_view> shown;
  std::vector<std::uint32_t> staged_values;  ///< [row staged · sensitive columns + column]

  Result<void> check_options() const;
  Result<void> check_facts() const;
  Result<std::vector<std::size_t>> places_of(const std::vector<std::string>& wanted,
                                             std::span<const std::string_view> header) const;
  Result<void> columns(std::span<const std::string_view> names);
  Result<void> row(std::span<const std::string_view> cells);
  void settle();
  std::vector<measuring::QuasiIdentifier> quasi_identifiers() const;
  Result<void> check_counts() const;
  void count_classes(Measurement& found) const;
  Result<void> look_at_groups(Measurement& found, std::vector<std::uint64_t>& matches) const;
  PopulationRisk risk_of(const std::vector<std::uint64_t>& matches) const;
  Result<Measurement> finish() const;
};

// ---- what was asked
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
  const bool has_table = options.population && !options.population->tuples.empty();
  if (options.floor.k_map > 0 && (!has_table || options.hierarchies.empty()))
    return lacks(PrivacyModel::k_map, "population table with hierarchies",
                 "give a table of the population");
  if (options.floor.population_uniques_ppm > 0 &&
      (!options.population || options.population->people == 0))
    return lacks(PrivacyModel::population_uniqueness, "count of the population",
                 "say how many people the table is drawn from");
  return {};
}

// ---- reading
// -------------------------------------------------------------------------------------

Result<std::vector<std::size_t>> Measuring::State::places_of(
    const std::vector<std::string>& wanted, std::span<const std::string_view> header) const {
  std::vector<std::size_t> places;
  for (const std::string& name : wanted) {
    const auto count = std::count(header.begin(), header.end(), name);
    if (count != 1)
      return malformed(fmt::format("column '{}' is {} in the release", printable(name),
                                   count == 0 ? "not" : "more than once"),
                       "measure with the columns that were released");
    places.push_back(
        static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin()));
  }
  return places;
}

Result<void> Measuring::State::columns(std::span<const std::string_view> names) {
  const auto& claimed = options.claims.columns;
  if (!claimed.empty() && !std::equal(names.begin(), names.end(), claimed.begin(), claimed.end()))
    return unverified(
        fmt::format("the release has the columns {} and {} are claimed",
                    printable(join(std::vector<std::string>(names.begin(), names.end()), ", ")),
                    printable(join(claimed, ", "))),
        "do not use the release: a column is not where it should be");
  quasi = TRY(places_of(options.quasi_identifiers, names));
  sensitive = TRY(places_of(options.sensitive, names));
  width = names.size();
  has_columns = true;
  return {};
}

Result<void> Measuring::State::row(std::span<const std::string_view> cells) {
  CHECK_THAT(has_columns && cells.size() == width);
  shown.clear();
  for (const std::size_t place : quasi) shown.push_back(cells[place]);
  reading.classes.stage(shown);
  for (std::size_t s = 0; s < sensitive.size(); ++s)
    staged_values.push_back(reading.sensitive[s].number(cells[sensitive[s]]));
  if (reading.classes.staged() == Classes::staged_max) settle();
  return {};
}

void Measuring::State::settle() {
  std::size_t next = 0;
  for (const std::uint32_t group : reading.classes.settle()) {
    if (options.k_asked) {
      std::uint32_t& k = reading.classes[group].k_asked;
      k = std::max(k, options.k_asked(reading.rows));
    }
    for (SensitiveRead& read : reading.sensitive) {
      const std::uint32_t value = staged_values[next++];
      ++read.rows[value];
      read.pairs.add(group, value);
    }
    ++reading.rows;
  }
  staged_values.clear();
}

// ---- what was found
// ------------------------------------------------------------------------------

/// The bytes against what is known of the input.
Result<void> Measuring::State::check_counts() const {
  const std::uint64_t kept = reading.rows + options.rows_suppressed;
  const auto& claimed = options.claims.rows_released;
  if (claimed && *claimed != reading.rows)
    return unverified(
        fmt::format("the release has {} rows and {} are claimed", reading.rows, *claimed),
        "do not use the release: rows were lost or added");
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
  if (!options.population || options.population->tuples.empty()) return {};
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

// ---- the door
// ------------------------------------------------------------------------------------

Measuring::Measuring(std::unique_ptr<State> state) : state_(std::move(state)) {}
Measuring::Measuring(Measuring&&) noexcept = default;
Measuring& Measuring::operator=(Measuring&&) noexcept = default;
Measuring::~Measuring() = default;

Result<Measuring> Measuring::make(MeasureOptions options) {
  auto state = std::make_unique<State>(std::move(options));
  CHECK_OK(state->check_options());
  CHECK_OK(state->check_facts());
  for (std::size_t s = 0; s < state->options.sensitive.size(); ++s) {
    SensitiveRead& read = state->reading.sensitive.emplace_back();
    if (state->options.sensitive_input.empty()) continue;
    for (const ValueCount& each : state->options.sensitive_input[s].counts) read.number(each.value);
  }
  return Measuring(std::move(state));
}

Result<void> Measuring::take(View piece) {
  constexpr std::size_t bytes_at_once = std::size_t{1} << 20;
  for (std::size_t at = 0; at < piece.size(); at += bytes_at_once) {
    state_->reader.feed(piece.subspan(at, std::min(bytes_at_once, piece.size() - at)));
    while (TRY(state_->reader.next(state_->fields))) {
      if (state_->has_columns)
        CHECK_OK(state_->row(state_->fields));
      else
        CHECK_OK(state_->columns(state_->fields));
    }
  }
  return {};
}

Result<void> Measuring::columns(std::span<const std::string_view> names) {
  CHECK_THAT(!state_->has_columns);
  return state_->columns(names);
}

Result<void> Measuring::row(std::span<const std::string_view> cells) {
  if (cells.size() != state_->width)
    return malformed(
        fmt::format("a row of {} cells in a table of {} columns", cells.size(), state_->width));
  return state_->row(cells);
}

Result<Measurement> Measuring::finish() {
  if (state_->options.format != Format::parquet) CHECK_OK(state_->reader.end());
  state_->settle();
  return state_->finish();
}

Result<Measurement> measure(View file, const MeasureOptions& options) {
  Measuring measuring = TRY(Measuring::make(options));
  CHECK_OK(measuring.take(file));
  return measuring.finish();
}

}  // namespace usufruct::anonymise
