#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

constexpr std::int64_t interval_count_max = 32;  ///< on the finest level, of chosen widths
constexpr std::int64_t five_count_min = 8;       ///< intervals of 5 units: then not of 2
constexpr std::int64_t interval_count_min = 2;   ///< a level is added while there are more

int decimals_of(const Recipe& recipe) {
  int decimals = 0;
  for (const Number& width : recipe.widths) decimals = std::max(decimals, width.decimals);
  for (const auto& level : recipe.edges)
    for (const Number& edge : level) decimals = std::max(decimals, edge.decimals);
  return decimals;
}

/// A number of the recipe in the units of the values.
Result<std::int64_t> units_of(const Number& number, const Numbers& numbers) {
  const auto scaled = scale_to(number, numbers.decimals);
  if (!scaled || number.decimals > numbers.decimals)
    return malformed(fmt::format("{} and the values are too far apart", print_number(number)),
                     "give it fewer digits");
  return scaled->units;
}

std::string print_interval(std::int64_t from, std::int64_t to, int decimals) {
  return fmt::format("[{}, {})", print_number({from, decimals}), print_number({to, decimals}));
}

void add_widths(Ladder& ladder, const Numbers& numbers, const std::vector<std::int64_t>& widths) {
  for (const std::int64_t width : widths) {
    const auto from = [&](std::size_t i) { return floor_to(numbers.units(i), width); };
    ladder.add(runs(numbers.size(), from), [&](std::size_t first, std::size_t) {
      return print_interval(from(first), from(first) + width, numbers.decimals);
    });
  }
}

Result<std::vector<std::int64_t>> given_widths(const Recipe& recipe, const Numbers& numbers) {
  std::vector<std::int64_t> widths;
  for (const Number& width : recipe.widths) {
    const std::int64_t units = TRY(units_of(width, numbers));
    if (units <= 0)
      return malformed(fmt::format("a width of {}", print_number(width)), "widths are above 0");
    if (!widths.empty() && (units % widths.back() != 0 || units == widths.back()))
      return malformed(
          fmt::format("width {} is no multiple of {} before it", print_number(width),
                      print_number({widths.back(), numbers.decimals})),
          "each width must be a multiple of the narrower one, so that intervals nest: 5, 10, 20");
    widths.push_back(units);
  }
  return widths;
}

/// `< 18`, `[18, 40)`, `>= 40`: the interval between two of the edges; 0 is below the first.
std::string print_between(const std::vector<std::int64_t>& edges, std::size_t at, int decimals) {
  if (at == 0) return "< " + print_number({edges.front(), decimals});
  if (at == edges.size()) return ">= " + print_number({edges.back(), decimals});
  return print_interval(edges[at - 1], edges[at], decimals);
}

Result<void> check_edges(const std::vector<std::int64_t>& edges,
                         const std::vector<std::int64_t>& finer, int decimals) {
  if (edges.empty()) return malformed("a level without edges", "give at least one number");
  for (std::size_t i = 1; i < edges.size(); ++i)
    if (edges[i] <= edges[i - 1])
      return malformed(fmt::format("edge {} after {}", print_number({edges[i], decimals}),
                                   print_number({edges[i - 1], decimals})),
                       "edges ascend");
  for (const std::int64_t edge : edges)
    if (!finer.empty() && !std::ranges::binary_search(finer, edge))
      return malformed(
          fmt::format("edge {} is none of the finer level", print_number({edge, decimals})),
          "a coarser level keeps some of the edges below it, so that intervals nest");
  return {};
}

Result<void> add_edges(Ladder& ladder, const Numbers& numbers, const Recipe& recipe) {
  std::vector<std::int64_t> finer;
  for (const auto& level : recipe.edges) {
    std::vector<std::int64_t> edges;
    for (const Number& edge : level) edges.push_back(TRY(units_of(edge, numbers)));
    CHECK_OK(check_edges(edges, finer, numbers.decimals));
    const auto between = [&](std::size_t i) {
      return static_cast<std::size_t>(std::ranges::upper_bound(edges, numbers.units(i)) -
                                      edges.begin());
    };
    ladder.add(runs(numbers.size(), between), [&](std::size_t first, std::size_t) {
      return print_between(edges, between(first), numbers.decimals);
    });
    finer = std::move(edges);
  }
  return {};
}

}  // namespace

std::vector<std::int64_t> chosen_widths(const Numbers& numbers) {
  const std::int64_t range = numbers.units(numbers.size() - 1) - numbers.units(0);
  const auto wanted = std::clamp<std::int64_t>(static_cast<std::int64_t>(numbers.size()) / 2, 2,
                                               interval_count_max);
  constexpr std::int64_t times[] = {1, 2, 5};
  std::int64_t power = 1;
  std::size_t at = 0;
  while (range / (power * times[at]) >= wanted) {
    if (++at == std::size(times)) {
      at = 0;
      power *= 10;
    }
  }
  // Fives read better than twos, and double to tens.
  if (times[at] == 2 && range / (power * 5) >= five_count_min) ++at;
  std::int64_t width = power * times[at];
  std::vector<std::int64_t> widths;
  if (width > 1) widths.push_back(width);
  while (range / width >= interval_count_min) widths.push_back(width *= 2);
  return widths;
}

Result<Hierarchy> build_intervals(Values values, const Recipe& recipe) {
  if (!recipe.widths.empty() && !recipe.edges.empty())
    return malformed("widths and edges together", "give the one or the other");
  const Numbers numbers = TRY(read_numbers(values, decimals_of(recipe)));
  Ladder ladder(numbers.values.alone, numbers.values.texts());
  if (!recipe.edges.empty()) {
    CHECK_OK(add_edges(ladder, numbers, recipe));
  } else {
    const auto widths =
        recipe.widths.empty() ? chosen_widths(numbers) : TRY(given_widths(recipe, numbers));
    add_widths(ladder, numbers, widths);
  }
  return std::move(ladder).finish();
}

}  // namespace usufruct::anonymise
