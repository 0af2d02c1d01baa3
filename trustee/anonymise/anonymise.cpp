#include "trustee/anonymise/anonymise.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "crypto/keyed_chance.h"
#include "trustee/anonymise/attack_sample.h"
#include "trustee/anonymise/checked.h"
#include "trustee/anonymise/hierarchy/number.h"
#include "trustee/anonymise/table/input_rows.h"

namespace usufruct::anonymise {

namespace {

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
  if (floor.k_map > 0)
    return denied(fmt::format("k-map {} needs a table of the population", floor.k_map),
                  "ask the owner for k instead: it is at least as strict", "floor-k-map");
  return {};
}

/// The lowest and the highest level that the classes show in a column; nothing is 0.
std::pair<std::uint8_t, std::uint8_t> levels_of(const Recoding& recoding, std::size_t column) {
  std::uint8_t low = 255;
  std::uint8_t high = 0;
  for (std::size_t at = column; at < recoding.levels.size(); at += recoding.columns) {
    low = std::min(low, recoding.levels[at]);
    high = std::max(high, recoding.levels[at]);
  }
  return {std::min(low, high), high};
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

/// How far values are apart, for t-closeness: by the column's hierarchy where it has one; by rank
/// where all are numbers; else all the same (Li, Li, Venkatasubramanian 2007, §4).
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

/// How often each value of a quasi-identifier stands in the rows that may be used.
std::vector<ValueCount> leaf_counts(const Histogram& histogram, std::size_t column) {
  const Hierarchy& hierarchy = histogram.hierarchies[column];
  std::vector<std::uint64_t> rows(hierarchy.leaf_count(), 0);
  for (std::size_t t = 0; t < histogram.tuple_count(); ++t)
    rows[histogram.leaves[column][t]] += histogram.counts[t];
  std::vector<ValueCount> counts;
  for (std::uint32_t leaf = 0; leaf < rows.size(); ++leaf)
    if (rows[leaf] > 0)
      counts.push_back({std::string(hierarchy.name(0, hierarchy.group_of(0, leaf))), rows[leaf]});
  return counts;
}

/// Names for the measuring side, which sees the written file only.
MeasureOptions to_measure(const Counted& counted, const Input& input, const Floor& floor,
                          const Recoding& recoding) {
  MeasureOptions options{.quasi_identifiers = {},
                         .sensitive = {},
                         .rows_suppressed = recoding.suppressed,
                         .risk_threshold = 1.0 / static_cast<double>(floor.k),
                         .format = input.output.format,
                         .floor = floor};
  for (const std::size_t c : counted.schema.quasi_identifiers)
    options.quasi_identifiers.push_back(counted.columns[c]);
  for (const std::size_t c : counted.schema.sensitive)
    options.sensitive.push_back(counted.columns[c]);
  for (const Hierarchy& hierarchy : counted.histogram.hierarchies)
    options.hierarchies.push_back(&hierarchy);
  for (const std::size_t c : counted.schema.released)
    options.claims.columns.push_back(counted.columns[c]);
  if (counted.schema.pseudonym)
    options.pseudonyms = {counted.columns[*counted.schema.pseudonym], counted.pseudonym_like};
  options.claims.rows_released = counted.rows_kept - recoding.suppressed;
  for (std::size_t c = 0; c < recoding.columns; ++c) {
    const auto [low, high] = levels_of(recoding, c);
    options.claims.levels.push_back({low, high});
    options.leaf_counts.push_back(leaf_counts(counted.histogram, c));
  }
  for (std::size_t s = 0; s < counted.histogram.sensitive.size(); ++s) {
    const Histogram::Sensitive& sensitive = counted.histogram.sensitive[s];
    const ColumnSpec& spec =
        input.columns[counted.schema.spec_of_column[counted.schema.sensitive[s]]];
    SensitiveInput& known = options.sensitive_input.emplace_back();
    known.distance = sensitive.distance;
    if (spec.hierarchy) known.hierarchy = &*spec.hierarchy;
    for (std::size_t v = 0; v < sensitive.values.size(); ++v)
      known.counts.push_back({sensitive.values[v], sensitive.counts[v]});
  }
  return options;
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

/// Writes what is counted as the recoding says, with the chance of the input.
Result<std::uint64_t> write_rows(Counted& counted, const Recoding& recoding, const Input& input,
                                 InputRows& rows, Chance& chance, Attacks& attacks,
                                 Checked& checked) {
  KeyedChance placement(input.placement ? input.placement->copy() : Secret<32>::random(chance));
  const Writing writing{.placing = {.placement = placement,
                                    .order = chance,
                                    .input_rows = input.tracing ? &rows : nullptr},
                        .tracing = input.tracing,
                        .watch = attacks.watch()};
  return write_checked(counted, recoding, writing, input, checked);
}

}  // namespace

Result<Anonymised> anonymise(const Input& input, const Floor& floor, const KeepRow& keep_row,
                             Chance& chance, const Sink& sink) {
  const CountOptions options{
      .engine = input.engine,
      .with_values = asks_about_values(floor),
      .check_schema = [&](const Schema& schema) { return check_request(schema, floor, input); },
      .pseudonym_key = input.pseudonym_key};
  InputRows rows;
  const KeepRow keep = [&](std::uint64_t row, std::string_view subject) {
    const bool is_kept = keep_row(row, subject);
    if (input.tracing) rows.add(is_kept);
    return is_kept;
  };
  Counted counted = TRY(count_tuples(input.files, input.columns, keep, options));
  CHECK_OK(check_rows(counted, floor));
  CHECK_OK(set_distances(counted, input));
  const Recoding recoding = TRY(recode(counted.histogram, floor, input.recoding));

  // Nothing above is trusted from here on: the bytes that are written are read again, and must show
  // what is claimed.
  Checked checked(TRY(Measuring::make(to_measure(counted, input, floor, recoding))), sink);
  Attacks attacks(counted, recoding, floor, input, chance);
  const std::uint64_t rows_written =
      TRY(write_rows(counted, recoding, input, rows, chance, attacks, checked));
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
