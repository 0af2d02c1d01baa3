#include <algorithm>

#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

/// The roundest number above a and up to b: so an interval's end tells little of the values beside
/// it, and reads well.
std::int64_t roundest_between(std::int64_t a, std::int64_t b) {
  for (std::int64_t step = 1'000'000'000'000'000'000; step > 1; step /= 10) {
    const std::int64_t candidate = floor_to(b, step);
    if (candidate > a) return candidate;
  }
  return b;
}

/// Equal numbers in different writing (`1`, `1.0`) share their bin.
std::vector<std::uint32_t> bins_of_numbers(const Numbers& numbers, std::size_t count) {
  std::vector<std::uint64_t> weights;
  std::vector<std::size_t> number_of_value;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i == 0 || numbers.units(i) != numbers.units(i - 1)) weights.push_back(0);
    weights.back() += numbers.values.read[i].value->count;
    number_of_value.push_back(weights.size() - 1);
  }
  const auto bin_of_number = bins_of(weights, count);
  std::vector<std::uint32_t> bins;
  for (const std::size_t number : number_of_value) bins.push_back(bin_of_number[number]);
  return bins;
}

}  // namespace

Result<Hierarchy> build_quantiles(Values values, const Recipe& recipe) {
  const Numbers numbers = TRY(read_numbers(values));
  const std::size_t count = recipe.groups != 0 ? recipe.groups : chosen_bins(numbers.size());
  auto bins = bins_of_numbers(numbers, count);
  const auto edge_before = [&](std::size_t i) {
    return print_number(
        {roundest_between(numbers.units(i - 1), numbers.units(i)), numbers.decimals});
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
