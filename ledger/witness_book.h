#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/time.h"
#include "crypto/note.h"
#include "ledger/head_guard.h"
#include "ledger/store/store.h"
#include "ledger/witness_rule.h"

namespace usufruct {

/// A checkpoint that a witness cosigned, or is about to.
struct Witnessed {
  std::string origin;
  TreeHead head;
  std::string note;  ///< the log's line and the witness's, no others
};

/// A request that was refused and may show that a log forked: enough for anybody to judge by.
struct Evidence {
  Suspicion suspicion = Suspicion::split;
  Time seen;
  std::string origin;
  std::string cosigned;  ///< the note the witness had cosigned last; empty when none
  std::string request;   ///< the whole body: old size, proof, signed checkpoint

  bool operator==(const Evidence&) const = default;
};
/// Of one log and kind; later ones are not kept: a log that signs anything could fill the disk.
inline constexpr std::size_t evidence_per_log_max = 64;

/// What a witness remembers, in a store of its own (specs/witness.md §3):
///
///     F                          format, and the witness's vkey
///     N                          commits (8), chain (32), chain before the last commit (32)
///     C SHA-256(origin)(32)      the checkpoint cosigned last: a note
///     V SHA-256(origin)(32) suspicion(1) SHA-256(request's note)(32)   evidence
///
/// The chain is a hash over every commit there was. After each commit, and before anybody is
/// answered, count and chain go to the guard; a store that is behind it, or on another chain, was
/// put back from a copy, and does not open: it would sign what contradicts what left before.
///
/// commit() is for one thread at a time; last() is safe beside it. Borrows store and guard.
class WitnessBook {
 public:
  /// Begins one in an empty store. `unverified` when the store is another witness's, or not what
  /// the guard remembers. The guard may be null: then nothing tells an old copy.
  static Result<WitnessBook> open(Store& store, const NoteVerifier& witness, HeadGuard* guard);

  /// What was cosigned last; nothing when the log is new. `unverified` when what lies there does
  /// not bear the witness's own signature. Read from the store once, then from memory.
  Result<std::optional<Witnessed>> last(std::string_view origin) const;

  /// Durable when it returns, in store and guard. After an error everything is `unavailable`, for
  /// it is unknown what is there: open it again.
  Result<void> commit(const std::vector<Witnessed>& cosigned,
                      const std::vector<Evidence>& evidence);

  std::uint64_t commits() const { return count_; }
  bool is_failed() const { return failed_.has_value(); }

 private:
  WitnessBook(Store& store, const NoteVerifier& witness, HeadGuard* guard);
  Result<void> begin();
  Result<void> resume(View state);
  Result<void> check_guard(const Digest& before);
  Result<void> guard();
  Result<std::optional<Witnessed>> stored_last(std::string_view origin) const;
  Result<void> put_evidence(const Evidence& evidence, Batch& batch) const;
  Result<void> commit_batch(Batch batch);
  std::string guarded_text() const;

  /// Behind a pointer, so that the book can be moved.
  struct Cache {
    std::mutex mutex;
    /// Guarded by mutex. Absence is kept too: whoever commits has asked before, so nobody reads
    /// from the store what is on its way there.
    std::map<std::string, std::optional<Witnessed>, std::less<>> by_origin;
  };

  Store& store_;
  NoteVerifier witness_;
  HeadGuard* guard_;
  std::optional<std::string> guarded_;
  std::uint64_t count_ = 0;
  Digest chain_;
  std::optional<Error> failed_;
  std::unique_ptr<Cache> cache_;
};

/// All evidence in a witness's store, by log and kind. Reads nothing else, so a store opened beside
/// a running witness will do.
Result<std::vector<Evidence>> read_evidence(const Store& store);
/// Every checkpoint cosigned last, ascending by the hash of the origin.
Result<std::vector<Witnessed>> read_witnessed(const Store& store);

}  // namespace usufruct
