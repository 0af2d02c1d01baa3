#pragma once

#include <cstdint>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/histogram.h"

namespace usufruct::anonymise {

/// What a bound may be below the true one for adding up floats.
inline constexpr double loss_bound_rounding = 1e-6;

/// A loss that no hierarchical recoding of these rows can be below, whatever it shows to whom and
/// however many it suppresses, when it meets k, what rows ask for, and k-map.
///
/// In a class of at least k rows every row shows, in each column, a group with at least k - 1
/// others under the same groups; so it loses at least what the cheapest node does at which it
/// stands with k rows. Rows lose in each column by themselves: columns may be parted into sets, and
/// the least losses of the sets added. A suppressed row loses 1, never less than that.
///
/// A row that asks for more than k stands with as many. A node at which it stands for fewer people
/// than k-map asks is none for it: a bound of the same kind, and the greater of the two counts.
///
/// Sets are as large as `work_max` (tuples times nodes) allows: all columns in one give the
/// sharpest bound. Cost: work_max at about 10 ns on one core, on all cores.
double loss_bound(const Histogram& histogram, const Floor& floor, std::uint64_t work_max);

}  // namespace usufruct::anonymise
