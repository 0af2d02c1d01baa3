#pragma once

#include <string>

#include "cli/command.h"
#include "ledger/policy.h"

namespace usufruct::cli {

/// Whose checkpoints a command believes: those of a log's key, or those a policy file accepts (C2SP
/// tlog-policy), which may also ask for cosignatures.
struct LogTrust {
  std::string key;
  std::string policy;
};
void add_log_trust(CLI::App& verb, LogTrust& trust);

/// Neither given: the workspace's own log; a usage error where there is no workspace.
Result<Policy> policy_for(Context& context, const LogTrust& trust);
/// A checkpoint the policy accepts: signed by one of its logs, the quorum met.
Result<SignedCheckpoint> open_by(const Policy& policy, std::string_view note);

}  // namespace usufruct::cli
