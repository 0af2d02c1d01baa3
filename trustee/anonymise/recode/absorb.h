#pragma once

#include <cstdint>

#include "trustee/anonymise/recode/clusters.h"

namespace usufruct::anonymise {

/// Finds a class for the rows that are in none: they join the class that loses least more and
/// still meets the floor. Where suppression is cheaper, and no more than `suppressed_max` rows are
/// left over in the end, they stay out. Rows that no class can take stay out, whatever the limit.
void absorb(Clustering& clustering, const Clusterer& clusterer, std::uint64_t suppressed_max);

/// Puts classes together that show the same: to a reader they are one. Where they meet the floor
/// apart and not together, which only delta-disclosure knows, their rows are in no class then.
void unite(Clustering& clustering, const Clusterer& clusterer);

/// Makes a class of the rows that are in none, where more than `suppressed_max` are: of all of
/// them, and of the nearest classes one by one until it meets the floor. Where rows ask for a k of
/// their own, as many of those that ask most stay out as may.
void settle(Clustering& clustering, const Clusterer& clusterer, std::uint64_t suppressed_max);

}  // namespace usufruct::anonymise
