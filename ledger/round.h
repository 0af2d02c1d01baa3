#pragma once

#include <memory>
#include <optional>

#include "ledger/checkpoint.h"
#include "ledger/hash_levels.h"
#include "ledger/tlog_proof.h"

namespace usufruct {

/// What a round of the log added, and the checkpoint that covers it: enough to prove inclusion of
/// each entry it added. Immutable, shared by all whose records are in it.
struct Round {
  HashLevels levels;
  SignedCheckpoint checkpoint;
  /// What was needed to write it. Whoever is the last to hold the round gives it back: mostly a
  /// thread that made the records, which does so cheaply, and not the one that admits the next.
  std::shared_ptr<void> remains{};
};

/// A record's place in a log that is durable and covered by a published checkpoint. The proof is
/// made only when asked for: by the one who waits, not by the thread that writes.
struct Placement {
  LeafIndex index;
  Time time;
  std::shared_ptr<const Round> round;
  std::optional<Proof> proof;  ///< when the entry is older than the round

  Receipt receipt() const;
};

}  // namespace usufruct
