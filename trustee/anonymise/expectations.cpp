#include "trustee/anonymise/expectations.h"

#include <algorithm>
#include <string>
#include <vector>

namespace usufruct::anonymise {

namespace {

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

/// Nothing where no row asks for more than the floor does.
void expect_asked(MeasureOptions& options, const Counted& counted, AskedRows& asked) {
  if (counted.asked.size() < 2) return;
  options.k_asked = [&asked](std::uint64_t) { return asked.next(); };
  for (const AskedK::Share& share : counted.asked)
    options.k_asked_counts.push_back({share.k, share.rows});
}

}  // namespace

std::pair<std::uint8_t, std::uint8_t> levels_of(const Recoding& recoding, std::size_t column) {
  std::uint8_t low = 255;
  std::uint8_t high = 0;
  for (std::size_t at = column; at < recoding.levels.size(); at += recoding.columns) {
    low = std::min(low, recoding.levels[at]);
    high = std::max(high, recoding.levels[at]);
  }
  return {std::min(low, high), high};
}

MeasureOptions expectations_of(const Counted& counted, const Input& input, const Floor& floor,
                               const Recoding& recoding, AskedRows& asked) {
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
  options.weights = counted.histogram.weights;
  expect_asked(options, counted, asked);
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

}  // namespace usufruct::anonymise
