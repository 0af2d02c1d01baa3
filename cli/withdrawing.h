#pragma once

#include <string>
#include <vector>

#include "cli/recording.h"

namespace usufruct::cli {

/// How something is taken back.
struct Withdrawing {
  std::string reason;
  std::string effect = "stopFuture";
  unsigned deadline_days = 30;
};
void add_withdrawing(CLI::App& verb, Withdrawing& withdrawing);

/// Logs the withdrawal, follows it to everything it reaches, and opens an obligation for each
/// release, run and model. Says how many of what and who must act.
Result<Answer> withdraw(Context& context, const Recording& recording,
                        const Withdrawing& withdrawing, const RecordId& target);

}  // namespace usufruct::cli
