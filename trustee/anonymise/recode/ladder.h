#pragma once

#include <cstdint>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/recoding.h"

namespace usufruct::anonymise {

struct LadderOptions {
  std::uint64_t lattice_nodes_max = 1ULL << 18;  ///< above: nothing is made
  std::uint64_t work_max = 4'000'000'000;        ///< tuples grouped, over all nodes
  /// Looks at every node anew after each ranking when the floor is not monotone: slower, better.
  bool looks_again = true;
};

struct Laddered {
  Recoding recoding;
  bool is_cut = false;  ///< a limit ended it: other ways may find more
};

/// Local recoding, node by node: nodes are climbed by rising marginal loss of the rows that are
/// left, and every group that meets the floor becomes a class; nodes are ranked anew when three
/// tenths of the rows are gone. Rows that stand alone to the end are in no class (`suppressed`),
/// whatever the floor's limit says: see absorb().
///
/// Deterministic, also in the count of threads. With a monotone floor each node is looked at once.
/// Nodes beyond the work limit are not looked at: more rows are left over. No classes at all when
/// the lattice is over its limit.
Laddered recode_by_ladder(const Histogram& histogram, const Floor& floor,
                          const LadderOptions& options = {});

}  // namespace usufruct::anonymise
