#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "crypto/base/time.h"
#include "ledger/cosigner.h"
#include "ledger/policy.h"
#include "ledger/witness_transport.h"

namespace usufruct {

/// What becomes of a checkpoint whose quorum is not met in time.
enum class WitnessMode {
  require,  ///< it is not published: fail closed
  prefer,   ///< it is published with the cosignatures there are, and counted: fail open
};

struct CosignerOptions {
  WitnessMode mode = WitnessMode::require;
  /// How long a round waits for the quorum; it waits no longer than somebody may still answer.
  std::chrono::milliseconds deadline{2'000};
  /// A witness that failed is left alone so long, then twice so long, up to the limit.
  std::int64_t backoff_ms = 500;
  std::int64_t backoff_ms_max = 60'000;
};

/// An answer of a witness is some signature lines.
inline constexpr std::size_t cosignature_bytes_max = std::size_t{64} << 10;

/// How it went with one witness of the policy.
struct WitnessStanding {
  std::string name;
  std::uint64_t cosigned = 0;
  std::uint64_t failed = 0;
  std::optional<TreeSize> size{};  ///< that it cosigned last, as far as is known
  std::string last_error{};        ///< empty after a success
};

/// How it went with the rounds.
struct CosignerCounts {
  std::uint64_t met = 0;      ///< the quorum had cosigned
  std::uint64_t open = 0;     ///< published without, because the mode is `prefer`
  std::uint64_t refused = 0;  ///< not published, because the mode is `require`
};

/// Asks the witnesses of a policy (C2SP tlog-witness, the client's side): all that have a url, in
/// parallel, those outside the quorum too; returns as soon as the quorum is met.
///
/// It asks from the size a witness is known to have cosigned, and from 0 at first; a 409 tells the
/// size, and it asks once more. What a witness returns is believed when it verifies beneath the
/// checkpoint with that witness's key; other lines are ignored. An answer that comes after the
/// round still tells the size for the next one. A witness that failed backs off, and one that is
/// still busy with an older round is not waited for, unless the mode is `require` and there is no
/// quorum without it.
///
/// One thread for each witness with a url. The destructor waits for answers under way.
class WitnessCosigner final : public Cosigner {
 public:
  /// `malformed` when the witnesses that have a url cannot meet the quorum. Borrows transport and
  /// clock; the clock is read by the caller of cosign() alone.
  static Result<std::unique_ptr<WitnessCosigner>> open(Policy policy, WitnessTransport& transport,
                                                       const Clock& clock,
                                                       CosignerOptions options = {});
  ~WitnessCosigner() override;

  Result<std::string> cosign(const SignedCheckpoint& newer, const ProveGrowth& prove) override;
  bool is_cosigned(std::string_view note) const override;

  const Policy& policy() const { return policy_; }
  std::vector<WitnessStanding> standings() const;
  CosignerCounts counts() const;

 private:
  /// One checkpoint for which cosignatures are asked; shared by the threads that ask.
  struct Round {
    SignedCheckpoint checkpoint;
    Time began;
    std::set<std::uint64_t> wanted{};                 ///< sizes from which a proof is needed
    std::map<std::uint64_t, Result<Proof>> proofs{};  ///< by the size they start from
    std::map<std::size_t, std::string> lines{};       ///< cosignatures, by witness
    std::set<std::size_t> pending{};                  ///< witnesses that may still answer
    bool is_over = false;
  };
  using RoundPtr = std::shared_ptr<Round>;

  struct Seat {
    WitnessStanding standing;
    RoundPtr next{};             ///< what to ask for as soon as it is free
    bool is_late = false;        ///< did not answer within a round's deadline, and not since
    bool is_skipped = false;     ///< was not asked, for a reason of ours
    std::uint64_t failures = 0;  ///< in a row
    Time retry_at{};
    std::thread thread{};
  };

  WitnessCosigner(Policy policy, WitnessTransport& transport, const Clock& clock,
                  CosignerOptions options);
  bool can_be_met(const Round& round) const;
  void invite(const RoundPtr& round);
  void serve_proofs(std::unique_lock<std::mutex>& lock, Round& round, const ProveGrowth& prove);
  enum class Ended { early, at_deadline };
  Result<std::string> close(Round& round, Ended ended);
  void run(std::size_t index);
  Result<std::string> ask(std::size_t index, const RoundPtr& round);
  Result<Proof> proof_from(std::size_t index, const RoundPtr& round, TreeSize from);
  Result<WitnessReply> post(std::size_t index, const RoundPtr& round, TreeSize from);
  void settle(std::size_t index, Round& round, Result<std::string> line);

  const Policy policy_;
  WitnessTransport& transport_;
  const Clock& clock_;
  const CosignerOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  ///< anything below, or in a round
  std::vector<Seat> seats_;          ///< one for each witness of the policy; guarded by mutex_
  CosignerCounts counts_;            ///< guarded by mutex_
  bool is_stopping_ = false;         ///< guarded by mutex_
};

}  // namespace usufruct
