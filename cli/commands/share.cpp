#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "crypto/did_key.h"
#include "trustee/holdings.h"
#include "trustee/quorum.h"

namespace usufruct::cli {
namespace {

struct Give {
  std::string request;
  std::string as;
};

/// How many shares lie ready for a request.
std::size_t shares_given(const Workspace& workspace, const Digest& root, const RecordId& request) {
  std::error_code error;
  const auto folder = workspace.root() / "vault" / to_hex(root) / "given" / print_id(request);
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".age") ++count;
  }
  return count;
}

Result<Answer> give(Context& context, const Give& options) {
  const auto request = TRY(context.find(options.request, Kind::request));
  const Graph& graph = *TRY(context.graph());
  const auto grant = TRY(grant_of(graph, request->id, context.now()));
  const auto& holding = grant.screening().holding;
  const auto& version = *holding.version->record.as<Version>();
  const KeyPair& keys = *TRY(context.key(options.as));
  const std::string did = print_did_key(keys.signing.verify_key());
  const auto seat = seat_of(graph, *holding.trust, did);
  if (!seat) {
    return denied(fmt::format("'{}' holds no share: no trustee of '{}'", options.as,
                              holding.trust->record.as<Trust>()->name),
                  "`usufruct trust show` lists the trustees", "decision-trustee");
  }
  const auto commitments = TRY(commitments_of(version.custody));
  const Workspace& workspace = *TRY(context.workspace());
  const Vault vault = workspace.vault();
  const Share share =
      TRY(vault.share(*version.custody.sealed_sha256, *seat, keys.receiving, commitments));
  const auto custodian = newest_party(graph, *holding.trust->record.first(Role::custodian));
  const auto to = TRY_IN("the custodian's receiving key",
                         parse_age_recipient(custodian->record.as<Party>()->receiving_key));
  CHECK_OK(
      vault.give(*version.custody.sealed_sha256, request->id, share, to, context.world().chance));
  const std::size_t given = shares_given(workspace, *version.custody.sealed_sha256, request->id);
  const std::string name = context.name_of(request->id);
  Answer answer;
  answer.json.set("request", print_id(request->id))
      .set("seat", *seat + 1)
      .set("given", given)
      .set("threshold", static_cast<int>(version.custody.threshold));
  answer.text = fmt::format(
      "{1}'s share (seat {0}) checked and handed to the custodian '{2}', for request {3} only: {4} "
      "given, {5} needed\n",
      *seat + 1, options.as, custodian->record.as<Party>()->name, name, given,
      version.custody.threshold);
  if (given >= version.custody.threshold) {
    answer.next.push_back(fmt::format("usufruct release make {} --as CUSTODIAN", name));
  }
  return answer;
}

}  // namespace

void add_share(Commands& commands) {
  auto& noun = commands.noun("share", "trustees' parts of the key to the data");
  const auto options = std::make_shared<Give>();
  auto& verb = commands.verb(
      noun, "give",
      {.line = "hand a share to the custodian, if this replay of the ledger says the grant stands",
       .examples = {"usufruct share give ask --as ama"}},
      [options](Context& context) { return give(context, *options); });
  verb.add_option("REQUEST", options->request, "label or id")->required();
  verb.add_option("--as", options->as, "the trustee's key")->type_name("NAME")->required();
}

}  // namespace usufruct::cli
