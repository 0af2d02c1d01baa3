#pragma once

#include <string>

#include "ledger/record/terms.h"
#include "trustee/document/fields.h"
#include "trustee/terms/floor.h"

namespace usufruct::terms {

/// What stands under `privacy` in a file of terms; no floor where it is absent:
///
///     privacy: {k: 5, suppression_max: 5%, l_entropy: 2, l_recursive: {l: 3, c: 4}, t_closeness:
///     0.2}
///
/// Decimals are exact: with more digits than the record holds they are refused, with their place.
/// Of what is "at most" 0 is refused too: it would ask nothing, and whoever writes it wants all.
Result<Floor> read_floor(document::Fields& above);

/// The same as one line, without its end.
std::string print_floor(const Floor& floor);

/// The most that a file says of a bound, in the unit of the record.
std::uint32_t written_max(const Bound& bound);

}  // namespace usufruct::terms
