#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct::anonymise {

/// What the owner demands of every release: the privacy models and their bounds. A bound of 0 asks
/// nothing (k: at least 1). Bounds are whole numbers, so that a record holds them exactly; models
/// that look at values hold for every sensitive column. Definitions: specs/anonymity.md §3.
///
/// Real numbers are compared with `tolerance` in favour of the release, so that a different order
/// of adding cannot make a check fail what a search has found.
struct Floor {
  static constexpr double tolerance = 1e-9;

  std::uint32_t k = 5;                            ///< rows in the smallest class
  std::uint32_t suppression_max_per_10000 = 500;  ///< of the rows kept, how many may be removed
  std::uint32_t l_distinct = 0;                   ///< different values in every class
  std::uint32_t l_entropy_milli = 0;              ///< exp(entropy) · 1000; 2000 is l = 2
  std::uint32_t l_recursive = 0;                  ///< recursive (c,l): l, with c beside it
  std::uint32_t c_recursive_milli = 0;            ///< c · 1000
  std::uint32_t t_closeness_ppm = 0;              ///< earth mover's distance · 10⁶ at most
  std::uint32_t delta_disclosure_milli = 0;       ///< |ln(p/q)| · 1000 below this
  std::uint32_t beta_likeness_milli = 0;          ///< (p-q)/q · 1000 at most
  std::uint32_t beta_enhanced_milli = 0;          ///< the same, and at most -ln q
  std::uint32_t k_map = 0;                        ///< matching people in the population table
  std::uint32_t population_uniques_ppm = 0;  ///< estimated unique people · 10⁶ / rows at most

  bool operator==(const Floor&) const = default;
};

/// The most rows that may be suppressed out of `rows`: rounded down.
std::uint64_t suppressed_max(const Floor& floor, std::uint64_t rows);

/// Whether some model looks at the values of sensitive columns.
bool asks_about_values(const Floor& floor);

/// How far two values of a sensitive column are from each other, for t-closeness.
///   equal         all different values are equally far
///   ordered       by rank, numbers by size and other texts by bytes
///   hierarchical  by the level of the column's hierarchy on which they meet
enum class Distance { equal, ordered, hierarchical };

std::string_view name_of(Distance distance);
Result<Distance> parse_distance(std::string_view word);

}  // namespace usufruct::anonymise
