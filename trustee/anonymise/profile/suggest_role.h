#pragma once

#include <cstdint>
#include <span>

#include "trustee/anonymise/profile/column_profile.h"

namespace usufruct::anonymise {

/// Fills in the role we would give a column, why, how its hierarchy would be built, and what to
/// beware of, from all the rest of its profile. In doubt the careful one: what may name people is
/// an identifier, what may tell them apart a quasi-identifier; only a column that tells nothing is
/// insensitive.
void suggest_role(ColumnProfile& column, std::uint64_t rows, std::span<const ValueCount> values);

}  // namespace usufruct::anonymise
