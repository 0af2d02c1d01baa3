#include "trustee/anonymise/anonymise.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "trustee/anonymise/recode/global.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/table/count.h"
#include "trustee/anonymise/table/write.h"

namespace usufruct::anonymise {

namespace {

Result<void> check_request(const Schema& schema, const Floor& floor) {
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
  return {};
}

Result<std::vector<bool>> ask_for_rows(const Engine& engine, const Schema& schema,
                                       const KeepRow& keep_row) {
  std::vector<std::size_t> columns;
  if (schema.subject) columns.push_back(*schema.subject);
  std::vector<bool> keep(engine.row_count());
  CHECK_OK(engine.each(columns, [&](const Batch& batch) -> Result<void> {
    for (std::size_t i = 0; i < batch.rows.size(); ++i)
      keep[batch.rows[i]] =
          keep_row(batch.rows[i], columns.empty() ? std::string_view{} : batch.cells[0][i]);
    return {};
  }));
  return keep;
}

std::vector<ColumnOutcome> outcomes(const Engine& engine, const Schema& schema, const Input& input,
                                    const Histogram& histogram, const Node& node) {
  std::vector<ColumnOutcome> made;
  for (std::size_t i = 0; i < engine.columns().size(); ++i)
    made.push_back(
        {.name = engine.columns()[i], .role = input.columns[schema.spec_of_column[i]].role});
  for (std::size_t c = 0; c < node.size(); ++c) {
    ColumnOutcome& outcome = made[schema.quasi_identifiers[c]];
    outcome.level = node[c];
    outcome.levels = static_cast<std::uint32_t>(histogram.hierarchies[c].level_count());
    outcome.hierarchy_text = histogram.hierarchies[c].print();
    outcome.hierarchy = sha256(as_view(outcome.hierarchy_text));
  }
  return made;
}

/// Names for the measuring side, which sees the written file only.
MeasureOptions to_measure(const Engine& engine, const Schema& schema, const Histogram& histogram,
                          const Floor& floor, std::uint64_t suppressed) {
  MeasureOptions options{.quasi_identifiers = {},
                         .sensitive = {},
                         .rows_suppressed = suppressed,
                         .risk_threshold = 1.0 / static_cast<double>(floor.k)};
  for (const std::size_t c : schema.quasi_identifiers)
    options.quasi_identifiers.push_back(engine.columns()[c]);
  for (const std::size_t c : schema.sensitive) options.sensitive.push_back(engine.columns()[c]);
  for (const Hierarchy& hierarchy : histogram.hierarchies)
    options.hierarchies.push_back(&hierarchy);
  return options;
}

Result<void> give(const Bytes& bytes, const Sink& sink) {
  constexpr std::size_t piece_bytes = std::size_t{1} << 20;
  const View all = bytes;
  for (std::size_t at = 0; at < all.size(); at += piece_bytes)
    CHECK_OK(sink(all.subspan(at, std::min(piece_bytes, all.size() - at))));
  return {};
}

}  // namespace

Result<Anonymised> anonymise(const Input& input, const Floor& floor, const KeepRow& keep_row,
                             Chance& chance, const Sink& sink) {
  const Engine engine =
      TRY(Engine::open(input.engine, {input.path, input.format, input.delimiter}));
  const Schema schema =
      TRY_IN(printable(input.path), match_schema(engine.columns(), input.columns));
  CHECK_OK(check_request(schema, floor));

  const auto keep = TRY(ask_for_rows(engine, schema, keep_row));
  const auto rows_kept = static_cast<std::uint64_t>(std::count(keep.begin(), keep.end(), true));
  if (rows_kept < floor.k)
    return denied(
        fmt::format("{} of {} rows may be used and the floor is k {}", rows_kept,
                    engine.row_count(), floor.k),
        rows_kept == 0
            ? std::string("no row is covered by a consent for this use")
            : fmt::format("k {} is the most these rows can meet; wait for more consents, or ask "
                          "the owner for a lower k",
                          rows_kept),
        "floor-k");

  const Counted counted =
      TRY(count_tuples(engine, schema, input.columns, keep, asks_about_values(floor)));
  const FullDomain found = TRY(search_global(counted.histogram, floor));
  const Recoding recoding = recoding_of(counted.histogram, floor, found);
  const auto rows = place_rows(counted, recoding, chance);
  const Bytes written = TRY(write_recoded(engine, schema, counted.histogram, recoding, rows));

  // Nothing above is trusted from here on: the bytes are read again and must show what is claimed.
  const Measurement measurement =
      TRY_IN("measuring the release", measure(written, to_measure(engine, schema, counted.histogram,
                                                                  floor, rows_kept - rows.size())));
  CHECK_OK(check_floor(measurement, floor));
  CHECK_THAT(measurement.rows == rows.size() && measurement.rows_suppressed == recoding.suppressed);

  Anonymised::Facts facts{.rows_input = engine.row_count(),
                          .rows_kept = rows_kept,
                          .rows_suppressed = recoding.suppressed,
                          .rows_released = measurement.rows,
                          .columns = outcomes(engine, schema, input, counted.histogram, found.node),
                          .floor = floor,
                          .measurement = measurement,
                          .loss = recoding.loss,
                          .loss_bound = recoding.loss_bound,
                          .proven_optimal = recoding.proven_optimal,
                          .digest = sha256(written),
                          .size_bytes = written.size()};
  CHECK_OK(give(written, sink));
  return Anonymised(std::move(facts));
}

}  // namespace usufruct::anonymise
