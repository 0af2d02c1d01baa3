#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

namespace usufruct {

/// The consistency proof from an older size of the log to the size of the checkpoint at hand.
using ProveGrowth = std::function<Result<Proof>(TreeSize from)>;

/// Gets a checkpoint cosigned by others before it is published, so that nobody is shown a history
/// that no witness has seen. The log asks after a round is durable and before anybody is answered;
/// it waits meanwhile, so an implementation bounds the time it takes.
class Cosigner {
 public:
  virtual ~Cosigner() = default;
  /// The checkpoint's note with cosignature lines added. `unavailable` when the policy is not met:
  /// the checkpoint is then not published, and asked for again later. `unverified` when a witness
  /// proves the log wrong. Called by one thread at a time.
  virtual Result<std::string> cosign(const SignedCheckpoint& newer, const ProveGrowth& prove) = 0;
  /// Whether a checkpoint that was published before has the cosignatures it needs today, so that
  /// nobody need be asked again.
  virtual bool is_cosigned(std::string_view note) const = 0;
};

}  // namespace usufruct
