#pragma once

#include <cstddef>
#include <functional>

namespace usufruct {

/// Calls `work(index)` once for every index below `count`, on all cores, and returns when all are
/// done. `work` must not throw and must be safe to call from several threads at once; the order is
/// not defined. Indices are handed out in blocks of `block`: give more where a call is short.
/// `threads_max` other than 0 is how many at most instead of one a core: more where a call waits.
void for_each_index(std::size_t count, std::size_t block,
                    const std::function<void(std::size_t)>& work, std::size_t threads_max = 0);

/// What debuggers and profilers call the thread that asks: at most 15 characters.
void name_this_thread(const char* name);

}  // namespace usufruct
