#include <fmt/format.h>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/hierarchy_yaml.h"
#include "trustee/document/fields.h"

namespace usufruct::anonymise {

namespace {

using document::Fields;
using document::Kind;
using document::Word;

/// An error of a word's own parser, with its place.
template <class T>
Result<T> placed(const document::File& file, document::Place place, Result<T> parsed) {
  if (parsed) return parsed;
  return file.fault(place, parsed.error().message, parsed.error().hint);
}

Result<Number> number_of(const document::File& file, const Word& word) {
  const auto number = parse_number(word.text);
  if (number) return *number;
  return file.fault(word.place, fmt::format("'{}' is no number", printable(word.text, 60)),
                    "write it as 5 or 2.5, of at most 15 digits");
}

Result<std::vector<Number>> numbers_of(const document::File& file, const std::vector<Word>& words) {
  std::vector<Number> numbers;
  for (const Word& word : words) numbers.push_back(TRY(number_of(file, word)));
  return numbers;
}

Result<std::vector<Number>> numbers_under(const document::File& file, const document::Node& node) {
  std::vector<Word> words;
  for (const auto& item : node.items) {
    if (item.kind != Kind::scalar)
      return file.fault(item.place, "a number is wanted here", "write [18, 40, 65]");
    words.push_back({item.text, item.place});
  }
  return numbers_of(file, words);
}

/// `edges: [18, 40, 65]` is one level, `edges: [[18, 40, 65], [40]]` are two.
Result<std::vector<std::vector<Number>>> edges_of(Fields& fields) {
  std::vector<std::vector<Number>> edges;
  const document::File& file = fields.file();
  const document::Node* node = fields.find("edges");
  if (node == nullptr) return edges;
  const bool is_nested = node->kind == Kind::sequence && !node->items.empty() &&
                         node->items.front().kind == Kind::sequence;
  if (!is_nested) {
    edges.push_back(TRY(numbers_of(file, TRY(fields.words("edges")))));
    return edges;
  }
  for (const auto& level : node->items) {
    if (level.kind != Kind::sequence)
      return file.fault(level.place, "a list of edges is wanted here", "write [[18, 40], [40]]");
    edges.push_back(TRY(numbers_under(file, level)));
  }
  return edges;
}

Result<void> read_dates(Fields& fields, Recipe& recipe) {
  for (const Word& word : TRY(fields.words("levels")))
    recipe.units.push_back(TRY(placed(fields.file(), word.place, parse_date_unit(word.text))));
  const std::string written = TRY(fields.text_or("written", ""));
  if (!written.empty())
    recipe.written =
        TRY(placed(fields.file(), fields.find("written")->place, parse_day_order(written)));
  return {};
}

Result<void> read_kept(Fields& fields, Recipe& recipe) {
  constexpr std::uint64_t kept_max = 1'000'000;
  for (const Word& word : TRY(fields.words("kept"))) {
    const auto kept = parse_decimal(word.text);
    if (!kept || *kept == 0 || *kept > kept_max)
      return fields.file().fault(
          word.place, fmt::format("'{}' is no count of characters", printable(word.text, 60)),
          "say how many are kept, the most first: [4, 3, 2]");
    recipe.kept.push_back(*kept);
  }
  return {};
}

Result<void> read_options(Fields& fields, Recipe& recipe) {
  switch (recipe.by) {
    case Method::intervals: {
      recipe.widths = TRY(numbers_of(fields.file(), TRY(fields.words("widths"))));
      recipe.edges = TRY(edges_of(fields));
      return {};
    }
    case Method::quantiles:
    case Method::frequency: {
      recipe.groups = static_cast<std::size_t>(
          TRY(fields.integer_or("groups", 2, std::int64_t{Recipe::group_count_max}, 0)));
      return {};
    }
    case Method::dates:
      return read_dates(fields, recipe);
    case Method::prefixes:
      return read_kept(fields, recipe);
    case Method::order: {
      recipe.order = TRY(fields.texts("order"));
      return {};
    }
    case Method::flat:
      return {};
  }
  return {};
}

}  // namespace

Result<Recipe> parse_recipe(const document::File& file) {
  auto fields = TRY(Fields::of(file, file.root));
  const std::string way = TRY(fields.text("build"));
  Recipe recipe;
  recipe.by = TRY(placed(file, fields.find("build")->place, parse_method(way)));
  CHECK_OK(read_options(fields, recipe));
  CHECK_OK(fields.finish());
  return recipe;
}

}  // namespace usufruct::anonymise
