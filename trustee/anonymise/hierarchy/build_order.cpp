#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

struct Ranked {
  std::vector<std::string> alone;
  std::vector<std::string> texts;  ///< lowest first
};

/// In the order given; every value but the empty one must be in it. What no row has has no leaf.
Result<Ranked> rank_as_given(Values values, const std::vector<std::string>& order) {
  std::map<std::string_view, std::size_t> rank_of;
  for (const std::string& text : order)
    if (!rank_of.emplace(text, rank_of.size()).second)
      return malformed(fmt::format("the order has '{}' twice", printable(text, 60)),
                       "name every value once");
  Ranked ranked;
  std::map<std::size_t, std::string> text_of;
  for (const ValueCount& each : values) {
    const auto at = rank_of.find(each.value);
    if (at != rank_of.end())
      text_of.emplace(at->second, each.value);
    else if (each.value.empty())
      ranked.alone.push_back(each.value);
    else
      return malformed(
          fmt::format("the order lacks the value '{}', which {} {}", printable(each.value, 60),
                      each.count, each.count == 1 ? "row has" : "rows have"),
          "name every value, the lowest first");
  }
  for (auto& [rank, text] : text_of) ranked.texts.push_back(std::move(text));
  return ranked;
}

/// Numbers by size; where none is, other texts by their bytes.
Ranked rank_by_size(Values values) {
  if (const auto numbers = read_numbers(values))
    return {numbers->values.alone, numbers->values.texts()};
  Ranked ranked;
  for (const ValueCount& each : values)
    (each.value.empty() ? ranked.alone : ranked.texts).push_back(each.value);
  return ranked;
}

}  // namespace

Result<Hierarchy> build_order(Values values, const Recipe& recipe) {
  const Ranked ranked =
      recipe.order.empty() ? rank_by_size(values) : TRY(rank_as_given(values, recipe.order));
  const auto& texts = ranked.texts;
  Ladder ladder(ranked.alone, texts);
  for (std::size_t size = 2; size < texts.size(); size *= 2)
    ladder.add(runs(texts.size(), [&](std::size_t i) { return i / size; }),
               [&](std::size_t first, std::size_t last) {
                 return print_group(std::span(texts).subspan(first, last - first + 1));
               });
  return std::move(ladder).finish();
}

}  // namespace usufruct::anonymise
