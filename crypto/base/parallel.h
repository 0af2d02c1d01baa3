#pragma once

#include <cstddef>
#include <functional>

namespace usufruct {

/// Calls `work(index)` once for every index below `count`, on all cores, and returns when all are
/// done. `work` must not throw and must be safe to call from several threads at once; the order is
/// not defined. Indices are handed out in blocks of `block`: give more where a call is short.
void for_each_index(std::size_t count, std::size_t block,
                    const std::function<void(std::size_t)>& work);

}  // namespace usufruct
