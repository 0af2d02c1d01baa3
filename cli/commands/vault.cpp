#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "trustee/holdings.h"

namespace usufruct::cli {
namespace {

struct Force {
  std::string version;
  std::vector<std::string> as;
};

Result<Answer> force(Context& context, const Force& options) {
  const auto logged = TRY(context.version(options.version));
  const Graph& graph = *TRY(context.graph());
  const auto holding = holding_of(graph, logged->id);
  const auto& version = *logged->record.as<Version>();
  const auto commitments = TRY(commitments_of(version.custody));
  const Vault vault = TRY(context.workspace())->vault();
  std::vector<Share> shares;
  for (const auto& name : options.as) {
    const KeyPair& keys = *TRY(context.key(name));
    const auto seat = seat_of(graph, *holding->trust, print_did_key(keys.signing.verify_key()));
    if (!seat) return denied(fmt::format("'{}' holds no share of this version", name));
    shares.push_back(
        TRY(vault.share(*version.custody.sealed_sha256, *seat, keys.receiving, commitments)));
  }
  const Working working(context.world(), context.output().is_quiet(), "trying the key");
  const auto opened = vault.force(*version.custody.sealed_sha256, shares);
  Answer answer;
  answer.json.set("shares", shares.size())
      .set("threshold", static_cast<int>(version.custody.threshold))
      .set("opened", opened.has_value());
  if (opened) {
    answer.text = fmt::format(
        "{} ({}): the key they make opens the data; {} are enough by the charter\n",
        count_of(shares.size(), "share"), join(options.as, ", "), version.custody.threshold);
    return answer;
  }
  answer.text = fmt::format("{} ({}) of the {} needed: the key made of it opens nothing\n",
                            count_of(shares.size(), "share"), join(options.as, ", "),
                            version.custody.threshold);
  answer.failure =
      Error{Code::unverified,
            fmt::format("the data stay closed: {} of {}", count_of(shares.size(), "share"),
                        version.custody.threshold),
            "that is as it should be: the threshold is in the key itself, not only in the rules"};
  return answer;
}

}  // namespace

void add_vault(Commands& commands) {
  auto& noun = commands.noun("vault", "where the data lie, unreadable");
  const auto options = std::make_shared<Force>();
  auto& verb = commands.verb(
      noun, "force",
      {.line = "try to open the data with some trustees' shares, whatever the ledger says",
       .examples = {"usufruct vault force people --as ama",
                    "usufruct vault force people --as ama bo"},
       .details =
           "Shows that fewer shares than the threshold open nothing. Writes no data anywhere."},
      [options](Context& context) { return force(context, *options); });
  verb.add_option("VERSION", options->version, "version, or dataset (its newest version)")
      ->required();
  verb.add_option("--as", options->as, "trustees' keys")->type_name("NAME…")->required();
}

}  // namespace usufruct::cli
