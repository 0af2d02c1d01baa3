#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "trustee/leak.h"

namespace usufruct::cli {
namespace {

struct Trace {
  std::string file;
  std::string as;
};

std::vector<LoggedPtr> releases_in(const Graph& graph) {
  std::vector<LoggedPtr> releases;
  for (const auto& id : graph.of_kind(Kind::release)) {
    auto logged = graph.find(id);
    if (logged) releases.push_back(std::move(logged));
  }
  return releases;
}

/// The first key here that speaks for who made one of the releases.
Result<std::string> custodian_here(Context& context, const std::vector<LoggedPtr>& releases) {
  const Workspace& workspace = *TRY(context.workspace());
  const Graph& graph = *TRY(context.graph());
  for (const auto& name : workspace.key_names()) {
    const auto keys = TRY(workspace.public_key(name));
    const std::string did = print_did_key(keys.signing);
    const auto made = [&](const LoggedPtr& release) {
      return same_party(graph, did, release->record.issuer);
    };
    if (std::ranges::any_of(releases, made)) return name;
  }
  return not_found("no key in this workspace is a custodian's who made a release",
                   "name it with --as, or trace where the custodian works");
}

std::string recipient_of(Context& context, const Suspect& suspect) {
  return context.name_of(*suspect.release->record.first(Role::to));
}

/// `less than 1 in 1,000,000`: of what chance would do.
std::string print_chance(double chance) {
  if (chance >= 0.01) return print_share(chance);
  const double times = std::min(1 / std::max(chance, 1e-15), 1e15);
  return fmt::format("at most 1 in {}", print_count(static_cast<std::uint64_t>(times)));
}

std::string order_of(const Suspect& suspect) {
  const Likeness& like = suspect.likeness;
  if (like.pieces < 2) return "no two rows or runs of rows to compare the order by";
  return fmt::format("{}: {} of {} neighbours; by chance {}",
                     suspect.is_order_kept() ? "kept" : "another", print_count(like.in_order),
                     print_count(like.pieces - 1), print_chance(like.chance));
}

std::string facts_of(Context& context, const Suspect& suspect) {
  const Likeness& like = suspect.likeness;
  return fmt::format(
      "release     {}\nto          {}\nrows        {} of the {} in the file are in "
      "it\norder       {}\n",
      context.name_of(suspect.release->id), recipient_of(context, suspect),
      print_count(like.rows_found), print_count(like.rows), order_of(suspect));
}

Json json_of(Context& context, const Suspect& suspect) {
  const Likeness& like = suspect.likeness;
  return Json::object()
      .set("release", print_id(suspect.release->id))
      .set("to", print_id(*suspect.release->record.first(Role::to)))
      .set("recipient", recipient_of(context, suspect))
      .set("rows", like.rows)
      .set("rows_found", like.rows_found)
      .set("order_kept", suspect.is_order_kept())
      .set("pieces", like.pieces)
      .set("in_order", like.in_order)
      .set("deviations", fmt::format("{:.2f}", like.deviations))
      .set("chance", fmt::format("{:.3g}", like.chance));
}

/// One sentence: who, or why it cannot be said.
std::string finding(Context& context, const std::vector<Suspect>& suspects) {
  std::vector<std::string> named;
  for (const auto& suspect : suspects) {
    if (suspect.is_order_kept()) named.push_back(recipient_of(context, suspect));
  }
  std::ranges::sort(named);
  const auto repeated = std::ranges::unique(named);
  named.erase(repeated.begin(), repeated.end());
  if (named.size() == 1) {
    return fmt::format("the file is the release that {} was handed, or a part of it", named[0]);
  }
  if (!named.empty()) {
    return fmt::format("the file has parts of the releases of {}", fmt::join(named, ", "));
  }
  if (suspects.size() == 1) {
    return fmt::format(
        "these rows are in the release that {} was handed and in no other that was "
        "compared; their order was changed",
        recipient_of(context, suspects[0]));
  }
  return fmt::format("these rows are in {} releases; their order was changed: cannot tell which",
                     suspects.size());
}

Result<Answer> trace(Context& context, const Trace& options) {
  const Workspace& workspace = *TRY(context.workspace());
  const auto releases = releases_in(*TRY(context.graph()));
  const std::string as = options.as.empty() ? TRY(custodian_here(context, releases)) : options.as;
  const KeyPair& custodian = *TRY(context.key(as));
  Tracked tracked;
  {
    const Working working(context.world(), context.output().is_quiet(), "tracing");
    tracked = TRY(track({.path = options.file}, releases, workspace.traces(), custodian.receiving));
  }
  const std::size_t compared = tracked.suspects.size() + tracked.not_in.size();
  if (compared == 0) {
    return not_found(fmt::format("no trace here of {} opens with the key of '{}'",
                                 count_of(tracked.not_compared.size(), "release"), as),
                     "only the custodian who made a release can trace it");
  }
  if (tracked.suspects.empty()) {
    return not_found(fmt::format("the rows of {} are in none of {} compared",
                                 printable(options.file), count_of(compared, "release")),
                     "a table has all columns of a release, in their order");
  }
  Answer answer;
  Json suspects = Json::array();
  const std::string sentence = finding(context, tracked.suspects);
  answer.text = sentence + "\n";
  for (const auto& suspect : tracked.suspects) {
    answer.text += "\n" + facts_of(context, suspect);
    suspects.push(json_of(context, suspect));
  }
  answer.json.set("finding", sentence)
      .set("suspects", std::move(suspects))
      .set("compared", compared)
      .set("not_compared", tracked.not_compared.size());
  if (!tracked.not_compared.empty()) {
    answer.notes.push_back(fmt::format("{} could not be compared: no trace here opens for '{}'",
                                       count_of(tracked.not_compared.size(), "release"), as));
  }
  return answer;
}

}  // namespace

void add_release_trace(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Trace>();
  auto& verb = commands.verb(
      noun, "trace",
      {.line = "whose copy a leaked table is: by its rows and by their order",
       .examples = {"usufruct release trace leaked.csv --as ama"},
       .details = "Every release has its rows in an order of its own. The table may be a part of "
                  "one, in any format; it has all columns. Only the custodian keeps what is needed "
                  "to tell."},
      [options](Context& context) { return trace(context, *options); });
  verb.add_option("FILE", options->file, "the table that was found")->required();
  verb.add_option("--as", options->as, "the custodian's key; where absent, the one that is here")
      ->type_name("NAME");
}

}  // namespace usufruct::cli
