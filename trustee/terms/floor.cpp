#include "trustee/terms/floor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "trustee/terms/fixed_point.h"

namespace usufruct::terms {
namespace {

constexpr std::uint32_t million = 1'000'000;

constexpr std::array bounds = {
    Bound{"k", "k", &Floor::k},
    Bound{"suppression_max", "suppressionMaxPer10000", &Floor::suppression_max_per10000,
          Sense::share_max, 2, true, 0, 10'000},
    Bound{"l_distinct", "lDistinct", &Floor::l_distinct},
    Bound{"l_entropy", "lEntropyMilli", &Floor::l_entropy_milli, Sense::at_least, 3, false, 1'000},
    Bound{"l_recursive.l", "lRecursive", &Floor::l_recursive},
    Bound{"l_recursive.c", "cRecursiveMilli", &Floor::c_recursive_milli, Sense::at_most, 3},
    Bound{"t_closeness", "tClosenessPpm", &Floor::t_closeness_ppm, Sense::at_most, 6, false, 1,
          million},
    Bound{"delta_disclosure", "deltaDisclosureMilli", &Floor::delta_disclosure_milli,
          Sense::at_most, 3},
    Bound{"beta_likeness", "betaLikenessMilli", &Floor::beta_likeness_milli, Sense::at_most, 3},
    Bound{"beta_enhanced", "betaEnhancedMilli", &Floor::beta_enhanced_milli, Sense::at_most, 3},
    Bound{"k_map", "kMap", &Floor::k_map},
    Bound{"population_uniques", "populationUniquesPpm", &Floor::population_uniques_ppm,
          Sense::at_most, 4, true, 1, million},
};

/// The greater is stricter, whichever way the bound goes.
std::uint64_t strictness(const Bound& bound, std::uint32_t value) {
  const std::uint64_t beyond = std::uint64_t{1} << 32;
  switch (bound.sense) {
    case Sense::at_least:
      return value;
    case Sense::at_most:
      return value == 0 ? 0 : beyond - value;
    case Sense::share_max:
      return beyond - value;
  }
  return 0;
}

}  // namespace

std::span<const Bound> floor_bounds() { return bounds; }

std::string print_bound(const Bound& bound, std::uint32_t value) {
  return print_fixed_point(value, bound.digits) + (bound.is_percent ? "%" : "");
}

bool asks_less(const Floor& one, const Floor& other) {
  return std::ranges::any_of(bounds, [&](const Bound& bound) {
    return strictness(bound, one.*bound.value) < strictness(bound, other.*bound.value);
  });
}

Floor stricter_of(const Floor& one, const Floor& other) {
  Floor both = one;
  for (const auto& bound : bounds) {
    const std::uint32_t theirs = other.*bound.value;
    if (strictness(bound, theirs) > strictness(bound, one.*bound.value)) both.*bound.value = theirs;
  }
  return both;
}

Result<void> check_possible(const Floor& floor) {
  for (const auto& bound : bounds) {
    const std::uint32_t value = floor.*bound.value;
    const bool asks = value != 0 || bound.sense == Sense::share_max;
    if (!asks || (value >= bound.least && value <= bound.most)) continue;
    return malformed(fmt::format("{} {} is no floor", bound.key, print_bound(bound, value)),
                     bound.most == UINT32_MAX
                         ? fmt::format("it is {} or more", print_bound(bound, bound.least))
                         : fmt::format("it is at most {}", print_bound(bound, bound.most)));
  }
  if ((floor.l_recursive == 0) != (floor.c_recursive_milli == 0)) {
    return malformed(fmt::format("recursive diversity has l {} and c {}", floor.l_recursive,
                                 print_fixed_point(floor.c_recursive_milli, 3)),
                     "it needs both: `l_recursive: {l: 3, c: 4}`");
  }
  return {};
}

std::string print_further_bounds(const Floor& floor) {
  constexpr std::size_t first = 3;
  std::string line;
  for (const auto& bound : std::span(bounds).subspan(first)) {
    if (floor.*bound.value == 0) continue;
    std::string name(bound.key);
    std::ranges::replace_if(
        name, [](char c) { return c == '_' || c == '.'; }, '-');
    line += fmt::format(", {} {}", name, print_bound(bound, floor.*bound.value));
  }
  return line;
}

std::string print_floor_line(const Floor& floor) {
  return fmt::format("k {}, l-distinct {}, suppression at most {} of 10,000{}", floor.k,
                     floor.l_distinct, floor.suppression_max_per10000, print_further_bounds(floor));
}

}  // namespace usufruct::terms
