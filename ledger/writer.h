#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/time.h"
#include "crypto/sign.h"
#include "ledger/cosigner.h"
#include "ledger/head.h"
#include "ledger/head_guard.h"
#include "ledger/law.h"
#include "ledger/reader.h"
#include "ledger/round.h"
#include "ledger/store/store.h"
#include "ledger/store/stored_entries.h"
#include "ledger/view/store_graph.h"

namespace usufruct {

/// What a log is called on its checkpoints, and what it signs them with.
struct LogKey {
  std::string origin;
  SigningKey key;
  /// The key before, while it gives way: checkpoints carry both signatures, so that who knows
  /// either verifies them (specs/log.md §9).
  std::optional<SigningKey> former{};
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
  /// guessing. Borrows store, clock, guard and cosigner; the last two may be null.
  static Result<Writer> open(Store& store, LogKey key, Law law, const Clock& clock,
                             HeadGuard* guard, Cosigner* cosigner = nullptr);

  /// One round: answers in the order given. A record whose id is logged already answers its place.
  /// After an error of the store all that was to be written answers `unavailable`, as does every
  /// later round: whether the round is there is known only when the log is opened again.
  /// When the witnesses do not answer the round is durable and not published: its records answer
  /// `unavailable` until publish() succeeds, and submitting them again then gives their receipts.
  std::vector<Result<Placement>> write(std::vector<Verified> records);
  std::vector<Result<Placement>> write(std::span<const Verified> records);

  /// Ends the log: says so under its key, for ever, and takes no record after. `conflict` when it
  /// is closed already, or not all of it is published. Answers the closing note.
  Result<std::string> close(const std::optional<NoteVerifier>& successor);
  /// The closing note, once there is one.
  const std::optional<std::string>& closing() const { return closing_; }

  /// Asks the witnesses again for the newest checkpoint. Nothing to do when is_published().
  Result<void> publish();
  /// Writes down what was published last, so that it is there when the log is opened again before
  /// the witnesses answer. Every round does so for the round before.
  Result<void> keep_published();
  bool is_published() const { return published_.checkpoint == head_.checkpoint.checkpoint; }
  /// Whether an error ended the writing: what is wrong is in every answer.
  bool is_failed() const { return failed_.has_value(); }

  /// The newest published checkpoint, and the log's public face under it.
  const SignedCheckpoint& checkpoint() const { return published_; }
  std::shared_ptr<const Reader> snapshot() const { return snapshot_; }

 private:
  Writer(Store& store, LogKey key, Law law, const Clock& clock, HeadGuard* guard,
         Cosigner* cosigner);
  Result<void> begin();
  Result<void> resume(const Head& head);
  Result<void> load(TreeSize size);
  Result<void> check_guard();
  Result<void> guard(const SignedCheckpoint& checkpoint);
  Result<void> find_published();
  Result<Placement> admit(Verified record, Time time, Round& round, Batch& batch);
  Result<void> seal(Time time, Round& round, Batch& batch);
  Result<void> check_batch(const Batch& batch) const;
  Result<void> check_growth(const Checkpoint& after, const Round& round) const;
  void keep_published(Batch& batch) const;
  Result<void> show(SignedCheckpoint published);
  void complete(Result<Placement>& answer, const std::shared_ptr<const Round>& round) const;
  Result<void> prove_old(Placement& placement, TreeSize size) const;
  std::vector<NoteVerifier> verifiers() const;
  Result<SignedCheckpoint> sign(const Checkpoint& checkpoint) const;
  Result<SignedCheckpoint> open_own(std::string_view note) const;
  Result<void> sign_again();

  Store& store_;
  LogKey key_;
  Law law_;
  const Clock& clock_;
  HeadGuard* guard_;
  std::optional<std::string> guarded_;  ///< what the guard holds
  Cosigner* cosigner_;
  Head head_;
  SignedCheckpoint published_;
  std::string kept_published_;  ///< the note in the store, empty when there is none
  std::shared_ptr<const Reader> snapshot_;
  std::unique_ptr<StoreGraph> graph_;
  std::unique_ptr<StoredEntries> entries_;
  std::optional<std::string> closing_;
  std::optional<Error> failed_;
};

}  // namespace usufruct
