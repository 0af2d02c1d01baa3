#include "trustee/anonymise/floor.h"

namespace usufruct::anonymise {

std::uint64_t suppressed_max(const Floor& floor, std::uint64_t rows) {
  constexpr std::uint64_t whole = 10'000;
  if (floor.suppression_max_per_10000 >= whole) return rows;
  // Split so that the product cannot overflow.
  return rows / whole * floor.suppression_max_per_10000 +
         rows % whole * floor.suppression_max_per_10000 / whole;
}

}  // namespace usufruct::anonymise
