#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/words.h"
#include "crypto/age.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "ledger/record/codec.h"
#include "ledger/record/names.h"
#include "trustee/holdings.h"

namespace usufruct::cli {
namespace {

struct Register {
  Recording recording;
  std::string name;
  std::string type = "organisation";
  std::vector<std::string> classes;
  std::string jurisdiction;
  std::string recovery_key;
  std::string contact;
  std::vector<std::string> identifiers;
};

Result<Answer> register_party(Context& context, const Register& options) {
  Record record = TRY(begin_record(context, options.recording));
  const auto keys = TRY(TRY(context.workspace())->public_key(options.recording.as));
  Party party;
  party.name = options.name.empty() ? options.recording.as : options.name;
  party.type = TRY(known_name<PartyType>(options.type, "--type"));
  party.classes = TRY(known_words(terms::Scheme::recipient, options.classes, "--class"));
  if (!options.jurisdiction.empty()) {
    party.jurisdiction =
        TRY(known_word(terms::Scheme::jurisdiction, options.jurisdiction, "--jurisdiction"));
  }
  party.receiving_key = print_age_recipient(keys.receiving);
  party.recovery_key = options.recovery_key;
  party.contact = options.contact;
  party.identifiers = options.identifiers;
  record.body = std::move(party);
  const auto earlier = party_of(*TRY(context.graph()), record.issuer);
  if (earlier) record.add(Role::supersedes, earlier->id);
  return log_record(context, options.recording, record);
}

Json json_of(Context& context, const Logged& logged) {
  const auto& party = *logged.record.as<Party>();
  return Json::object()
      .set("id", print_id(logged.id))
      .set("name", party.name)
      .set("type", name_of(party.type))
      .set("classes", Json::array_of(party.classes))
      .set("jurisdiction", party.jurisdiction)
      .set("key", logged.record.issuer)
      .set("receiving_key", party.receiving_key)
      .set("label", context.name_of(logged.id));
}

Result<Answer> list_parties(Context& context) {
  const Graph& graph = *TRY(context.graph());
  Table table({"name", "type", "classes", "where", "id"});
  Json parties = Json::array();
  for (const auto& id : graph.of_kind(Kind::party)) {
    const auto logged = newest_party(graph, id);
    if (!logged || logged->id != id) continue;
    const auto& party = *logged->record.as<Party>();
    table.add({party.name, name_of(party.type), join(party.classes, ", "), party.jurisdiction,
               print_short(id)});
    parties.push(json_of(context, *logged));
  }
  Answer answer;
  answer.json.set("parties", std::move(parties));
  if (!table.is_empty()) answer.text = table.print();
  if (table.is_empty()) answer.notes.emplace_back("nobody is registered yet");
  return answer;
}

Result<Answer> show_party(Context& context, const std::string& text) {
  const auto logged = TRY(context.party(text));
  const auto& party = *logged->record.as<Party>();
  Answer answer;
  answer.json = json_of(context, *logged);
  Facts facts;
  facts.add("party", party.name);
  facts.add("id", print_id(logged->id));
  facts.add("key", logged->record.issuer);
  facts.add("receiving", party.receiving_key);
  facts.add("type", name_of(party.type));
  facts.add("classes", join(party.classes, ", "));
  facts.add("jurisdiction", party.jurisdiction);
  facts.add("contact", party.contact);
  facts.add("identifiers", join(party.identifiers, ", "));
  facts.add("recorded", fmt::format("index {}, {}", logged->index, print_time(logged->time)));
  answer.text = facts.print();
  return answer;
}

}  // namespace

void add_party(Commands& commands) {
  auto& noun = commands.noun("party", "who can act");
  {
    const auto options = std::make_shared<Register>();
    auto& verb = commands.verb(
        noun, "register",
        {.line = "register the party of a key; again: change what is said of it",
         .examples = {"usufruct party register --as ada --name 'Ada Health Trust' --class academic",
                      "usufruct party register --as mia --type person --jurisdiction DE"}},
        [options](Context& context) { return register_party(context, *options); });
    verb.add_option("--name", options->name, "what people call it; else the key's name")
        ->type_name("TEXT");
    verb.add_option("--type", options->type, "organisation, person, community or software")
        ->type_name("TYPE");
    verb.add_option("--class", options->classes, "recipient class, e.g. academic; may repeat")
        ->type_name("CLASS")
        ->delimiter(',');
    verb.add_option("--jurisdiction", options->jurisdiction, "ISO 3166, e.g. DE")
        ->type_name("CODE");
    verb.add_option("--recovery-key", options->recovery_key,
                    "did:key that may replace this one when it is lost")
        ->type_name("DID");
    verb.add_option("--contact", options->contact, "public, e.g. a mail address")
        ->type_name("TEXT");
    verb.add_option("--identifier", options->identifiers, "ORCID, ROR, LEI …; may repeat")
        ->type_name("TEXT");
    add_recording(verb, options->recording);
  }
  commands.verb(noun, "list", {.line = "who is registered", .examples = {"usufruct party list"}},
                list_parties);
  const auto text = std::make_shared<std::string>();
  auto& verb =
      commands.verb(noun, "show", {.line = "one party", .examples = {"usufruct party show ada"}},
                    [text](Context& context) { return show_party(context, *text); });
  verb.add_option("PARTY", *text, "key name, label or id")->required();
}

}  // namespace usufruct::cli
