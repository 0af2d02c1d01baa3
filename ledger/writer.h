#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/time.h"
#include "crypto/sign.h"
#include "ledger/head.h"
#include "ledger/head_guard.h"
#include "ledger/law.h"
#include "ledger/round.h"
#include "ledger/store/store.h"
#include "ledger/view/store_graph.h"

namespace usufruct {

/// What a log is called on its checkpoints, and what it signs them with.
struct LogKey {
  std::string origin;
  SigningKey key;
};

/// The one who writes a log: admits records by the law, gives each its index and time, and makes a
/// round of them durable together with the checkpoint that covers them, in one batch of the store.
/// Log (ledger/log.h) runs it on a thread of its own; it is not safe between threads.
///
/// It never signs two checkpoints that disagree: what it signs is proven to extend the head that
/// lies in the store, which on opening was proven to extend the guard's. See specs/log.md §5.
class Writer {
 public:
  /// Opens the log in a store, or begins one in an empty store. `unverified` when what is there is
  /// not what this key signed, or less than what the guard remembers: nothing is repaired by
  /// guessing. Borrows store, clock and guard.
  static Result<Writer> open(Store& store, LogKey key, Law law, const Clock& clock,
                             HeadGuard* guard);

  /// One round: answers in the order given. A record whose id is logged already answers its place.
  /// After an error of the store all that was to be written answers `unavailable`, as does every
  /// later round: whether the round is there is known only when the log is opened again.
  std::vector<Result<Placement>> write(std::span<const Verified> records);

  const SignedCheckpoint& checkpoint() const { return head_.checkpoint; }

 private:
  Writer(Store& store, LogKey key, Law law, const Clock& clock, HeadGuard* guard);
  Result<void> begin();
  Result<void> resume(const Head& head);
  Result<void> check_guard();
  Result<void> guard(const SignedCheckpoint& checkpoint);
  Result<Placement> admit(const Verified& record, Time time, Round& round, Batch& batch);
  Result<void> seal(Time time, Round& round, Batch& batch);
  Result<void> prove_old(Placement& placement, const std::shared_ptr<const Round>& round) const;
  NoteVerifier verifier() const;

  Store& store_;
  LogKey key_;
  Law law_;
  const Clock& clock_;
  HeadGuard* guard_;
  std::optional<std::string> guarded_;  ///< what the guard holds
  Head head_;
  std::unique_ptr<StoreGraph> graph_;
  std::optional<Error> failed_;
};

}  // namespace usufruct
