#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trustee/anonymise/recode/clusters.h"

namespace usufruct::anonymise {

/// Parts clusters into blocks of near ones, so that each block can be worked on by itself: by many
/// threads, and without looking at all rows for each. Splits by the groups of one column's
/// hierarchy at a time, the split that is most even and cuts the fewest clusters.
///
/// Answers indices of clusters, each once. A block has at most `members_max` members, unless it
/// cannot be split. `turn` other than 0 prefers other columns, so that what two blocks parted is
/// together the next time.
std::vector<std::vector<std::uint32_t>> blocks_of(const std::vector<Cluster>& clusters,
                                                  const Clusterer& clusterer,
                                                  std::size_t members_max, std::uint32_t turn);

}  // namespace usufruct::anonymise
