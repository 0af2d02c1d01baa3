#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/recode/node_cost.h"
#include "trustee/anonymise/recode/recoding.h"

namespace usufruct::anonymise {

struct SearchOptions {
  std::uint64_t check_count_max = 50'000;        ///< nodes costed before giving up on proof
  std::uint64_t work_max = 40'000'000'000;       ///< nodes costed times tuples
  std::uint64_t lattice_nodes_max = 1ULL << 20;  ///< above: best-first with a stated gap
};

/// One node for all rows, and what is known of it.
struct FullDomain {
  Node node;
  NodeCost cost;
  std::uint64_t nodes_checked = 0;
  bool proven_optimal = false;
  /// No node within the floor has a lower loss; equals loss when proven.
  double loss_bound = 0;
};

/// The node of least loss among those that suppress no more rows than the floor allows. Ties: fewer
/// suppressed, then the lower sum of levels, then the lexicographically lower node. Deterministic.
///
/// Exact by two facts (specs/anonymity.md §5): the loss of generalising alone needs only the column
/// marginals, and what suppression adds to it never falls as one goes down the lattice.
/// `denied` when even `*` everywhere misses the floor. Needs at least one row.
Result<FullDomain> search_global(const Histogram& histogram, const Floor& floor,
                                 const SearchOptions& options = {});

/// The most rows that can be one class by what rows ask for (together.h). Those that ask for more
/// are suppressed in every recoding.
std::uint64_t most_together(const Histogram& histogram);

/// `denied` when all rows in one class, but for those that ask for more than it has, miss the
/// floor, so that no recoding can meet it; or when these are too many to be suppressed.
Result<void> check_reachable(const Histogram& histogram, const Floor& floor);

/// The recoding that shows every class of a node as the node says, and suppresses the classes that
/// miss the floor.
Recoding recoding_of(const Histogram& histogram, const Floor& floor, const FullDomain& found);

}  // namespace usufruct::anonymise
