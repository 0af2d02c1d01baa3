#include "trustee/anonymise/table/histogram_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/recipe.h"

namespace usufruct::anonymise {

HistogramMaker::HistogramMaker(const TupleTable& tuples,
                               const std::vector<Dictionary>& dictionaries,
                               std::span<const AskedK::Share> asked, const Schema& schema,
                               const std::vector<ColumnSpec>& specs,
                               const PopulationTable* population)
    : tuples_(tuples),
      dictionaries_(dictionaries),
      asked_(asked),
      schema_(schema),
      specs_(specs),
      population_(population),
      counts_(dictionaries.size()),
      finals_(dictionaries.size()),
      final_counts_(dictionaries.size(), 1) {}

Result<HistogramMaker::Made> HistogramMaker::make(bool with_values, bool with_people) {
  Made made;
  count_codes();
  const std::size_t width = schema_.quasi_identifiers.size();
  for (std::size_t c = 0; c < dictionaries_.size(); ++c)
    if (c < width)
      CHECK_OK(place_column(c, made.histogram));
    else
      rank_values(c, made.histogram);
  if (asked_.size() > 1) rank_asked();
  weigh(made.histogram);
  lay_out();
  sort();
  fill(made, with_values && dictionaries_.size() > width);
  if (with_people && population_) fill_people(made.histogram);
  return made;
}

void HistogramMaker::count_codes() {
  for (std::size_t c = 0; c < dictionaries_.size(); ++c) {
    counts_[c].resize(dictionaries_[c].size(), 0);
    for (std::size_t part = 0; part < TupleTable::part_count; ++part)
      for (std::size_t i = 0; i < tuples_.size_of_part(part); ++i)
        counts_[c][tuples_.code(part, i, c)] += tuples_.count(part, i);
  }
}

/// A quasi-identifier: its hierarchy, and the leaf of every code.
Result<void> HistogramMaker::place_column(std::size_t column, Histogram& histogram) {
  const ColumnSpec& spec = specs_[schema_.spec_of_column[schema_.quasi_identifiers[column]]];
  const Dictionary& dictionary = dictionaries_[column];
  if (spec.hierarchy) {
    histogram.hierarchies.push_back(*spec.hierarchy);
  } else {
    histogram.hierarchies.push_back(
        TRY_IN(fmt::format("column '{}'", printable(spec.name)), built(column)));
  }
  const Hierarchy& hierarchy = histogram.hierarchies.back();
  std::optional<std::string_view> missing;
  for (std::uint32_t code = 0; code < dictionary.size(); ++code) {
    const std::string_view text = dictionary.text(code);
    const auto leaf = hierarchy.find(text);
    if (!leaf && (!missing || text < *missing)) missing = text;
    finals_[column].push_back(leaf.value_or(0));
  }
  final_counts_[column] = hierarchy.leaf_count();
  if (!missing) {
    place_people(column, hierarchy);
    return {};
  }
  return malformed(fmt::format("column '{}': its hierarchy has no value '{}'", printable(spec.name),
                               printable(*missing)),
                   "add a line for the value, or leave the hierarchy out to have one built");
}

/// From the values of the rows. Where groups follow from a rule and are named by it, values that
/// only the population has are placed by the rule too; where groups are cut by what there is, or
/// spell it out, nothing of the population is in them.
Result<Hierarchy> HistogramMaker::built(std::size_t column) const {
  const Dictionary& dictionary = dictionaries_[column];
  std::map<std::string_view, std::uint64_t> counts;
  for (std::uint32_t code = 0; code < dictionary.size(); ++code)
    counts.emplace(dictionary.text(code), counts_[column][code]);
  // In an order of its own, not that in which threads came upon the values.
  std::vector<ValueCount> values;
  for (const auto& [text, rows] : counts) values.push_back({std::string(text), rows});
  const Recipe recipe = choose_recipe(values);
  const bool is_by_rule =
      recipe.by == Method::intervals || recipe.by == Method::dates || recipe.by == Method::prefixes;
  if (!population_ || !is_by_rule) return build_hierarchy(values, recipe);
  const Dictionary& others = population_->values(column);
  for (std::uint32_t code = 0; code < others.size(); ++code)
    if (!counts.contains(others.text(code))) values.push_back({std::string(others.text(code)), 0});
  std::ranges::sort(values, {}, &ValueCount::value);
  return build_hierarchy(values, recipe);
}

/// Who has a value that no row and no given hierarchy knows is under nothing that is shown.
void HistogramMaker::place_people(std::size_t column, const Hierarchy& hierarchy) {
  if (!population_) return;
  const Dictionary& values = population_->values(column);
  auto& leaves = leaf_of_people_.emplace_back();
  for (std::uint32_t code = 0; code < values.size(); ++code)
    leaves.push_back(hierarchy.find(values.text(code)));
}

/// Of a mean of 1; none at all where every column counts the same.
void HistogramMaker::weigh(Histogram& histogram) const {
  std::vector<double> weights;
  for (const std::size_t column : schema_.quasi_identifiers)
    weights.push_back(specs_[schema_.spec_of_column[column]].weight);
  if (std::ranges::adjacent_find(weights, std::not_equal_to<>()) == weights.end()) return;
  // By the greatest first: the sum of large ones may be no number.
  const double greatest = std::ranges::max(weights);
  double sum = 0;
  for (double& weight : weights) sum += weight /= greatest;
  for (double& weight : weights) weight *= static_cast<double>(weights.size()) / sum;
  histogram.weights = std::move(weights);
}

void HistogramMaker::fill_people(Histogram& histogram) const {
  const TupleTable& tuples = population_->tuples();
  const std::size_t width = leaf_of_people_.size();
  histogram.people.leaves.resize(width);
  std::vector<std::optional<std::uint32_t>> leaves(width);
  for (std::size_t part = 0; part < TupleTable::part_count; ++part)
    for (std::size_t i = 0; i < tuples.size_of_part(part); ++i) {
      for (std::size_t c = 0; c < width; ++c)
        leaves[c] = leaf_of_people_[c][tuples.code(part, i, c)];
      const auto is_known = [](const auto& leaf) { return leaf.has_value(); };
      if (!std::ranges::all_of(leaves, is_known)) continue;
      for (std::size_t c = 0; c < width; ++c) histogram.people.leaves[c].push_back(*leaves[c]);
      histogram.people.counts.push_back(tuples.count(part, i));
    }
}

/// A sensitive column: its values by their texts, and the rank of every code.
void HistogramMaker::rank_values(std::size_t column, Histogram& histogram) {
  const Dictionary& dictionary = dictionaries_[column];
  std::vector<std::uint32_t> codes(dictionary.size());
  for (std::uint32_t code = 0; code < codes.size(); ++code) codes[code] = code;
  std::ranges::sort(codes, {}, [&](std::uint32_t code) { return dictionary.text(code); });
  Histogram::Sensitive& made = histogram.sensitive.emplace_back();
  finals_[column].resize(codes.size());
  for (std::uint32_t rank = 0; rank < codes.size(); ++rank) {
    finals_[column][codes[rank]] = rank;
    made.values.emplace_back(dictionary.text(codes[rank]));
    made.counts.push_back(counts_[column][codes[rank]]);
  }
  final_counts_[column] = codes.size();
}

/// By size, so that tuples are in an order that does not depend on the rows'.
void HistogramMaker::rank_asked() {
  for (const AskedK::Share& share : asked_) k_of_rank_.push_back(share.k);
  std::ranges::sort(k_of_rank_);
  auto& ranks = finals_.emplace_back();
  for (const AskedK::Share& share : asked_)
    ranks.push_back(static_cast<std::uint32_t>(std::ranges::lower_bound(k_of_rank_, share.k) -
                                               k_of_rank_.begin()));
  final_counts_.push_back(asked_.size());
}

/// The first column in the highest bits, so that words in order are tuples in order; what is asked
/// after the quasi-identifiers, so that the atoms of a tuple lie together.
void HistogramMaker::lay_out() {
  unsigned left = 64;
  std::size_t word = 0;
  std::vector<std::size_t> order(finals_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (!k_of_rank_.empty())
    std::rotate(order.begin() + static_cast<std::ptrdiff_t>(schema_.quasi_identifiers.size()),
                order.end() - 1, order.end());
  fields_.resize(finals_.size());
  for (const std::size_t c : order) {
    const std::uint64_t count = final_counts_[c];
    const auto bits =
        std::max(1U, static_cast<unsigned>(std::bit_width(std::max<std::uint64_t>(count, 1) - 1)));
    if (bits > left) {
      ++word;
      left = 64;
    }
    left -= bits;
    fields_[c] = {word, left, (1ULL << bits) - 1};
  }
  words_ = word + 1;
}

void HistogramMaker::sort() {
  const std::size_t others = words_ - 1;
  entries_.reserve(tuples_.size());
  other_words_.resize(tuples_.size() * others);
  std::vector<std::uint64_t> words(words_);
  for (std::size_t part = 0; part < TupleTable::part_count; ++part)
    for (std::size_t i = 0; i < tuples_.size_of_part(part); ++i) {
      std::ranges::fill(words, 0);
      for (std::size_t c = 0; c < fields_.size(); ++c)
        words[fields_[c].word] |= std::uint64_t{finals_[c][tuples_.code(part, i, c)]}
                                  << fields_[c].shift;
      const auto place = static_cast<std::uint32_t>(entries_.size());
      entries_.push_back(
          {words[0], static_cast<std::uint32_t>(i * TupleTable::part_count + part), place});
      std::copy(words.begin() + 1, words.end(),
                other_words_.begin() + static_cast<std::ptrdiff_t>(place * others));
    }
  const auto words_of = [&](const Entry& entry) {
    return std::span(other_words_).subspan(entry.place * others, others);
  };
  std::sort(entries_.begin(), entries_.end(), [&](const Entry& a, const Entry& b) {
    if (a.first_word != b.first_word || others == 0) return a.first_word < b.first_word;
    return std::ranges::lexicographical_compare(words_of(a), words_of(b));
  });
}

std::uint32_t HistogramMaker::final_code(const Entry& entry, std::size_t column) const {
  const Field& field = fields_[column];
  const std::uint64_t word = field.word == 0
                                 ? entry.first_word
                                 : other_words_[entry.place * (words_ - 1) + field.word - 1];
  return static_cast<std::uint32_t>(word >> field.shift & field.mask);
}

bool HistogramMaker::is_same_tuple(const Entry& a, const Entry& b) const {
  for (std::size_t c = 0; c < schema_.quasi_identifiers.size(); ++c)
    if (final_code(a, c) != final_code(b, c)) return false;
  return k_of_rank_.empty() ||
         final_code(a, fields_.size() - 1) == final_code(b, fields_.size() - 1);
}

void HistogramMaker::fill(Made& made, bool with_values) {
  Histogram& histogram = made.histogram;
  histogram.leaves.resize(schema_.quasi_identifiers.size());
  histogram.atoms.reserve(entries_.size());
  if (!with_values) {
    histogram.counts.reserve(entries_.size());
    for (auto& leaves : histogram.leaves) leaves.reserve(entries_.size());
  }
  made.atoms.resize(TupleTable::part_count);
  for (std::size_t part = 0; part < TupleTable::part_count; ++part)
    made.atoms[part].resize(tuples_.size_of_part(part));
  for (std::size_t e = 0; e < entries_.size(); ++e) {
    const Entry& entry = entries_[e];
    const std::size_t part = entry.number % TupleTable::part_count;
    const std::size_t index = entry.number / TupleTable::part_count;
    const std::uint32_t rows = tuples_.count(part, index);
    if (e == 0 || !with_values || !is_same_tuple(entries_[e - 1], entry)) {
      for (std::size_t c = 0; c < histogram.leaves.size(); ++c)
        histogram.leaves[c].push_back(final_code(entry, c));
      histogram.counts.push_back(0);
      if (!k_of_rank_.empty())
        histogram.k_asked.push_back(k_of_rank_[final_code(entry, fields_.size() - 1)]);
    }
    if (!k_of_rank_.empty()) made.asked_of_atom.push_back(asked_[tuples_.asked(part, index)].k);
    histogram.counts.back() += rows;
    histogram.rows += rows;
    made.atoms[part][index] = static_cast<std::uint32_t>(e);
    histogram.atoms.push_back({static_cast<std::uint32_t>(histogram.counts.size() - 1), 0, rows});
  }
  if (with_values) number_combinations(histogram);
}

/// Combinations of values are numbered in their order.
void HistogramMaker::number_combinations(Histogram& histogram) {
  const std::size_t first = schema_.quasi_identifiers.size();
  const std::size_t width = histogram.sensitive.size();
  std::map<std::vector<std::uint32_t>, std::uint32_t> numbers;
  std::vector<std::uint32_t> values(width);
  const auto read = [&](const Entry& entry) {
    for (std::size_t s = 0; s < width; ++s) values[s] = final_code(entry, first + s);
  };
  // Of one column all values occur, so the value is the number.
  if (width > 1) {
    for (const Entry& entry : entries_) {
      read(entry);
      numbers.emplace(values, 0);
    }
    std::uint32_t next = 0;
    for (auto& [known, number] : numbers) number = next++;
  }
  for (std::size_t e = 0; e < entries_.size(); ++e) {
    read(entries_[e]);
    histogram.atoms[e].combination = width > 1 ? numbers.find(values)->second : values[0];
  }
  for (std::size_t s = 0; s < width; ++s) {
    std::vector<std::uint32_t>& value = histogram.sensitive[s].value;
    if (width == 1)
      for (std::uint32_t v = 0; v < histogram.sensitive[s].values.size(); ++v) value.push_back(v);
    else
      for (const auto& [known, number] : numbers) value.push_back(known[s]);
  }
}

}  // namespace usufruct::anonymise
