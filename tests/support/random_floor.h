#pragma once

#include <algorithm>

#include "crypto/base/chance.h"
#include "trustee/terms/floor.h"

namespace usufruct {

/// A floor at random that terms may have, each bound asking for nothing now and then; few different
/// numbers, so that they meet.
inline Floor random_floor(SeededChance& chance) {
  const auto below = [&](std::uint64_t limit) { return chance.next() % limit; };
  Floor floor;
  for (const auto& bound : terms::floor_bounds()) {
    if (below(3) == 0) continue;
    const std::uint64_t step = bound.most == UINT32_MAX ? 1'000 : bound.most / 8;
    const std::uint64_t value = bound.digits == 0 ? 1 + below(6) : step * (1 + below(6));
    floor.*bound.value = static_cast<std::uint32_t>(std::max<std::uint64_t>(value, bound.least));
  }
  if (floor.k == 0) floor.k = 1;
  if (floor.l_recursive == 0) floor.c_recursive_milli = 0;
  if (floor.c_recursive_milli == 0) floor.l_recursive = 0;
  return floor;
}

}  // namespace usufruct
