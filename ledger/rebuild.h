#pragma once

#include <cstdint>
#include <functional>

#include "ledger/store/store.h"

namespace usufruct {

/// How many entries of how many are done.
using RebuildProgress = std::function<void(std::uint64_t done, std::uint64_t size)>;

/// Makes the views of a log in a store again from its entries (specs/log.md §7): for a store whose
/// views an audit found rewritten or damaged. Entries, tiles and head are read and not changed; the
/// old views go first. About 10 us a record; memory does not grow with the log.
///
/// Cut short at any moment, the log does not open before it was run again to its end. `unverified`,
/// and the log stays closed, when an entry does not read, does not hash to what is in its tile, or
/// is there twice: then an audit has to say what was done. Nobody else may have the store open.
/// Answers how many entries there are.
Result<std::uint64_t> rebuild_views(Store& store, const RebuildProgress& progress);

}  // namespace usufruct
