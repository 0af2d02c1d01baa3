#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/assessment_json.h"
#include "cli/command.h"
#include "cli/language.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/vocabulary_record.h"
#include "cli/words.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/holdings.h"
#include "trustee/quorum.h"
#include "trustee/terms/author.h"
#include "trustee/terms/explain.h"
#include "trustee/terms/money.h"

namespace usufruct::cli {
namespace {

struct Ask {
  Recording recording;
  std::string target;
  std::string file;
  std::string previous;
  std::string language;
  std::string price;
  Request flags;
};

/// What is offered, in minor units: as people write amounts, `12.50` of EUR.
Result<std::int64_t> offer_of(const Ask& options) {
  const std::string& currency = options.flags.currency;
  if (options.price.empty() && currency.empty()) return 0;
  if (options.price.empty() || currency.empty()) {
    return usage(options.price.empty() ? "--currency says of what, and --price is missing"
                                       : "--price says how much, and --currency is missing",
                 "give both, as --price 500.00 --currency EUR");
  }
  if (!terms::is_currency(currency)) {
    return usage(fmt::format("--currency: '{}' is no currency", printable(currency, 60)),
                 "write three capital letters, as EUR");
  }
  auto amount = terms::parse_amount(options.price, currency);
  if (amount) return *amount;
  return usage("--price: " + amount.error().message, amount.error().hint);
}

/// The request as asked for: a file, or flags, not both; in the words of the dataset's terms.
Result<Request> request_of(Context& context, const Ask& options, const terms::Vocabulary& words) {
  if (!options.file.empty()) {
    if (options.flags != Request{} || !options.price.empty()) {
      return usage("a request comes from a file or from flags, not both",
                   "write everything into the file");
    }
    return terms::parse_request(TRY(read_text(context, options.file)), options.file, words);
  }
  Request request = options.flags;
  using enum terms::Scheme;
  const auto check = [&](terms::Scheme scheme, std::vector<std::string>& given,
                         const char* option) -> Result<void> {
    given = TRY(known_words(scheme, given, option, words));
    return {};
  };
  CHECK_OK(check(purpose, request.purposes, "--purpose"));
  CHECK_OK(check(action, request.actions, "--action"));
  CHECK_OK(check(recipient, request.recipients, "--recipient"));
  CHECK_OK(check(jurisdiction, request.jurisdictions, "--jurisdiction"));
  CHECK_OK(check(attestation, request.attestations, "--attestation"));
  CHECK_OK(check(flag, request.flags, "--flag"));
  request.price_offered = TRY(offer_of(options));
  if (request.purposes.empty() || request.actions.empty()) {
    return usage("a request says what for and what will be done",
                 "give a FILE.yaml, or --purpose and --action");
  }
  return request;
}

Result<Record> draft(Context& context, const Ask& options) {
  Record record = TRY(begin_record(context, options.recording));
  const auto version = TRY(context.version(options.target));
  const auto dataset = version->record.first(Role::of);
  const auto words = dataset ? TRY(words_for(context, *dataset)) : words_of_program();
  record.body = TRY(request_of(context, options, *words.vocabulary));
  record.add(Role::for_, version->id);
  if (!options.previous.empty()) {
    record.add(Role::previous, TRY(context.find(options.previous, Kind::request))->id);
  }
  return record;
}

std::string_view name_of_layer(std::string_view layer) {
  if (layer == "licence") return "the licences";
  if (layer == "consent") return "the consents of the data subjects";
  if (layer == "labels") return "a community's terms";
  if (layer == "law") return "the law's terms, as the trust reads it,";
  if (layer == "charter") return "the trust's own terms";
  return "the terms";
}

/// Whose answer a denial is: the owner's terms, or what stands beside them.
std::string said_by(const terms::Assessment& assessment) {
  std::vector<std::string> who;
  for (const auto& layer : assessment.layers) {
    if (layer.answer != terms::Answer::deny) continue;
    const std::string_view name = name_of_layer(layer.name);
    if (std::ranges::find(who, name) == who.end()) who.emplace_back(name);
  }
  return join(who, " and ");
}

Error denied_by_terms(const terms::Assessment& assessment, bool is_recorded) {
  const std::string who = said_by(assessment);
  return denied(is_recorded ? fmt::format("{} this request; it stays on the ledger, and nobody can "
                                          "approve it",
                                          who + " deny")
                            : fmt::format("{} would deny this request", who),
                assessment.nearest.empty() ? "the reasons above say what stands in the way"
                                           : "ask for what would be permitted, as listed above",
                "decision-forbidden")
      .error();
}

Result<Answer> ask(Context& context, const Ask& options) {
  const auto language = TRY(language_of(context, options.language));
  const Record record = TRY(draft(context, options));
  Answer answer = TRY(log_record(context, options.recording, record));
  if (options.recording.dry_run) return answer;
  const Graph& graph = *TRY(context.graph());
  // Its own: others may have asked meanwhile.
  const auto newest = graph.newest_issued(record.issuer, Kind::request);
  if (!newest) return not_found("the request that was recorded is not in the log yet");
  const RecordId& logged = *newest;
  const auto screening = TRY(screen(graph, logged));
  answer.json.set("assessment", cli::json_of(screening.assessment));
  answer.text += terms::explain(screening.assessment, language);
  if (screening.assessment.answer == terms::Answer::deny) {
    answer.failure = denied_by_terms(screening.assessment, true);
    return answer;
  }
  const auto counted = TRY(tally(graph, logged, context.now()));
  answer.json.set("state", name_of(counted.state));
  const std::string name = context.name_of(logged);
  if (counted.state == CaseState::approved) {
    answer.notes.push_back(counted.why);
    answer.next.push_back(fmt::format("usufruct share give {} --as TRUSTEE", name));
  } else {
    answer.notes.push_back(fmt::format("it goes to the trustees: {} of {} must approve",
                                       counted.threshold, counted.seats.size()));
    answer.next.push_back(fmt::format("usufruct decision new {} --as TRUSTEE --approve", name));
  }
  return answer;
}

Result<Answer> check(Context& context, const Ask& options) {
  const auto language = TRY(language_of(context, options.language));
  const Record record = TRY(draft(context, options));
  const auto requester = TRY(context.acting_party(options.recording.as));
  const auto screening =
      TRY(screen_draft(*TRY(context.graph()), record, *requester, context.now()));
  Answer answer;
  answer.json = cli::json_of(screening.assessment);
  answer.text = terms::explain(screening.assessment, language);
  answer.notes.emplace_back("nothing was recorded");
  if (screening.assessment.answer == terms::Answer::deny) {
    answer.failure = denied_by_terms(screening.assessment, false);
  }
  return answer;
}

Result<Answer> list_requests(Context& context) {
  const Graph& graph = *TRY(context.graph());
  Table table({"request", "state", "by", "for", "purposes", "asked"});
  Json requests = Json::array();
  for (const auto& id : graph.of_kind(Kind::request)) {
    const auto logged = graph.find(id);
    const auto counted = tally(graph, id, context.now());
    const std::string state(counted ? name_of(counted->state) : "unknown");
    const std::string by = context.name_of_issuer(logged->record.issuer);
    const std::string purposes = join(logged->record.as<Request>()->purposes, ", ");
    table.add({context.name_of(id), state, by, context.name_of(*logged->record.first(Role::for_)),
               purposes, print_time(logged->time).substr(0, 10)});
    requests.push(Json::object()
                      .set("id", print_id(id))
                      .set("name", context.name_of(id))
                      .set("state", state)
                      .set("by", by)
                      .set("index", logged->index));
  }
  Answer answer;
  answer.json.set("requests", std::move(requests));
  if (table.is_empty()) {
    answer.notes.emplace_back("nobody asked for anything yet");
  } else {
    answer.text = table.print();
  }
  return answer;
}

void add_asking(CLI::App& verb, Ask& options) {
  auto& flags = options.flags;
  verb.add_option("DATASET", options.target, "dataset (its newest version) or version")->required();
  verb.add_option("FILE", options.file, "the request in YAML, instead of flags; - is stdin");
  const auto words = [&](const char* name, std::vector<std::string>& to, const char* line) {
    verb.add_option(name, to, line)->type_name("WORD")->delimiter(',');
  };
  words("--purpose", flags.purposes, "what for, e.g. AcademicResearch; may repeat");
  words("--action", flags.actions, "what will be done, e.g. ai-training; may repeat");
  words("--recipient", flags.recipients, "whom the result may reach");
  words("--jurisdiction", flags.jurisdictions, "where it is kept and processed, e.g. DE");
  words("--attestation", flags.attestations, "what the trainer vouches for");
  words("--flag", flags.flags, "circumstances the terms may ask about");
  verb.add_option("--days", flags.duration_days, "how long it is used")->type_name("N");
  verb.add_option("--count", flags.count, "how many releases")->type_name("N");
  verb.add_option("--price", options.price, "what is offered, e.g. 500.00")->type_name("AMOUNT");
  verb.add_option("--currency", flags.currency, "of --price, ISO 4217, e.g. EUR")
      ->type_name("CODE");
  verb.add_option("--justification", flags.justification, "why these data")->type_name("TEXT");
  verb.add_option("--project", flags.project, "name of the project")->type_name("TEXT");
  verb.add_option("--resubmits", options.previous,
                  "the request this one takes the place of, which is closed by it")
      ->type_name("REQUEST");
  add_language(verb, options.language);
  add_recording(verb, options.recording);
}

}  // namespace

void add_request(Commands& commands) {
  auto& noun = commands.noun("request", "asking for data");
  {
    const auto options = std::make_shared<Ask>();
    auto& verb = commands.verb(
        noun, "new",
        {.line = "ask for a release; the terms answer at once, then the trustees",
         .examples = {"usufruct request new people request.yaml --as mia --label ask",
                      "usufruct request new people --purpose AcademicResearch --action ai-training "
                      "--jurisdiction DE --days 365 --as mia"}},
        [options](Context& context) { return ask(context, *options); });
    add_asking(verb, *options);
  }
  {
    const auto options = std::make_shared<Ask>();
    auto& verb =
        commands.verb(noun, "check",
                      {.line = "what the terms would say; records nothing",
                       .examples = {"usufruct request check people request.yaml --as mia"}},
                      [options](Context& context) { return check(context, *options); });
    add_asking(verb, *options);
  }
  add_request_import(commands, noun);
  add_request_show(commands, noun);
  commands.verb(noun, "list",
                {.line = "every request and its state", .examples = {"usufruct request list"}},
                list_requests);
}

}  // namespace usufruct::cli
