#pragma once

#include <cstddef>

#include "trustee/anonymise/recode/clusters.h"

namespace usufruct::anonymise {

struct KMemberOptions {
  std::size_t block_members_max = 4'000;
  double waiting = 0.05;  ///< what a row in no class yet is worth to a class that takes it
};

/// Local recoding by growing classes of the nearest rows (k-member, Byun et al. 2007), block by
/// block, where rows that classes can spare are given to others: for tables with so many
/// quasi-identifiers that no lattice can be climbed. Rows that find no class are left.
Clustering recode_by_k_member(const Clusterer& clusterer, const KMemberOptions& options = {});

}  // namespace usufruct::anonymise
