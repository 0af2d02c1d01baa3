#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/time.h"
#include "crypto/sign.h"
#include "ledger/admission.h"
#include "ledger/cosigner.h"
#include "ledger/head.h"
#include "ledger/head_guard.h"
#include "ledger/law.h"
#include "ledger/reader.h"
#include "ledger/round.h"
#include "ledger/store/store.h"

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
/// Log (ledger/log.h) runs it; it is not safe between threads, but for seal() as said there.
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

  /// The same in three steps, so that a round is admitted while the one before is written: admit(),
  /// close_round() and settle() on one thread, seal() on another.
  ///
  ///     Draft draft = writer.admit(…);
  ///     if (auto sealed = …) writer.settle(*sealed);   // the one before
  ///     writer.close_round(draft);
  ///     answers = writer.seal(draft);                  // meanwhile the next may be admitted
  Draft admit(std::vector<Verified> records);
  /// The draft is whole; the one before was sealed and settled.
  void close_round(Draft& draft) { admission_->close(draft); }
  /// Signs, commits, guards, publishes.
  std::vector<Result<Placement>> seal(Draft& draft);
  /// After seal(), before the next close_round().
  void settle(Draft& draft) { admission_->settle(draft); }

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
  Result<void> load(TreeSize size, Time time);
  Result<void> check_guard();
  Result<void> guard(const SignedCheckpoint& checkpoint);
  Result<void> find_published();
  Result<void> commit(Draft& draft);
  Result<void> check_batch(const Draft& draft) const;
  Result<void> check_growth(const Checkpoint& after, const Round& round) const;
  void keep_published(Batch& batch) const;
  Result<void> publish(const StoredTree& tree, const StoredEntries& entries);
  Result<void> show(SignedCheckpoint published, const StoredTree& tree,
                    const StoredEntries& entries);
  void complete(Result<Placement>& answer, const Draft& draft) const;
  Result<void> prove_old(Placement& placement, const StoredTree& tree) const;
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
  std::optional<Admission> admission_;
  std::optional<std::string> closing_;
  std::optional<Error> failed_;
};

}  // namespace usufruct
