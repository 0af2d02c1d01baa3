#include "trustee/anonymise/anonymise.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "crypto/keyed_chance.h"
#include "trustee/anonymise/attack_sample.h"
#include "trustee/anonymise/checked.h"
#include "trustee/anonymise/expectations.h"
#include "trustee/anonymise/hierarchy/number.h"
#include "trustee/anonymise/table/input_rows.h"

namespace usufruct::anonymise {

namespace {

Result<void> check_population(const Schema& schema, const Floor& floor,
                              const std::optional<PopulationInput>& population) {
  const bool has_table = population && !population->files.empty();
  if (floor.k_map > 0 && !has_table)
    return denied(fmt::format("k-map {} needs a table of the population", floor.k_map),
                  "name it in the dataset's file (`population:`), or ask for k instead: it is at "
                  "least as strict",
                  "floor-k-map");
  if (floor.k_map > 0 && schema.quasi_identifiers.empty())
    return denied(
        fmt::format("no column is a quasi_identifier, so k-map {} says nothing", floor.k_map),
        "say which columns tell people apart", "floor-k-map");
  if (floor.population_uniques_ppm > 0 && !has_table && (!population || population->people == 0))
    return denied("a floor on unique people needs the count of the population",
                  "give a table of the population, or say how many people there are",
                  "floor-uniqueness");
  return {};
}

Result<void> check_request(const Schema& schema, const Floor& floor, const Input& input) {
  if (schema.pseudonym && !input.pseudonym_key)
    return malformed("a column is to leave as pseudonyms and there is no key for them",
                     "give it the role identifier, or give a key");
  if (floor.k == 0) return malformed("the floor is k 0", "k is at least 1");
  if (floor.suppression_max_per_10000 > 10'000)
    return malformed(fmt::format("suppression of {} per 10000", floor.suppression_max_per_10000),
                     "give 0 to 10000");
  if (schema.released.empty())
    return malformed("no column is released", "give a column a role other than identifier");
  if (schema.quasi_identifiers.empty() && floor.k > 1)
    return denied(fmt::format("no column is a quasi_identifier, so k {} says nothing", floor.k),
                  "say which columns tell people apart", "floor-k");
  if (schema.sensitive.empty() && floor.l_distinct > 0)
    return denied(fmt::format("no column is sensitive, so l {} says nothing", floor.l_distinct),
                  "say which column must stay diverse", "floor-diversity");
  if (schema.sensitive.empty() && asks_about_values(floor))
    return denied("no column is sensitive, so a floor on its values says nothing",
                  "say which column must not be learnt", "floor-diversity");
  return check_population(schema, floor, input.population);
}

std::vector<ColumnOutcome> outcomes(const Counted& counted, const Input& input,
                                    const Recoding& recoding) {
  std::vector<ColumnOutcome> made;
  const Schema& schema = counted.schema;
  for (std::size_t i = 0; i < counted.columns.size(); ++i)
    made.push_back(
        {.name = counted.columns[i], .role = input.columns[schema.spec_of_column[i]].role});
  for (std::size_t c = 0; c < recoding.columns; ++c) {
    const Hierarchy& hierarchy = counted.histogram.hierarchies[c];
    ColumnOutcome& outcome = made[schema.quasi_identifiers[c]];
    std::tie(outcome.level_min, outcome.level_max) = levels_of(recoding, c);
    outcome.levels = static_cast<std::uint32_t>(hierarchy.level_count());
    outcome.hierarchy_text = hierarchy.print();
    outcome.hierarchy = sha256(as_view(outcome.hierarchy_text));
  }
  return made;
}

/// How far values are apart, for t-closeness: by the column's hierarchy where it has one, and by
/// the order of its lines where it has no levels between; by rank where all are numbers; else all
/// the same (Li, Li, Venkatasubramanian 2007, §4).
Result<void> set_distances(Counted& counted, const Input& input) {
  for (std::size_t s = 0; s < counted.histogram.sensitive.size(); ++s) {
    Histogram::Sensitive& sensitive = counted.histogram.sensitive[s];
    const ColumnSpec& spec =
        input.columns[counted.schema.spec_of_column[counted.schema.sensitive[s]]];
    const bool are_numbers = std::ranges::all_of(sensitive.values, [](const std::string& value) {
      return value.empty() || parse_number(value).has_value();
    });
    if (are_numbers) sensitive.distance = Distance::ordered;
    if (!spec.hierarchy) continue;
    sensitive.distance = Distance::hierarchical;
    sensitive.tree.assign(spec.hierarchy->level_count(), {});
    for (const std::string& value : sensitive.values) {
      const auto leaf = spec.hierarchy->find(value);
      if (!leaf)
        return malformed(
            fmt::format("column '{}': its hierarchy lacks a value of the table",
                        printable(spec.name)),
            "see `usufruct hierarchy check`, and add a line, or leave the hierarchy out");
      for (std::size_t level = 0; level < sensitive.tree.size(); ++level)
        sensitive.tree[level].push_back(spec.hierarchy->group_of(level, *leaf));
    }
  }
  return {};
}

Result<void> check_rows(const Counted& counted, const Floor& floor) {
  if (counted.rows_kept >= floor.k) return {};
  return denied(fmt::format("{} of {} rows may be used and the floor is k {}", counted.rows_kept,
                            counted.rows_input, floor.k),
                fmt::format("k {} is the most these rows can meet; wait for more consents, or ask "
                            "the owner for a lower k",
                            counted.rows_kept),
                "floor-k");
}

void append_u32(Bytes& to, std::uint32_t value) {
  append_u16(to, static_cast<std::uint16_t>(value >> 16));
  append_u16(to, static_cast<std::uint16_t>(value));
}

/// Atoms are numbered by what they hold, so the numbers mean the same in every run.
Digest digest_of(const Recoding& recoding) {
  Sha256 hash;
  Bytes bytes;
  append_u64(bytes, recoding.columns);
  append_u64(bytes, recoding.class_count());
  append(bytes, recoding.levels);
  for (const std::uint32_t leaf : recoding.leaves) append_u32(bytes, leaf);
  hash.update(bytes);
  for (const Recoding::Share& share : recoding.shares) {
    bytes.clear();
    for (const std::uint32_t part : {share.atom, share.group, share.rows}) append_u32(bytes, part);
    hash.update(bytes);
  }
  return hash.finish();
}

/// Attacks that are tried on a release while it is written, where the input asks for them. They
/// have chance of their own, drawn once, so that how they go changes nothing that is written.
class Attacks {
 public:
  Attacks(const Counted& counted, const Recoding& recoding, const Floor& floor, const Input& input,
          Chance& chance) {
    if (!input.attacks) return;
    chance_.emplace(Secret<32>::random(chance));
    sample_.emplace(counted, recoding, floor.k, *input.attacks,
                    input.engine.memory_bytes_max / memory_share, *chance_);
  }
  WatchRows watch() {
    if (!sample_) return {};
    return [this](const ReleasedCells& cells, std::span<const ShuffledRow> rows) {
      sample_->take(cells, rows);
    };
  }
  Result<AttackTrial> finish() {
    if (!sample_) return AttackTrial{};
    return TRY_IN("trying attacks", sample_->try_out(*chance_));
  }

 private:
  static constexpr std::uint64_t memory_share = 16;
  std::optional<KeyedChance> chance_;
  std::optional<AttackSample> sample_;
};

/// Whether the release would meet the floor's bound on unique people, by the sizes of its classes.
bool has_few_uniques(const Histogram& histogram, const Recoding& recoding, const Floor& floor,
                     std::uint64_t people) {
  std::map<std::vector<std::uint32_t>, std::uint64_t> shown;  // two classes may show the same
  std::vector<std::uint64_t> rows(recoding.class_count(), 0);
  for (const Recoding::Share& share : recoding.shares) rows[share.group] += share.rows;
  std::vector<std::uint32_t> text;
  for (std::size_t group = 0; group < rows.size(); ++group) {
    text.clear();
    for (std::size_t c = 0; c < recoding.columns; ++c) {
      const std::size_t at = group * recoding.columns + c;
      text.push_back(recoding.levels[at]);
      text.push_back(histogram.hierarchies[c].group_of(recoding.levels[at], recoding.leaves[at]));
    }
    if (rows[group] > 0) shown[text] += rows[group];
  }
  std::map<std::uint64_t, std::uint64_t> classes_of_size;
  for (const auto& [what, count] : shown) ++classes_of_size[count];
  std::vector<SizeCount> sizes;
  for (const auto& [size, classes] : classes_of_size) sizes.push_back({size, classes});
  return sizes.empty() ||
         estimate_uniques(sizes, people).share <= floor.population_uniques_ppm / 1e6;
}

/// Recodes; where too many people would be unique, once more so that no row is, for then nobody is
/// taken to be. That is more than the floor asks: the bound stays the one of the first search.
Result<Recoding> recoded(const Counted& counted, const Floor& floor, const Input& input) {
  Recoding first = TRY(recode(counted.histogram, floor, input.recoding));
  if (floor.population_uniques_ppm == 0 ||
      has_few_uniques(counted.histogram, first, floor, counted.population->people))
    return first;
  Floor without_uniques = floor;
  without_uniques.k = std::max(floor.k, 2U);
  auto tried = recode(counted.histogram, without_uniques, input.recoding);
  if (!tried)
    return denied(
        "too many people would be unique, and the rows cannot all be put beside others: " +
            tried.error().message,
        tried.error().hint, "floor-uniqueness");
  Recoding second = std::move(*tried);
  second.loss_bound = std::min(first.loss_bound, second.loss);
  second.proven_optimal = second.loss <= second.loss_bound;
  return second;
}

/// Writes what is counted as the recoding says, with the chance of the input.
Result<std::uint64_t> write_rows(Counted& counted, const Recoding& recoding, const Input& input,
                                 InputRows& rows, AskedRows& asked, Chance& chance,
                                 Attacks& attacks, Checked& checked) {
  KeyedChance placement(input.placement ? input.placement->copy() : Secret<32>::random(chance));
  const Writing writing{.placing = {.placement = placement,
                                    .order = chance,
                                    .input_rows = input.tracing ? &rows : nullptr},
                        .tracing = input.tracing,
                        .asked = counted.asked.size() > 1 ? &asked : nullptr,
                        .watch = attacks.watch()};
  return write_checked(counted, recoding, writing, input, checked);
}

}  // namespace

Result<Anonymised> anonymise(const Input& input, const Floor& floor, const KeepRow& keep_row,
                             Chance& chance, const Sink& sink) {
  const CountOptions options{
      .engine = input.engine,
      .with_values = asks_about_values(floor),
      .k = floor.k,
      .check_schema = [&](const Schema& schema) { return check_request(schema, floor, input); },
      .population = input.population ? &*input.population : nullptr,
      .with_people = floor.k_map > 0,
      .pseudonym_key = input.pseudonym_key};
  InputRows rows;
  const KeepRow keep = [&](std::uint64_t row, std::string_view subject) {
    const RowUse use = keep_row(row, subject);
    if (input.tracing) rows.add(use.may_be_used);
    return use;
  };
  Counted counted = TRY(count_tuples(input.files, input.columns, keep, options));
  CHECK_OK(check_rows(counted, floor));
  CHECK_OK(set_distances(counted, input));
  const Recoding recoding = TRY(recoded(counted, floor, input));

  // Nothing above is trusted from here on: the bytes that are written are read again, and must show
  // what is claimed.
  AskedRows asked;
  MeasureOptions expected = expectations_of(counted, input, floor, recoding, asked);
  expected.population = std::exchange(counted.population, std::nullopt);
  Checked checked(TRY(Measuring::make(std::move(expected))), sink);
  Attacks attacks(counted, recoding, floor, input, chance);
  const std::uint64_t rows_written =
      TRY(write_rows(counted, recoding, input, rows, asked, chance, attacks, checked));
  const AttackTrial trial = TRY(attacks.finish());
  const Measurement measurement = TRY(checked.finish(floor));
  CHECK_THAT(measurement.rows == rows_written &&
             rows_written + recoding.suppressed == counted.rows_kept);

  return Anonymised({.rows_input = counted.rows_input,
                     .rows_kept = counted.rows_kept,
                     .rows_suppressed = recoding.suppressed,
                     .rows_released = measurement.rows,
                     .columns = outcomes(counted, input, recoding),
                     .floor = floor,
                     .measurement = measurement,
                     .attacks = trial,
                     .loss = recoding.loss,
                     .loss_bound = recoding.loss_bound,
                     .proven_optimal = recoding.proven_optimal,
                     .algorithm = recoding.algorithm,
                     .recoding_digest = digest_of(recoding),
                     .digest = checked.digest(),
                     .size_bytes = checked.size_bytes()});
}

}  // namespace usufruct::anonymise
