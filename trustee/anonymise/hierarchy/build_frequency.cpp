#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t bin_count_max = 32;
constexpr std::size_t listed_bytes_max = 40;
constexpr std::size_t end_bytes_max = 20;

/// Cut between two characters.
std::string shortened(const std::string& text) {
  if (text.size() <= end_bytes_max) return text;
  std::size_t end = end_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

}  // namespace

std::vector<std::uint32_t> bins_of(const std::vector<std::uint64_t>& weights, std::size_t count) {
  // Values that no row has still want a place: they count as one row each.
  const auto rows = [](std::uint64_t weight) { return std::max<std::uint64_t>(weight, 1); };
  double total = 0;
  for (const std::uint64_t weight : weights) total += static_cast<double>(rows(weight));
  std::vector<std::uint32_t> bins;
  double before = 0;
  for (const std::uint64_t weight : weights) {
    const double middle = before + static_cast<double>(rows(weight)) / 2;
    bins.push_back(std::min(static_cast<std::uint32_t>(middle * static_cast<double>(count) / total),
                            static_cast<std::uint32_t>(count - 1)));
    before += static_cast<double>(rows(weight));
  }
  return bins;
}

std::size_t chosen_bins(std::size_t values) {
  return std::clamp<std::size_t>(std::bit_floor(values / 2), 2, bin_count_max);
}

std::string print_group(std::span<const std::string> members) {
  if (members.size() == 1) return members.front();
  std::size_t bytes = 2 * members.size();
  for (std::size_t i = 0; i < members.size() && bytes <= listed_bytes_max; ++i)
    bytes += members[i].size();
  if (bytes <= listed_bytes_max) return fmt::format("{{{}}}", fmt::join(members, ", "));
  return shortened(members.front()) + ".." + shortened(members.back());
}

Result<Hierarchy> build_frequency(Values values, const Recipe& recipe) {
  std::vector<std::string> alone;
  std::vector<std::string> texts;
  std::vector<std::uint64_t> weights;
  for (const ValueCount& each : values) {
    if (each.value.empty()) {
      alone.push_back(each.value);
    } else {
      texts.push_back(each.value);
      weights.push_back(each.count);
    }
  }
  Ladder ladder(std::move(alone), texts);
  auto bins = bins_of(weights, recipe.groups != 0 ? recipe.groups : chosen_bins(texts.size()));
  const Ladder::Name name = [&](std::size_t first, std::size_t last) {
    return print_group(std::span(texts).subspan(first, last - first + 1));
  };
  while (!bins.empty() && bins.back() > 0) {
    ladder.add(runs(bins.size(), [&](std::size_t i) { return bins[i]; }), name);
    for (auto& bin : bins) bin /= 2;
  }
  return std::move(ladder).finish();
}

}  // namespace usufruct::anonymise
