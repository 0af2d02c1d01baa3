#pragma once

#include "trustee/anonymise/recode/clusters.h"

namespace usufruct::anonymise {

/// Local recoding from the top (Mondrian, LeFevre et al. 2006, on hierarchies): everything is one
/// class; a class is parted by the groups one step down in the column where that saves most, as
/// long as every part meets the floor. Parts that miss it stay together as a remainder, which has
/// to meet it as well. Linear in tuples times quasi-identifiers times depth, for any count of
/// them; also for floors that are not monotone. Nothing is left over; no classes at all when all
/// rows together miss the floor.
Clustering recode_by_mondrian(const Clusterer& clusterer);

}  // namespace usufruct::anonymise
