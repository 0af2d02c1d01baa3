#pragma once

#include <cstdint>
#include <vector>

#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/recode/node.h"

namespace usufruct::anonymise {

/// The count of nodes, or one more than the limit when it is above.
std::uint64_t lattice_size(const Histogram& histogram, std::uint64_t limit);

/// All nodes, the lowest column counting fastest. The lattice must be small.
std::vector<Node> all_nodes(const Histogram& histogram);

}  // namespace usufruct::anonymise
