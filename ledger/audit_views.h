#pragma once

#include <functional>

#include "ledger/view/memory_graph.h"

namespace usufruct {

/// One question a kept graph answers otherwise than a replay.
struct ViewDifference {
  std::string rule;  ///< view-size, view-record, view-kind, view-issuer, view-edge, view-root
  std::optional<LeafIndex> index;
  std::optional<RecordId> id;
  std::string message;
};

/// Asks a graph kept beside a log all that it can be asked about what the replay knows: where each
/// record is, the records of each kind, of each issuer and kind, who refers to each name in each
/// role, the root. `found` says whether to go on.
///
/// What a kept graph says of names that no record names is not asked: there is no list of them.
/// Cost: about 30 questions a record.
void compare_graphs(const Graph& kept, const MemoryGraph& replayed,
                    const std::function<bool(const ViewDifference&)>& found);

}  // namespace usufruct
