#include <algorithm>

#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

constexpr double slack = 0.1;  ///< of a bin's rows, by which an edge may be off to be round

/// The roundest number above a and up to b.
std::int64_t roundest_between(std::int64_t a, std::int64_t b) {
  for (std::int64_t step = 1'000'000'000'000'000'000; step > 1; step /= 10) {
    const std::int64_t candidate = floor_to(b, step);
    if (candidate > a) return candidate;
  }
  return b;
}

/// The distinct numbers, ascending, and the share of all rows below the middle of each.
struct Places {
  std::vector<std::int64_t> units;
  std::vector<double> middles;
};

/// Equal numbers in different writing (`1`, `1.0`) are one.
Places places_of(const Numbers& numbers) {
  Places places;
  double below = 0;
  std::vector<double> rows;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i == 0 || numbers.units(i) != numbers.units(i - 1)) {
      places.units.push_back(numbers.units(i));
      rows.push_back(0);
    }
    rows.back() +=
        static_cast<double>(std::max<std::uint64_t>(numbers.values.read[i].value->count, 1));
  }
  for (const double each : rows) {
    places.middles.push_back(below + each / 2);
    below += each;
  }
  for (double& middle : places.middles) middle /= below;
  return places;
}

/// The lower ends of bins 1 … count - 1, ascending: the roundest numbers near the quantiles, so
/// that an end reads well and tells little of the values beside it.
std::vector<std::int64_t> edges_of(const Places& places, std::size_t count) {
  const auto first_at = [&](double share) {
    return static_cast<std::size_t>(std::ranges::lower_bound(places.middles, share) -
                                    places.middles.begin());
  };
  std::vector<std::int64_t> edges;
  for (std::size_t bin = 1; bin < count; ++bin) {
    const double share = static_cast<double>(bin) / static_cast<double>(count);
    const double off = slack / static_cast<double>(count);
    const std::size_t from = first_at(share - off);
    const std::size_t to = std::min(first_at(share + off), places.units.size() - 1);
    std::int64_t edge = places.units[to];
    if (from > 0 && from <= to) edge = roundest_between(places.units[from - 1], edge);
    edges.push_back(edges.empty() ? edge : std::max(edge, edges.back()));
  }
  return edges;
}

}  // namespace

Result<Hierarchy> build_quantiles(Values values, const Recipe& recipe) {
  const Numbers numbers = TRY(read_numbers(values));
  const std::size_t count = recipe.groups != 0 ? recipe.groups : chosen_bins(numbers.size());
  const auto edges = edges_of(places_of(numbers), count);
  std::vector<std::size_t> bins;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    bins.push_back(static_cast<std::size_t>(std::ranges::upper_bound(edges, numbers.units(i)) -
                                            edges.begin()));
  const std::vector<std::size_t> finest = bins;
  // Of the bin that the value begins.
  const auto edge_before = [&](std::size_t i) {
    return print_number({edges[finest[i] - 1], numbers.decimals});
  };
  Ladder ladder(numbers.values.alone, numbers.values.texts());
  const Ladder::Name name = [&](std::size_t first, std::size_t last) -> std::string {
    const bool is_top = last + 1 == numbers.size();
    if (first == 0 && is_top) return "any number";
    if (first == 0) return "< " + edge_before(last + 1);
    if (is_top) return ">= " + edge_before(first);
    return "[" + edge_before(first) + ", " + edge_before(last + 1) + ")";
  };
  for (; bins.back() > 0; std::ranges::for_each(bins, [](auto& bin) { bin /= 2; }))
    ladder.add(runs(bins.size(), [&](std::size_t i) { return bins[i]; }), name);
  return std::move(ladder).finish();
}

}  // namespace usufruct::anonymise
