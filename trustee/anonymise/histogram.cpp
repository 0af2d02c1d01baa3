#include "trustee/anonymise/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/dictionary.h"

namespace usufruct::anonymise {

namespace {

Result<Hierarchy> hierarchy_for(const ColumnSpec& spec, const Dictionary& dictionary) {
  if (spec.hierarchy) return *spec.hierarchy;
  std::vector<ValueCount> values;
  for (std::uint32_t code = 0; code < dictionary.size(); ++code)
    values.push_back({dictionary.text(code), dictionary.count(code)});
  return build_hierarchy(values);
}

Result<std::vector<std::uint32_t>> leaf_of_code(const ColumnSpec& spec, const Hierarchy& hierarchy,
                                                const Dictionary& dictionary) {
  std::vector<std::uint32_t> leaves;
  for (std::uint32_t code = 0; code < dictionary.size(); ++code) {
    const auto leaf = hierarchy.find(dictionary.text(code));
    if (!leaf)
      return malformed(fmt::format("column '{}': its hierarchy has no value '{}'",
                                   printable(spec.name), printable(dictionary.text(code))),
                       "add a line for the value, or leave the hierarchy out to have one built");
    leaves.push_back(*leaf);
  }
  return leaves;
}

/// Reads the rows once: a code per cell, a tuple per row, and the distinct (tuple, value) pairs.
class Counting {
 public:
  explicit Counting(const Schema& schema)
      : schema_(schema),
        width_(schema.quasi_identifiers.size()),
        quasi_(width_),
        sensitive_(schema.sensitive.size()),
        tuples_(width_),
        pairs_(schema.sensitive.size(), TupleTable(2)) {}

  Result<std::vector<std::uint32_t>> read(const Engine& engine, const std::vector<bool>& keep) {
    std::vector<std::size_t> columns = schema_.quasi_identifiers;
    columns.insert(columns.end(), schema_.sensitive.begin(), schema_.sensitive.end());
    std::vector<std::uint32_t> tuple_of_row(engine.row_count(), Counted::no_tuple);
    CHECK_OK(engine.each(columns, [&](const Batch& batch) -> Result<void> {
      for (std::size_t i = 0; i < batch.rows.size(); ++i)
        if (keep[batch.rows[i]]) tuple_of_row[batch.rows[i]] = add(batch, i);
      return {};
    }));
    return tuple_of_row;
  }

  Result<Histogram> finish(const std::vector<ColumnSpec>& specs) {
    Histogram made;
    made.counts = tuples_.counts();
    for (const std::uint64_t count : made.counts) made.rows += count;
    for (std::size_t c = 0; c < width_; ++c) {
      const ColumnSpec& spec = specs[schema_.spec_of_column[schema_.quasi_identifiers[c]]];
      if (quasi_[c].size() == 0) return denied("no rows are kept", "", "floor-k");
      made.hierarchies.push_back(
          TRY_IN(fmt::format("column '{}'", printable(spec.name)), hierarchy_for(spec, quasi_[c])));
      const auto leaf_of = TRY(leaf_of_code(spec, made.hierarchies.back(), quasi_[c]));
      auto& leaves = made.leaves.emplace_back();
      for (std::uint32_t t = 0; t < tuples_.size(); ++t)
        leaves.push_back(leaf_of[tuples_.code(t, c)]);
    }
    for (const TupleTable& pairs : pairs_) {
      auto& list = made.sensitive.emplace_back();
      for (std::uint32_t p = 0; p < pairs.size(); ++p)
        list.push_back({pairs.code(p, 0), pairs.code(p, 1)});
    }
    return made;
  }

 private:
  std::uint32_t add(const Batch& batch, std::size_t i) {
    codes_.resize(width_);
    for (std::size_t c = 0; c < width_; ++c) codes_[c] = quasi_[c].code_of(batch.cells[c][i]);
    const std::uint32_t tuple = tuples_.add(codes_.data());
    for (std::size_t s = 0; s < sensitive_.size(); ++s) {
      const std::uint32_t pair[2] = {tuple, sensitive_[s].code_of(batch.cells[width_ + s][i])};
      pairs_[s].add(pair);
    }
    return tuple;
  }

  const Schema& schema_;
  std::size_t width_;
  std::vector<Dictionary> quasi_;
  std::vector<Dictionary> sensitive_;
  TupleTable tuples_;
  std::vector<TupleTable> pairs_;
  std::vector<std::uint32_t> codes_;
};

}  // namespace

Result<Counted> count_tuples(const Engine& engine, const Schema& schema,
                             const std::vector<ColumnSpec>& specs, const std::vector<bool>& keep) {
  Counting counting(schema);
  Counted counted;
  counted.tuple_of_row = TRY(counting.read(engine, keep));
  counted.histogram = TRY(counting.finish(specs));
  return counted;
}

}  // namespace usufruct::anonymise
