#include "cli/log_trust.h"

#include <fmt/format.h>

#include "cli/log_key.h"
#include "crypto/stream.h"

namespace usufruct::cli {

void add_log_trust(CLI::App& verb, LogTrust& trust) {
  add_log_key(verb, trust.key);
  verb.add_option("--policy", trust.policy,
                  "a tlog-policy file: which logs to believe, and who must have cosigned")
      ->type_name("FILE");
}

Result<Policy> policy_for(Context& context, const LogTrust& trust) {
  if (!trust.key.empty() && !trust.policy.empty()) {
    return usage("--key and --policy both say whom to believe", "give one of them");
  }
  if (!trust.policy.empty()) {
    const Bytes text = TRY(read_file(trust.policy, policy_bytes_max));
    return TRY_IN(trust.policy, parse_policy(as_text(text)));
  }
  if (trust.key.empty() && !context.workspace()) {
    return usage("whose log is it?",
                 "give its vkey with --key, or a tlog-policy file with --policy");
  }
  return policy_of(TRY(log_key(context, trust.key)));
}

Result<SignedCheckpoint> open_by(const Policy& policy, std::string_view note) {
  const Cosigned opened = TRY(open_cosigned(note, policy));
  CHECK_OK(check_quorum(opened));
  return SignedCheckpoint{opened.checkpoint, std::string(note)};
}

}  // namespace usufruct::cli
