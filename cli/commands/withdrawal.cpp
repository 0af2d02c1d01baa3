#include <memory>

#include "cli/command.h"
#include "cli/withdrawing.h"

namespace usufruct::cli {
namespace {

struct NewWithdrawal {
  Recording recording;
  Withdrawing withdrawing;
  std::string target;
};

}  // namespace

void add_withdrawal(Commands& commands) {
  auto& noun = commands.noun("withdrawal", "taking back");
  const auto options = std::make_shared<NewWithdrawal>();
  auto& verb = commands.verb(
      noun, "new",
      {.line = "take back what a party stated; whoever used it must act",
       .examples = {"usufruct withdrawal new people --as ada --reason 'source revoked' --effect "
                    "retrain",
                    "usufruct withdrawal new ask --as mia --reason 'project stopped'"}},
      [options](Context& context) -> Result<Answer> {
        const auto target = TRY(context.find(options->target));
        return withdraw(context, options->recording, options->withdrawing, target->id);
      });
  verb.add_option("RECORD", options->target, "consent, terms, dataset, version, request …")
      ->required();
  add_withdrawing(verb, options->withdrawing);
  add_recording(verb, options->recording);
}

}  // namespace usufruct::cli
