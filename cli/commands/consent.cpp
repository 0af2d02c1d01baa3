#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <set>

#include "cli/command.h"
#include "cli/subjects.h"
#include "cli/table.h"
#include "cli/withdrawing.h"
#include "crypto/base/text.h"
#include "trustee/consent_state.h"
#include "trustee/consents.h"
#include "trustee/holdings.h"

namespace usufruct::cli {
namespace {

struct ShowConsents {
  std::string dataset;
  OneSubject subject;
  std::string as;
};

struct WithdrawConsent {
  Recording recording;
  Withdrawing withdrawing;
  std::string dataset;
  OneSubject subject;
};

/// How many subjects are in each state; last those whose consent is not valid yet, which is unknown
/// in its lifecycle and told by its name.
using Counts = std::array<std::uint64_t, consent_state_count + 1>;
constexpr std::size_t not_yet = consent_state_count;
constexpr std::string_view not_yet_name = "not yet valid";

/// In the order in which they are told; the first three always, the others where there are any.
constexpr std::array told = {ConsentState::given,     ConsentState::refused,
                             ConsentState::withdrawn, ConsentState::renewed,
                             ConsentState::requested, ConsentState::deferred,
                             ConsentState::expired,   ConsentState::invalidated,
                             ConsentState::revoked,   ConsentState::unknown};
constexpr std::size_t always_told = 3;

constexpr std::size_t place_of(ConsentState state) { return static_cast<std::size_t>(state); }

bool is_not_yet(const Logged& consent, ConsentState state, Time at) {
  return state == ConsentState::unknown && is_not_yet_valid(consent.record, at);
}

/// A column of what is told: where it is counted, and its name.
struct CountColumn {
  std::size_t place = 0;
  std::string_view name;
};

std::vector<CountColumn> told_of(const Counts& all) {
  std::vector<CountColumn> columns;
  for (std::size_t i = 0; i < told.size(); ++i) {
    const std::size_t place = place_of(told[i]);
    if (i < always_told || all[place] > 0) columns.push_back({place, name_of(told[i])});
  }
  if (all[not_yet] > 0) columns.push_back({not_yet, not_yet_name});
  return columns;
}

struct Tally {
  std::map<std::string, Counts> by_purpose;
  Counts all{};
  std::uint64_t subjects = 0;
  std::uint64_t superseded = 0;
};

Tally tally_of(const Graph& graph, const RecordId& dataset, Time at) {
  Tally tally;
  std::set<RecordId> seen;
  graph.visit_edges(dataset, Role::covers, Order::newest_first, [&](const Edge& edge) {
    const auto logged = graph.find(edge.from);
    const auto* consent = logged ? logged->record.as<Consent>() : nullptr;
    const auto subject = logged ? logged->record.first(Role::subject) : std::nullopt;
    if (consent == nullptr || !subject) return true;
    if (!seen.insert(*subject).second) {
      ++tally.superseded;
      return true;
    }
    const auto state = state_of_consent(graph, *logged, at, graph.size());
    const std::size_t place = is_not_yet(*logged, state, at) ? not_yet : place_of(state);
    ++tally.by_purpose[join(consent->purposes, ", ")][place];
    ++tally.all[place];
    return true;
  });
  tally.subjects = seen.size();
  return tally;
}

void set_counts(Json& json, const Counts& counts) {
  for (const auto state : told) {
    const std::uint64_t more = state == ConsentState::unknown ? counts[not_yet] : 0;
    json.set(std::string(name_of(state)), counts[place_of(state)] + more);
  }
}

Result<Answer> show_all(Context& context, const Logged& dataset) {
  const Tally tally = tally_of(*TRY(context.graph()), dataset.id, context.now());
  const auto columns = told_of(tally.all);
  std::vector<std::string> head{"purposes"};
  std::string counts;
  for (const auto& column : columns) {
    head.emplace_back(column.name);
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ",
                          print_count(tally.all[column.place]), column.name);
  }
  Table table(head);
  Json purposes = Json::array();
  for (const auto& [purpose, of_purpose] : tally.by_purpose) {
    std::vector<std::string> row{purpose.empty() ? "(none)" : purpose};
    for (const auto& column : columns) row.push_back(print_count(of_purpose[column.place]));
    table.add(std::move(row));
    Json one = Json::object().set("purposes", purpose);
    set_counts(one, of_purpose);
    purposes.push(std::move(one));
  }
  Answer answer;
  answer.json.set("subjects", tally.subjects);
  set_counts(answer.json, tally.all);
  answer.json.set("superseded", tally.superseded).set("by_purpose", std::move(purposes));
  answer.text = fmt::format("{} asked: {}\n", count_of(tally.subjects, "subject"), counts);
  if (!table.is_empty()) answer.text += table.print();
  return answer;
}

/// The newest consent of one subject, whom only the owner can name.
Result<LoggedPtr> consent_of(Context& context, const Logged& dataset, const std::string& key,
                             const std::string& as) {
  const KeyPair& owner = *TRY(context.key(as));
  const Secret<32> pepper =
      TRY(TRY(context.workspace())->vault().pepper(dataset.id, owner.receiving));
  const Graph& graph = *TRY(context.graph());
  auto consent = newest_consent(graph, dataset.id, commit_to_subject(pepper, key), graph.size());
  if (consent) return consent;
  return not_found(fmt::format("no consent of '{}' is recorded on '{}'", printable(key, 80),
                               context.name_of(dataset.id)),
                   "the key must be exactly as it was when the consent was recorded");
}

Result<Answer> show_one(Context& context, const ShowConsents& options, const Logged& dataset) {
  if (options.as.empty()) {
    return usage("only the owner knows which consent is whose", "give the owner's key with --as");
  }
  CHECK_OK(context.check_owner(dataset, options.as, "consent-owner"));
  const auto newest = TRY(consent_of(context, dataset, TRY(key_of(options.subject)), options.as));
  const Graph& graph = *TRY(context.graph());
  Table table({"record", "index", "recorded", "said", "holds until"});
  Json events = Json::array();
  for (auto event = newest; event;) {
    const auto* body = event->record.as<Consent>();
    if (body == nullptr) break;
    const Time end = ends_at(event->record);
    const auto state = state_of_consent(graph, *event, event->time, graph.size());
    table.add({print_short(event->id), std::to_string(event->index), print_time(event->time),
               std::string(is_not_yet(*event, state, event->time) ? not_yet_name : name_of(state)),
               end.ms == 0 ? "" : print_time(end)});
    events.push(Json::object()
                    .set("id", print_id(event->id))
                    .set("index", event->index)
                    .set("time", print_time(event->time))
                    .set("state", name_of(state)));
    const auto before = event->record.first(Role::supersedes);
    event = before ? graph.find(*before) : nullptr;
  }
  const auto state = state_of_consent(graph, *newest, context.now(), graph.size());
  Answer answer;
  answer.json.set("state", name_of(state)).set("events", std::move(events));
  const std::uint32_t asked_k = newest->record.as<Consent>()->asked_k;
  if (asked_k > 0) {
    answer.json.set("asked_k", asked_k);
    answer.notes.push_back(fmt::format("only where at least {} rows look alike", asked_k));
  }
  answer.text =
      fmt::format("{}: the row may {}be used\n",
                  is_not_yet(*newest, state, context.now()) ? not_yet_name : name_of(state),
                  is_valid(state) ? "" : "not ") +
      table.print();
  return answer;
}

Result<Answer> show_consents(Context& context, const ShowConsents& options) {
  const auto dataset = TRY(context.find(options.dataset, Kind::dataset));
  const bool is_one = !options.subject.key.empty() || options.subject.row != 0;
  return is_one ? show_one(context, options, *dataset) : show_all(context, *dataset);
}

Result<Answer> withdraw_consent(Context& context, const WithdrawConsent& options) {
  const auto key = TRY(key_of(options.subject));
  const auto dataset = TRY(context.find(options.dataset, Kind::dataset));
  CHECK_OK(context.check_owner(*dataset, options.recording.as, "withdrawal-owner"));
  const auto consent = TRY(consent_of(context, *dataset, key, options.recording.as));
  return withdraw(context, options.recording, options.withdrawing, consent->id);
}

void add_show(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<ShowConsents>();
  auto& verb =
      commands.verb(noun, "show",
                    {.line = "how many consents are in which state, by purpose; or the life of one",
                     .examples = {"usufruct consent show people",
                                  "usufruct consent show people --row 17 --as ada"}},
                    [options](Context& context) { return show_consents(context, *options); });
  verb.add_option("DATASET", options->dataset, "label or id")->required();
  add_one_subject(verb, options->subject);
  verb.add_option("--as", options->as, "the owner's key, to look at one subject")
      ->type_name("NAME");
}

void add_withdraw(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<WithdrawConsent>();
  auto& verb = commands.verb(
      noun, "withdraw",
      {.line = "take a subject's consent back; whoever used the row must act",
       .examples = {"usufruct consent withdraw people --row 17 --as ada --reason 'asked by letter'",
                    "usufruct consent withdraw people --subject p-17 --as ada --reason 'asked by "
                    "letter' --effect erase"}},
      [options](Context& context) { return withdraw_consent(context, *options); });
  verb.add_option("DATASET", options->dataset, "label or id")->required();
  add_one_subject(verb, options->subject);
  add_withdrawing(verb, options->withdrawing);
  add_recording(verb, options->recording);
}

}  // namespace

void add_consent(Commands& commands) {
  auto& noun =
      commands.noun("consent", "what data subjects agreed to; on the ledger only commitments");
  add_consent_record(commands, noun);
  add_consent_renew(commands, noun);
  add_show(commands, noun);
  add_withdraw(commands, noun);
  add_consent_receipt(commands, noun);
  add_consent_import(commands, noun);
}

}  // namespace usufruct::cli
