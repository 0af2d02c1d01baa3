#include "trustee/anonymise/floor.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct::anonymise {

std::uint64_t suppressed_max(const Floor& floor, std::uint64_t rows) {
  constexpr std::uint64_t whole = 10'000;
  if (floor.suppression_max_per_10000 >= whole) return rows;
  // Split so that the product cannot overflow.
  return rows / whole * floor.suppression_max_per_10000 +
         rows % whole * floor.suppression_max_per_10000 / whole;
}

bool asks_about_values(const Floor& floor) {
  return floor.l_distinct > 1 || floor.l_entropy_milli > 1000 || floor.l_recursive > 0 ||
         floor.t_closeness_ppm > 0 || floor.delta_disclosure_milli > 0 ||
         floor.beta_likeness_milli > 0 || floor.beta_enhanced_milli > 0;
}

std::string_view name_of(Distance distance) {
  switch (distance) {
    case Distance::equal:
      return "equal";
    case Distance::ordered:
      return "ordered";
    case Distance::hierarchical:
      return "hierarchical";
  }
  return "";
}

Result<Distance> parse_distance(std::string_view word) {
  for (const auto distance : {Distance::equal, Distance::ordered, Distance::hierarchical})
    if (word == name_of(distance)) return distance;
  return malformed(fmt::format("unknown distance '{}'", printable(word)),
                   "distances are equal, ordered and hierarchical");
}

}  // namespace usufruct::anonymise
