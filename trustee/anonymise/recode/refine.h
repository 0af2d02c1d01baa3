#pragma once

#include <cstddef>
#include <cstdint>

#include "trustee/anonymise/recode/clusters.h"

namespace usufruct::anonymise {

struct RefineOptions {
  std::size_t block_members_max = 12'000;
  double worth_of_waiting = 1;  ///< of a row of an open cluster, to a class that takes it
  std::uint32_t turns = 3;      ///< passes over all blocks
  std::uint64_t work_max = 30'000'000'000;  ///< bytes scanned, over all turns and threads
};

/// Makes a clustering lose less, one class at a time, never more:
///
///     reform    a class is dissolved: a new one grows from one of its rows, of its own rows and of
///               rows that other classes can spare, and what is left of it joins others
///     relocate  a row that a class can spare goes where it costs less
///
/// until a turn changes nothing, or the turns or the work are at their end. Classes that met the
/// floor still do. Every class is worked on with the near ones (blocks_of) alone; blocks are
/// independent, so the answer does not depend on the threads. Rows in no class are left alone.
void refine(Clustering& clustering, const Clusterer& clusterer, const RefineOptions& options = {});

}  // namespace usufruct::anonymise
