#include <fmt/format.h>

#include <algorithm>

#include "trustee/entitlement.h"
#include "trustee/law/rules.h"
#include "trustee/quorum.h"
#include "trustee/vocabularies.h"

// Asking, deciding, using.

namespace usufruct::law {
namespace {

/// Each word of a request is held against each of terms: a bound on what one record costs
/// everybody.
constexpr std::size_t request_words_max = 256;

bool withdrawn_at_the_source(const Case& it, const Holding& holding) {
  return is_withdrawn(it.graph, holding.version->id) ||
         is_withdrawn(it.graph, holding.dataset->id) || is_withdrawn(it.graph, holding.trust->id);
}

/// The request a used record was granted under, for a release; none for a model.
LoggedPtr request_behind(const Case& it, const Logged& used) {
  const auto request = used.record.first(Role::under);
  return request ? it.graph.find(*request) : nullptr;
}

Result<void> check_used_release(const Case& it, const Run& run, const Logged& used) {
  const auto to = used.record.first(Role::to);
  const auto recipient = to ? newest_party(it.graph, *to) : nullptr;
  if (!recipient || !same_party(it.graph, recipient->record.issuer, it.record.issuer)) {
    return refuse("run-recipient",
                  fmt::format("release {} went to '{}', not to the issuer", print_short(used.id),
                              recipient ? recipient->record.as<Party>()->name : "nobody"));
  }
  const auto request = request_behind(it, used);
  const auto from = used.record.first(Role::from);
  const auto holding = from ? holding_of(it.graph, *from) : std::nullopt;
  if (!request || request->record.kind() != Kind::request || !holding) {
    return refuse("run-action", "what the release was granted for is not in the log");
  }
  const auto& asked = *request->record.as<Request>();
  const auto vocabulary = vocabulary_for(it.graph, holding->dataset->id, used.index);
  const auto granted = [&](const std::string& action) {
    return vocabulary &&
           (*vocabulary)->contains(terms::Scheme::action, action, action_of(run.type));
  };
  if (std::ranges::none_of(asked.actions, granted)) {
    return refuse("run-action",
                  fmt::format("'{}' is none of the actions granted: {}", action_of(run.type),
                              fmt::join(asked.actions, ", ")),
                  "ask for that action");
  }
  const Time end = used.time.plus_days(asked.duration_days);
  // Ledger time: a claimed one could be set back.
  if (asked.duration_days != 0 && (it.candidate.time >= end || run.started_at >= end)) {
    return refuse("run-term", fmt::format("the use of release {} ended at {}", print_short(used.id),
                                          print_time(end)));
  }
  if (is_withdrawn(it.graph, request->id) || withdrawn_at_the_source(it, *holding)) {
    return refuse("run-withdrawn",
                  fmt::format("what release {} was made from was withdrawn", print_short(used.id)));
  }
  return {};
}

/// What can follow a vote that is cast: it stands, or it is void and nobody votes twice.
std::string after_vote(const Logged& vote, const Screening& now) {
  const std::string anew =
      fmt::format("usufruct request new {} FILE --resubmits {}",
                  print_short(now.holding.dataset->id), print_short(now.request->id));
  if (vote.record.as<Decision>()->assessment == now.digest) {
    return fmt::format("a changed mind needs a changed request: the trainer makes it, `{}`", anew);
  }
  const std::string since =
      now.terms->index > vote.index
          ? fmt::format("the terms changed at index {}", now.terms->index)
          : std::string("a licence changed, or what a trust, a law or a community asks");
  return fmt::format("that vote is void since {}; only a request anew goes on: `{}`", since, anew);
}

/// A request in place of an earlier one, which is closed by it. So the earlier one must not be
/// closed already: else one could be continued in two. Nor may it stand granted: a grant ends
/// because its trainer says so (a withdrawal), not because it asks for something else too.
Result<void> check_resubmission(const Case& it, const Holding& holding) {
  const auto before = named(it, Role::previous);
  const auto before_version = before->record.first(Role::for_);
  const auto before_holding = before_version ? holding_of(it.graph, *before_version) : std::nullopt;
  if (!issued_by_same(it, *before) || !before_holding ||
      before_holding->dataset->id != holding.dataset->id) {
    return refuse("request-previous", "the earlier request is another party's or for other data");
  }
  const auto counted = tally(it.graph, before->id, it.candidate.time);
  // What no terms judge now is not granted, and was not closed either.
  if (!counted) return {};
  switch (counted->state) {
    case CaseState::in_review:
    case CaseState::returned:
    case CaseState::rejected_by_terms:
    case CaseState::rejected_by_trustees:
    case CaseState::lapsed:
    case CaseState::ended:
      return {};
    case CaseState::approved:
      return refuse("request-previous", "the earlier request is granted: " + counted->why,
                    "ask for more in a request of its own, or withdraw the granted one first");
    case CaseState::withdrawn:
    case CaseState::resubmitted:
      return refuse("request-previous", "the earlier request is closed: " + counted->why,
                    "continue the newest, or ask in a request of its own");
  }
  return refuse("request-previous", "the earlier request is in no state that is known");
}

}  // namespace

std::string_view action_of(RunType type) {
  switch (type) {
    case RunType::train:
      return "ai-training";
    case RunType::finetune:
      return "ai-fine-tuning";
    case RunType::evaluate:
      return "ai-evaluation";
    case RunType::index:
      return "index";
    case RunType::transform:
    case RunType::merge:
    case RunType::quantise:
      return "transform";
    case RunType::generate:
      return "ai-synthetic";
  }
  return "use";
}

Result<void> check_request(const Case& it, const Request& request) {
  if (request.purposes.empty() || request.actions.empty()) {
    return refuse("request-complete", "a request says what for and what will be done");
  }
  for (const auto* words : {&request.purposes, &request.actions, &request.recipients,
                            &request.jurisdictions, &request.attestations, &request.flags}) {
    if (words->size() <= request_words_max) continue;
    return refuse("request-complete",
                  fmt::format("a list of {} words asks for everything at once", words->size()),
                  fmt::format("name at most {} of a kind", request_words_max));
  }
  const auto holding = holding_of(it.graph, *it.record.first(Role::for_));
  if (!holding || withdrawn_at_the_source(it, *holding)) {
    return refuse("request-open", "the version, its dataset or its trust was withdrawn");
  }
  const auto terms = terms_in_force(it.graph, holding->dataset->id);
  if (!terms || !holds_at(terms->record, it.candidate.time)) {
    return refuse("request-open", "no terms are in force for the dataset",
                  "the owner sets terms first");
  }
  if (it.record.first(Role::previous)) return check_resubmission(it, *holding);
  return {};
}

Result<void> check_decision(const Case& it, const Decision& decision) {
  const auto request = named(it, Role::on);
  const auto screening = screen(it.graph, request->id, Suggest::no);
  if (!screening) return refuse("decision-open", screening.error().message);
  if (!seat_of(it.graph, *screening->holding.trust, it.record.issuer)) {
    return refuse("decision-trustee", "the issuer is no trustee of the trust that holds the data",
                  "`usufruct request show` lists who has a seat");
  }
  for (const auto& earlier : it.graph.referring(request->id, Role::on)) {
    if (earlier->record.kind() == Kind::decision && issued_by_same(it, *earlier)) {
      return refuse("decision-second-vote",
                    fmt::format("the issuer voted already, in {}", print_short(earlier->id)),
                    after_vote(*earlier, *screening));
    }
  }
  if (decision.assessment != screening->digest) {
    return refuse("decision-assessment",
                  "the decision judges something else than this request under these terms",
                  "look at the request again and decide on what it says now");
  }
  if (decision.outcome == Outcome::approve && screening->assessment.answer == terms::Answer::deny) {
    return refuse("decision-forbidden", "the terms deny this request; trustees cannot approve it");
  }
  const auto counted = TRY(tally(it.graph, request->id, it.candidate.time));
  if (counted.state != CaseState::in_review) {
    return refuse("decision-open", fmt::format("the request is not in review: {}", counted.why),
                  "`usufruct request show` says what can follow");
  }
  const auto root = it.graph.root_at(decision.checkpoint_size);
  if (decision.checkpoint_size <= request->index || !root || root != decision.checkpoint_root) {
    return refuse("decision-checkpoint",
                  fmt::format("no state of this log of size {} has that root and holds the request",
                              decision.checkpoint_size),
                  "the trustee was shown another log: keep its checkpoint as evidence");
  }
  if (decision.outcome != Outcome::approve && decision.reasons.empty()) {
    return refuse("decision-reasons", "a denial, return or recusal gives its reasons");
  }
  return {};
}

Result<void> check_run(const Case& it, const Run& run) {
  for (const auto& id : it.record.all(Role::used)) {
    const auto used = it.graph.find(id);
    if (used->record.kind() == Kind::release) {
      CHECK_OK(check_used_release(it, run, *used));
    } else if (!issued_by_same(it, *used)) {
      return refuse(
          "run-recipient",
          fmt::format("model {} was made by another party than the issuer", print_short(id)));
    }
  }
  return {};
}

}  // namespace usufruct::law
