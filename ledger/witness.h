#pragma once

#include <atomic>
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
#include "ledger/log_list.h"
#include "ledger/witness_book.h"
#include "ledger/witness_rule.h"

namespace usufruct {

/// What waits to be committed, and what one commit takes of it.
inline constexpr std::size_t witness_queue_max = 4096;
inline constexpr std::size_t witness_commit_max = 1024;
static_assert(witness_commit_max <= witness_queue_max);

struct WitnessOptions {
  SplitStatus split_status = SplitStatus::conflict;
};

/// What a witness has done since it was opened.
struct WitnessCounts {
  std::uint64_t cosigned = 0;
  std::uint64_t conflicts = 0;  ///< 409
  std::uint64_t refused = 0;    ///< every other status below 500
  std::uint64_t failed = 0;     ///< 503
  std::uint64_t suspicions = 0;
  std::uint64_t commits = 0;  ///< in the store's life
};

/// A witness of other logs (C2SP tlog-witness v1.0.0): cosigns a checkpoint when it continues the
/// one it cosigned before.
///
///     auto witness = TRY(Witness::open(store, {"witness.example/w1", key}, clock, guard));
///     witness->set_logs(TRY(parse_log_list(text)));
///     WitnessAnswer answer = witness->add_checkpoint(body);
///
/// It has no threads: signatures and proofs are checked on the caller's, side by side. Then the
/// request joins a queue; whichever caller finds no other at work commits all that waits, in one
/// synced batch, and answers all of it. So one client waits for one flush and many share one. A
/// request is judged against what is committed before it, in that order, one after the other; no
/// cosignature is handed out before it is durable.
///
/// Methods are safe between threads. Borrows store, clock and guard.
class Witness {
 public:
  static Result<std::unique_ptr<Witness>> open(Store& store, NoteSigner signer, const Clock& clock,
                                               HeadGuard* guard = nullptr,
                                               WitnessOptions options = {});
  ~Witness();
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  const NoteVerifier& verifier() const { return verifier_; }

  /// Serves these logs from now on and no others. What was cosigned of a log that is left out stays
  /// remembered.
  void set_logs(const std::vector<ListedLog>& logs);

  /// Answers a body of POST add-checkpoint. `done` is called once, on this or another caller's
  /// thread, and must not block. 429 when the log asked too often, 503 when too much waits or the
  /// store failed.
  using Done = std::function<void(WitnessAnswer)>;
  void add_checkpoint(std::string body, Done done);
  /// The same, waiting for the answer.
  WitnessAnswer add_checkpoint(std::string body);

  /// Answers GET <hex SHA-256 of the origin>/checkpoint: the note cosigned last, with the log's
  /// signature and ours; 404 when there is none.
  WitnessAnswer checkpoint(std::string_view origin_hash) const;

  WitnessCounts counts() const;
  /// Whether it stopped after an error of its store: to be opened again.
  bool is_failed() const;

 private:
  class Logs;
  struct Pending;
  Witness(WitnessBook book, NoteSigner signer, NoteVerifier verifier, const Clock& clock,
          WitnessOptions options);

  std::shared_ptr<const Logs> logs() const;
  bool takes(const std::string& origin, const Logs& logs);
  Result<void> judge_now(Pending& pending) const;
  Result<std::string> cosign(const Submission& submission) const;
  void push(std::unique_ptr<Pending> pending);
  void commit(std::vector<std::unique_ptr<Pending>>& batch);
  void count(const WitnessAnswer& answer);

  NoteSigner signer_;
  NoteVerifier verifier_;
  const Clock& clock_;
  WitnessOptions options_;
  WitnessBook book_;  ///< commit(): the committing caller's alone

  /// What a log may still ask today, in parts of a request.
  struct Allowance {
    std::uint64_t left = 0;
    Time at;
  };
  mutable std::mutex mutex_;
  std::shared_ptr<const Logs> logs_;                          ///< guarded by mutex_
  std::map<std::string, Allowance, std::less<>> allowances_;  ///< guarded by mutex_
  std::vector<std::unique_ptr<Pending>> queue_;               ///< guarded by mutex_
  bool is_committing_ = false;                                ///< guarded by mutex_
  WitnessCounts counts_;                                      ///< guarded by mutex_
  bool is_failed_ = false;                                    ///< guarded by mutex_
};

}  // namespace usufruct
