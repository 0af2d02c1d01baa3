#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/time.h"
#include "ledger/witness_cosigner.h"
#include "trustee/http/metrics.h"
#include "trustee/http/witness_transport.h"
#include "trustee/workspace.h"

namespace usufruct {

/// Where a workspace keeps who witnesses its log: a policy (C2SP tlog-policy) that can be given to
/// verifiers as it is.
std::filesystem::path witness_policy_path(const Workspace& workspace);
/// Nothing when the log has no witnesses.
Result<std::optional<Policy>> read_witness_policy(const Workspace& workspace);
Result<Policy> read_policy(const std::filesystem::path& path);

/// As the workspace's file says.
WitnessMode witness_mode_of(const Workspace& workspace);

/// How many of a log's witnesses must have cosigned.
struct QuorumRule {
  /// `all`, `any`, `none`, a number; empty: more than half.
  std::string word{};
};
/// The policy with a witness more, of the group `witnesses` under this rule. A quorum that a person
/// built otherwise is left as it is; says so.
struct Extended {
  Policy policy;
  bool is_quorum_kept = false;
};
Result<Extended> with_witness(const Policy& policy, Policy::Witness witness,
                              const QuorumRule& rule);

/// What a log that is being served asks before it publishes.
class LogWitnesses {
 public:
  /// Null when the workspace has no policy, or one that names no witness. Borrows the clock.
  static Result<std::unique_ptr<LogWitnesses>> open(const Workspace& workspace, const Clock& clock,
                                                    WitnessMode mode);
  WitnessCosigner& cosigner() { return *cosigner_; }
  const Policy& policy() const { return cosigner_->policy(); }
  std::vector<WitnessStanding> standings() const { return cosigner_->standings(); }
  void print_to(http::PrometheusText& text) const;

 private:
  LogWitnesses() = default;
  http::HttpWitnessTransport transport_;
  std::unique_ptr<WitnessCosigner> cosigner_;  ///< borrows the transport
};

}  // namespace usufruct
