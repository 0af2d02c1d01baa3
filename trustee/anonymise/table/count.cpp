#include "trustee/anonymise/table/count.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/table/dictionary.h"

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

/// Reads the rows once: a code per cell, an atom per row.
class Counting {
 public:
  Counting(const Schema& schema, bool with_values)
      : schema_(schema),
        width_(schema.quasi_identifiers.size()),
        with_values_(with_values && !schema.sensitive.empty()),
        quasi_(width_),
        values_(with_values_ ? schema.sensitive.size() : 0),
        tuples_(width_),
        combinations_(values_.size()),
        atoms_(2) {}

  Result<std::vector<std::uint32_t>> read(const Engine& engine, const std::vector<bool>& keep) {
    std::vector<std::size_t> columns = schema_.quasi_identifiers;
    if (with_values_)
      columns.insert(columns.end(), schema_.sensitive.begin(), schema_.sensitive.end());
    std::vector<std::uint32_t> atom_of_row(engine.row_count(), Counted::no_atom);
    CHECK_OK(engine.each(columns, [&](const Batch& batch) -> Result<void> {
      for (std::size_t i = 0; i < batch.rows.size(); ++i)
        if (keep[batch.rows[i]]) atom_of_row[batch.rows[i]] = add(batch, i);
      return {};
    }));
    return atom_of_row;
  }

  Result<Histogram> finish(const Engine& engine, const std::vector<ColumnSpec>& specs) {
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
    for (std::size_t s = 0; s < values_.size(); ++s)
      made.sensitive.push_back(sensitive_column(s, engine.columns()[schema_.sensitive[s]]));
    return made;
  }

  /// Puts the atoms in the order of their tuples and renumbers the rows by it.
  void sort_atoms(Histogram& histogram, std::vector<std::uint32_t>& atom_of_row) const {
    std::vector<std::uint32_t> first(tuples_.size() + 1, 0);
    const std::size_t count = atom_count();
    for (std::uint32_t a = 0; a < count; ++a) ++first[tuple_of(a) + 1];
    for (std::size_t t = 0; t < tuples_.size(); ++t) first[t + 1] += first[t];
    std::vector<std::uint32_t> place(count);
    histogram.atoms.resize(count);
    for (std::uint32_t a = 0; a < count; ++a) {
      place[a] = first[tuple_of(a)]++;
      histogram.atoms[place[a]] = {tuple_of(a), with_values_ ? atoms_.code(a, 1) : 0,
                                   static_cast<std::uint32_t>(rows_of(a))};
    }
    for (std::uint32_t& atom : atom_of_row)
      if (atom != Counted::no_atom) atom = place[atom];
  }

 private:
  std::size_t atom_count() const { return with_values_ ? atoms_.size() : tuples_.size(); }
  std::uint32_t tuple_of(std::uint32_t a) const { return with_values_ ? atoms_.code(a, 0) : a; }
  std::uint64_t rows_of(std::uint32_t a) const {
    return with_values_ ? atoms_.counts()[a] : tuples_.counts()[a];
  }

  Histogram::Sensitive sensitive_column(std::size_t s, const std::string& name) const {
    Histogram::Sensitive made;
    made.name = name;
    for (std::uint32_t v = 0; v < values_[s].size(); ++v) {
      made.values.push_back(values_[s].text(v));
      made.counts.push_back(values_[s].count(v));
    }
    for (std::uint32_t c = 0; c < combinations_.size(); ++c)
      made.value.push_back(combinations_.code(c, s));
    return made;
  }

  std::uint32_t add(const Batch& batch, std::size_t i) {
    codes_.resize(std::max(width_, values_.size()));
    for (std::size_t c = 0; c < width_; ++c) codes_[c] = quasi_[c].code_of(batch.cells[c][i]);
    const std::uint32_t tuple = tuples_.add(codes_.data());
    if (!with_values_) return tuple;
    for (std::size_t s = 0; s < values_.size(); ++s)
      codes_[s] = values_[s].code_of(batch.cells[width_ + s][i]);
    const std::uint32_t atom[2] = {tuple, combinations_.add(codes_.data())};
    return atoms_.add(atom);
  }

  const Schema& schema_;
  std::size_t width_;
  bool with_values_;
  std::vector<Dictionary> quasi_;
  std::vector<Dictionary> values_;
  TupleTable tuples_;
  TupleTable combinations_;
  TupleTable atoms_;
  std::vector<std::uint32_t> codes_;
};

}  // namespace

Result<Counted> count_tuples(const Engine& engine, const Schema& schema,
                             const std::vector<ColumnSpec>& specs, const std::vector<bool>& keep,
                             bool with_values) {
  Counting counting(schema, with_values);
  Counted counted;
  counted.atom_of_row = TRY(counting.read(engine, keep));
  counted.histogram = TRY(counting.finish(engine, specs));
  counting.sort_atoms(counted.histogram, counted.atom_of_row);
  return counted;
}

}  // namespace usufruct::anonymise
