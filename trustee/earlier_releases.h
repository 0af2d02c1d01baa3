#pragma once

#include <cstddef>
#include <vector>

#include "trustee/holdings.h"

namespace usufruct {

/// How many releases of one dataset a new one is held against at most, the newest ones: each takes
/// 56 bytes of a record, which has 64,000.
inline constexpr std::size_t composition_max = 512;

/// The releases that were made of a dataset, of whichever version and to whomever: what was handed
/// over stays in somebody's hands. At most composition_max, the newest, oldest first. Grows with
/// the versions of the dataset, not with the releases made.
std::vector<LoggedPtr> earlier_releases(const Graph& graph, const RecordId& dataset);

}  // namespace usufruct
