#include <fmt/format.h>

#include <memory>

#include "cli/assessment_json.h"
#include "cli/command.h"
#include "cli/language.h"
#include "cli/request_content.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/entitlement.h"
#include "trustee/quorum.h"
#include "trustee/terms/explain.h"

namespace usufruct::cli {
namespace {

Json json_of(const Entitlement& entitlement) {
  Json json = Json::object()
                  .set("state", name_of(entitlement.state))
                  .set("why", entitlement.why)
                  .set("made", entitlement.made)
                  .set("allowed", entitlement.allowed);
  if (entitlement.until) json.set("until", print_time(*entitlement.until));
  return json;
}

/// Why a request in review cannot be approved any more; empty while it can.
std::string why_stuck(const Tally& tally) {
  if (tally.state != CaseState::in_review || tally.can_approve) return "";
  if (tally.approvals_possible < tally.threshold) {
    return fmt::format(
        "it cannot be approved any more: {} needed, {} left; votes that are void are "
        "not cast again",
        count_of(tally.threshold, "approval"), tally.approvals_possible);
  }
  if (tally.is_unseated) {
    return "it cannot be approved: a community whose labels stand in the way has no seat in the "
           "trust";
  }
  return "it cannot be approved any more: a mandatory seat voted otherwise, or its vote is void, "
         "and is not cast again";
}

/// What can be done about a request now.
std::vector<std::string> next_steps(Context& context, const Screening& screening,
                                    const Tally& tally) {
  const std::string name = context.name_of(screening.request->id);
  const std::string anew = anew_of(context, *screening.holding.dataset, name);
  switch (tally.state) {
    case CaseState::in_review:
      if (!why_stuck(tally).empty()) return {anew};
      return {fmt::format("usufruct decision new {} --as TRUSTEE --approve", name)};
    case CaseState::approved:
      return {fmt::format("usufruct share give {} --as TRUSTEE", name),
              fmt::format("usufruct release make {} --as CUSTODIAN", name)};
    case CaseState::returned:
    case CaseState::rejected_by_terms:
    case CaseState::rejected_by_trustees:
    case CaseState::lapsed:
    case CaseState::ended:
      return {anew};
    case CaseState::withdrawn:
    case CaseState::resubmitted:
      return {};
  }
  return {};
}

std::string vote_of(const Seat& seat, CaseState state) {
  if (!seat.decision) return "not voted";
  const std::string vote = name_of(seat.decision->record.as<Decision>()->outcome);
  if (seat.counted) return vote;
  return vote +
         (state == CaseState::resubmitted ? ", void: asked again" : ", void: the terms changed");
}

Result<Answer> show_request(Context& context, const std::string& text, const std::string& tag) {
  const auto language = TRY(language_of(context, tag));
  const auto logged = TRY(context.find(text, Kind::request));
  const Graph& graph = *TRY(context.graph());
  const auto screening = TRY(screen(graph, logged->id));
  const auto counted = TRY(tally(graph, logged->id, context.now()));
  const auto entitlement = TRY(entitlement_of(graph, logged->id, context.now()));
  const auto& request = *logged->record.as<Request>();
  Table seats({"trustee", "seat", "vote", "reasons"});
  Json votes = Json::array();
  for (const auto& seat : counted.seats) {
    const std::string name = context.name_of(seat.trustee);
    const std::string reasons =
        seat.decision ? join(seat.decision->record.as<Decision>()->reasons, "; ") : "";
    seats.add({name, seat.mandatory ? "mandatory" : "", vote_of(seat, counted.state), reasons});
    votes.push(Json::object()
                   .set("trustee", print_id(seat.trustee))
                   .set("name", name)
                   .set("mandatory", seat.mandatory)
                   .set("vote", seat.decision
                                    ? Json(name_of(seat.decision->record.as<Decision>()->outcome))
                                    : Json())
                   .set("counted", seat.counted)
                   .set("reasons", reasons));
  }
  Answer answer;
  answer.json.set("id", print_id(logged->id))
      .set("index", logged->index)
      .set("time", print_time(logged->time))
      .set("by", logged->record.issuer)
      .set("for", print_id(screening.holding.version->id))
      .set("request", cli::json_of(request))
      .set("state", name_of(counted.state))
      .set("why", counted.why)
      .set("threshold", counted.threshold)
      .set("approvals", counted.approvals)
      .set("entitlement", json_of(entitlement))
      .set("seats", std::move(votes))
      .set("assessment", cli::json_of(screening.assessment));
  Facts facts;
  facts.add("request", context.name_of(logged->id));
  facts.add("id", print_id(logged->id));
  facts.add("asked by", context.name_of_issuer(logged->record.issuer));
  facts.add("for", context.name_of(screening.holding.version->id));
  add_content(facts, request);
  if (const auto before = logged->record.first(Role::previous)) {
    facts.add("in place of", context.name_of(*before));
  }
  facts.add("state", fmt::format("{}: {}", name_of(counted.state), counted.why));
  if (entitlement.state != EntitlementState::none) {
    facts.add("releases", fmt::format("{}: {}", name_of(entitlement.state), entitlement.why));
  }
  answer.text = facts.print() + "\n" + terms::explain(screening.assessment, language);
  if (screening.assessment.answer != terms::Answer::deny) {
    answer.text += terms::explain_floor(screening.floor, language);
  }
  answer.text += "\n" + seats.print();
  if (const auto stuck = why_stuck(counted); !stuck.empty()) answer.notes.push_back(stuck);
  answer.next = next_steps(context, screening, counted);
  return answer;
}

}  // namespace

void add_request_show(Commands& commands, CLI::App& noun) {
  const auto text = std::make_shared<std::string>();
  const auto language = std::make_shared<std::string>();
  auto& verb = commands.verb(
      noun, "show",
      {.line = "where a request stands: assessment, seats, what can follow",
       .examples = {"usufruct request show ask"}},
      [text, language](Context& context) { return show_request(context, *text, *language); });
  verb.add_option("REQUEST", *text, "label or id")->required();
  add_language(verb, *language);
}

}  // namespace usufruct::cli
