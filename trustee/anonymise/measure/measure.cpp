#include "trustee/anonymise/measure/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/measure/measuring_state.h"

namespace usufruct::anonymise {

using measuring::Classes;
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
  if (options.pseudonyms) pseudonym = TRY(places_of({options.pseudonyms->column}, names)).front();
  width = names.size();
  has_columns = true;
  return {};
}

Result<void> Measuring::State::row(std::span<const std::string_view> cells) {
  CHECK_THAT(has_columns && cells.size() == width);
  shown.clear();
  for (const std::size_t place : quasi) shown.push_back(cells[place]);
  reading.classes.stage(shown);
  if (pseudonym) CHECK_OK(pseudonyms.add(cells[*pseudonym]));
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
      const std::uint32_t asked = options.k_asked(reading.rows);
      k = std::max(k, asked);
      if (!options.k_asked_counts.empty()) ++reading.asked[asked];
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
  if (state_->options.pseudonyms) CHECK_OK(state_->pseudonyms.check(*state_->options.pseudonyms));
  return state_->finish();
}

Result<Measurement> measure(View file, const MeasureOptions& options) {
  Measuring measuring = TRY(Measuring::make(options));
  CHECK_OK(measuring.take(file));
  return measuring.finish();
}

}  // namespace usufruct::anonymise
