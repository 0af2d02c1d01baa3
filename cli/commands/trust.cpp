#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/words.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/holdings.h"

namespace usufruct::cli {
namespace {

struct NewTrust {
  Recording recording;
  std::string name;
  std::string purpose;
  std::vector<std::string> trustees;
  std::vector<std::string> mandatory;
  std::string custodian;
  unsigned threshold = 0;
  unsigned deadline_days = 0;
  std::string auto_approve = "never";
  std::string jurisdiction;
};

/// Every trustee signs the charter, so every trustee's key must be here.
Result<void> check_keys(Context& context, const std::vector<std::string>& trustees) {
  const auto here = TRY(context.workspace())->key_names();
  for (const auto& name : trustees) {
    if (std::ranges::find(here, name) != here.end()) continue;
    return usage(fmt::format("the key of trustee '{}' is not in this workspace", name),
                 "every trustee signs the charter: copy its key file to keys/, or make it here "
                 "with `usufruct key new`");
  }
  return {};
}

Result<Answer> make(Context& context, const NewTrust& options) {
  constexpr unsigned threshold_max = 255;
  constexpr unsigned deadline_max = 65'535;
  if (options.threshold > threshold_max || options.deadline_days > deadline_max) {
    return usage(fmt::format("--threshold is at most {}, --deadline-days at most {}", threshold_max,
                             deadline_max));
  }
  CHECK_OK(check_keys(context, options.trustees));
  Record record = TRY(begin_record(context, options.recording));
  Trust trust;
  trust.name = options.name;
  trust.purpose = options.purpose;
  trust.threshold = static_cast<std::uint8_t>(options.threshold);
  trust.deadline_days = static_cast<std::uint16_t>(options.deadline_days);
  trust.auto_approve = TRY(known_name<AutoApprove>(options.auto_approve, "--auto-approve"));
  trust.jurisdiction = options.jurisdiction;
  record.body = std::move(trust);
  for (const auto& name : options.trustees) {
    record.add(Role::trustee, TRY(context.party(name))->id);
  }
  for (const auto& name : options.mandatory) {
    record.add(Role::mandatory_seat, TRY(context.party(name))->id);
  }
  record.add(Role::custodian, TRY(context.party(options.custodian))->id);
  Answer answer = TRY(log_record(context, options.recording, record, options.trustees));
  if (options.recording.dry_run) return answer;
  answer.notes.push_back(fmt::format("{} of {} trustees decide; {} signed the charter",
                                     options.threshold, options.trustees.size(),
                                     join(options.trustees, ", ")));
  answer.next.push_back(
      fmt::format("usufruct dataset register FILE.yaml --data TABLE --trust {} --as OWNER",
                  options.recording.label.empty() ? "TRUST" : options.recording.label));
  return answer;
}

Result<Answer> show_trust(Context& context, const std::string& text) {
  const Graph& graph = *TRY(context.graph());
  const auto logged = TRY(context.find(text, Kind::trust));
  const auto& trust = *logged->record.as<Trust>();
  const auto mandatory = logged->record.all(Role::mandatory_seat);
  Answer answer;
  Json seats = Json::array();
  Table table({"seat", "trustee", "mandatory", "id"});
  std::size_t seat = 0;
  for (const auto& id : trustees_of(*logged)) {
    const auto party = newest_party(graph, id);
    const bool must = std::ranges::find(mandatory, id) != mandatory.end();
    const std::string& name = party->record.as<Party>()->name;
    table.add({std::to_string(++seat), name, must ? "yes" : "", print_short(id)});
    seats.push(Json::object().set("id", print_id(id)).set("name", name).set("mandatory", must));
  }
  const auto custodian = logged->record.first(Role::custodian);
  answer.json.set("id", print_id(logged->id))
      .set("name", trust.name)
      .set("purpose", trust.purpose)
      .set("threshold", static_cast<int>(trust.threshold))
      .set("deadline_days", static_cast<int>(trust.deadline_days))
      .set("auto_approve", name_of(trust.auto_approve))
      .set("custodian", custodian ? print_id(*custodian) : "")
      .set("trustees", std::move(seats))
      .set("index", logged->index);
  Facts facts;
  facts.add("trust", trust.name);
  facts.add("id", print_id(logged->id));
  facts.add("purpose", trust.purpose);
  facts.add("decides", fmt::format("{} of {} trustees", trust.threshold, seat));
  facts.add("custodian", custodian ? context.name_of(*custodian) : "");
  answer.text = facts.print() + "\n" + table.print();
  return answer;
}

}  // namespace

void add_trust(Commands& commands) {
  auto& noun = commands.noun("trust", "data trusts: who decides");
  {
    const auto options = std::make_shared<NewTrust>();
    auto& verb = commands.verb(
        noun, "new",
        {.line = "charter a trust, signed by its issuer and every trustee",
         .examples = {"usufruct trust new --as ada --name 'Marriage survey trust' --trustee ama bo "
                      "cy --threshold 2 --custodian ama --label trust"}},
        [options](Context& context) { return make(context, *options); });
    verb.add_option("--name", options->name, "what people call it")->type_name("TEXT")->required();
    verb.add_option("--purpose", options->purpose, "what it is for, one sentence")
        ->type_name("TEXT");
    verb.add_option("--trustee", options->trustees, "a trustee's key; one or more")
        ->type_name("NAME…")
        ->required();
    verb.add_option("--threshold", options->threshold, "how many of them must approve")
        ->type_name("K")
        ->required();
    verb.add_option("--custodian", options->custodian, "the party that runs the release engine")
        ->type_name("NAME")
        ->required();
    verb.add_option("--mandatory", options->mandatory, "trustees without whom nothing is approved")
        ->type_name("NAME…");
    verb.add_option("--deadline-days", options->deadline_days,
                    "a request lapses after so many days; 0: never")
        ->type_name("N");
    verb.add_option("--auto-approve", options->auto_approve,
                    "never, or permitted: what the terms permit needs no votes")
        ->type_name("WHEN");
    verb.add_option("--jurisdiction", options->jurisdiction, "ISO 3166")->type_name("CODE");
    add_recording(verb, options->recording);
  }
  const auto text = std::make_shared<std::string>();
  auto& verb = commands.verb(
      noun, "show", {.line = "one trust and its seats", .examples = {"usufruct trust show trust"}},
      [text](Context& context) { return show_trust(context, *text); });
  verb.add_option("TRUST", *text, "label or id")->required();
}

}  // namespace usufruct::cli
