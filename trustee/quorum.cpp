#include "trustee/quorum.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "ledger/record/names.h"
#include "trustee/vocabularies.h"

namespace usufruct {
namespace {

Result<Holding> holding_for(const Graph& graph, const Record& request) {
  const auto version = request.first(Role::for_);
  auto holding = version ? holding_of(graph, *version) : std::nullopt;
  if (!holding) return not_found("the request names no version that this log holds");
  return *holding;
}

Result<Screening> screen_at(const Graph& graph, const Record& request, const RecordId& request_id,
                            const Logged& requester, Time at, Suggest suggest) {
  Screening screening;
  screening.holding = TRY(holding_for(graph, request));
  screening.terms = terms_in_force(graph, screening.holding.dataset->id);
  if (!screening.terms || !holds_at(screening.terms->record, at)) {
    return denied("no terms are in force for the dataset", "the owner sets terms first",
                  "request-open");
  }
  const auto licences = licences_heard(graph, screening.holding, at);
  const auto vocabulary = TRY(vocabulary_of(graph, screening.terms->record));
  const terms::Context context{
      .request = *request.as<Request>(),
      .requester = *requester.record.as<Party>(),
      .requester_id = requester.id,
      .at = at,
      .vocabulary = *vocabulary,
  };
  const auto assess = suggest == Suggest::yes ? &terms::assess : &terms::assess_briefly;
  screening.assessment = assess(*screening.terms->record.as<Terms>(), licences, context);
  screening.digest = terms::digest_of(screening.assessment, request_id, screening.terms->id);
  return screening;
}

/// Whether a refusal, or the finding that it never was valid, took the place of an earlier consent:
/// that is withdrawing it too.
bool ends_another(const Logged& logged) {
  const auto* consent = logged.record.as<Consent>();
  return consent && ends_consent(consent->status) &&
         logged.record.first(Role::supersedes).has_value();
}

/// Where the oldest consent on a dataset that was withdrawn after an entry of the log was
/// withdrawn. Cost: what was withdrawn and consented to since that entry, however many consents
/// there are.
std::optional<std::uint64_t> consent_withdrawn_after(const Graph& graph, const RecordId& dataset,
                                                     std::uint64_t index) {
  std::map<std::uint64_t, std::uint64_t> withdrawn_at;  // by the index of the consent
  graph.visit_kind(Kind::withdrawal, Order::newest_first,
                   [&](std::uint64_t at, const RecordId& id) {
                     if (at <= index) return false;
                     const auto withdrawal = graph.find(id);
                     if (!withdrawal) return true;
                     for (const auto& target : withdrawal->record.all(Role::revokes)) {
                       const auto record = graph.find(target);
                       if (!record || record->index >= at) continue;
                       const auto covered = record->record.all(Role::covers);
                       if (std::ranges::find(covered, dataset) == covered.end()) continue;
                       withdrawn_at.emplace(record->index, at);
                     }
                     return true;
                   });
  graph.visit_edges(dataset, Role::covers, Order::newest_first, [&](const Edge& edge) {
    if (edge.index <= index) return false;
    const auto consent = graph.find(edge.from);
    if (consent && ends_another(*consent)) withdrawn_at[edge.index] = edge.index;
    return true;
  });
  if (withdrawn_at.empty()) return std::nullopt;
  return withdrawn_at.begin()->second;
}

/// Why a grant that the trustees gave does not stand (any more); empty when it does.
std::string why_ended(const Graph& graph, const Screening& screening, std::uint64_t granted_index,
                      Time at) {
  const auto& holding = screening.holding;
  for (const auto& [record, what] :
       {std::pair{holding.version, "version"}, std::pair{holding.dataset, "dataset"},
        std::pair{holding.trust, "trust"}}) {
    if (is_withdrawn(graph, record->id)) return fmt::format("the {} was withdrawn", what);
  }
  const auto& request = *screening.request->record.as<Request>();
  if (request.duration_days != 0 &&
      at >= screening.request->time.plus_days(request.duration_days)) {
    return fmt::format("the {} days asked for are over", request.duration_days);
  }
  if (!holds_at(screening.terms->record, at)) return "the terms are not valid any more";
  if (screening.terms->record.as<Terms>()->after_withdrawal != AfterWithdrawal::ask_again) {
    return {};
  }
  if (const auto index = consent_withdrawn_after(graph, holding.dataset->id, granted_index)) {
    return fmt::format(
        "a data subject withdrew consent at index {}, after the grant; the terms say to ask again",
        *index);
  }
  return {};
}

std::vector<Seat> seats_of(const Graph& graph, const Screening& screening) {
  const Logged& trust = *screening.holding.trust;
  const auto mandatory = trust.record.all(Role::mandatory_seat);
  std::vector<Seat> seats;
  for (const auto& trustee : trustees_of(trust)) {
    const bool must = std::ranges::find(mandatory, trustee) != mandatory.end();
    seats.push_back({trustee, must, nullptr, false});
  }
  for (const auto& decision : graph.referring(screening.request->id, Role::on)) {
    if (decision->record.kind() != Kind::decision) continue;
    for (auto& seat : seats) {
      const auto party = newest_party(graph, seat.trustee);
      if (!party || !same_party(graph, party->record.issuer, decision->record.issuer)) continue;
      seat.decision = decision;
      seat.counted = decision->record.as<Decision>()->assessment == screening.digest;
    }
  }
  return seats;
}

Outcome outcome_of(const Seat& seat) { return seat.decision->record.as<Decision>()->outcome; }

/// The index at which the k-th counted approval was logged.
std::uint64_t granted_at(const Tally& tally) {
  std::vector<std::uint64_t> indices;
  for (const auto& seat : tally.seats) {
    if (seat.counted && outcome_of(seat) == Outcome::approve) {
      indices.push_back(seat.decision->index);
    }
  }
  std::ranges::sort(indices);
  return indices.back();
}

void decide(const Graph& graph, const Screening& screening, Time at, Tally& tally) {
  const auto& trust = *screening.holding.trust->record.as<Trust>();
  const std::size_t count = tally.seats.size();
  bool mandatory_missing = false;
  bool vetoed = false;
  for (const auto& seat : tally.seats) {
    const bool approved = seat.counted && outcome_of(seat) == Outcome::approve;
    const bool denied = seat.counted && outcome_of(seat) == Outcome::deny;
    tally.approvals += approved ? 1 : 0;
    tally.denials += denied ? 1 : 0;
    mandatory_missing |= seat.mandatory && !approved;
    vetoed |= seat.mandatory && denied;
  }
  const auto set = [&](CaseState state, std::string why) {
    tally.state = state;
    tally.why = std::move(why);
  };
  const Logged& request = *screening.request;
  const bool auto_approved = trust.auto_approve == AutoApprove::permitted &&
                             screening.assessment.answer == terms::Answer::permit;
  const bool quorum =
      tally.approvals > 0 && tally.approvals >= trust.threshold && !mandatory_missing;
  if (is_withdrawn(graph, request.id)) {
    set(CaseState::withdrawn, "the trainer withdrew the request");
  } else if (screening.assessment.answer == terms::Answer::deny) {
    set(CaseState::rejected_by_terms, "the terms deny it");
  } else if (vetoed) {
    set(CaseState::rejected_by_trustees, "a mandatory seat denied it");
  } else if (tally.denials > count - trust.threshold) {
    set(CaseState::rejected_by_trustees,
        fmt::format("{} of {} trustees denied it: {} approvals cannot be reached", tally.denials,
                    count, trust.threshold));
  } else if (quorum || auto_approved) {
    const std::uint64_t index = quorum ? granted_at(tally) : request.index;
    std::string ended = why_ended(graph, screening, index, at);
    if (ended.empty()) {
      set(CaseState::approved, quorum ? fmt::format("{} of {} trustees approved it, {} were needed",
                                                    tally.approvals, count, trust.threshold)
                                      : "the charter lets the terms decide, and they permit it");
    } else {
      set(CaseState::ended, std::move(ended));
    }
  } else if (trust.deadline_days != 0 && at >= request.time.plus_days(trust.deadline_days)) {
    set(CaseState::lapsed, fmt::format("{} days passed without a quorum", trust.deadline_days));
  } else {
    set(CaseState::in_review,
        fmt::format("{} of {} approvals{}", tally.approvals, trust.threshold,
                    mandatory_missing ? "; a mandatory seat has not approved" : ""));
  }
}

}  // namespace

std::string_view name_of(CaseState state) {
  switch (state) {
    case CaseState::in_review:
      return "in-review";
    case CaseState::approved:
      return "approved";
    case CaseState::rejected_by_terms:
      return "rejected-by-terms";
    case CaseState::rejected_by_trustees:
      return "rejected-by-trustees";
    case CaseState::withdrawn:
      return "withdrawn";
    case CaseState::lapsed:
      return "lapsed";
    case CaseState::ended:
      return "ended";
  }
  return "unknown";
}

Result<Screening> screen(const Graph& graph, const RecordId& id, Suggest suggest) {
  auto request = graph.find(id);
  if (!request || request->record.kind() != Kind::request) {
    return not_found(fmt::format("{} is not a request in this log", print_id(id)));
  }
  // As the trainer was registered then: a later record changes no assessment.
  const auto requester = party_before(graph, request->record.issuer, request->index);
  if (!requester) return not_found("the trainer is not registered");
  Screening screening =
      TRY(screen_at(graph, request->record, id, *requester, request->time, suggest));
  screening.request = std::move(request);
  return screening;
}

Result<Screening> screen_draft(const Graph& graph, const Record& request, const Logged& requester,
                               Time at) {
  return screen_at(graph, request, RecordId{}, requester, at, Suggest::yes);
}

Result<Tally> tally(const Graph& graph, const RecordId& request, Time at) {
  const Screening screening = TRY(screen(graph, request, Suggest::no));
  Tally tally;
  tally.threshold = screening.holding.trust->record.as<Trust>()->threshold;
  tally.seats = seats_of(graph, screening);
  decide(graph, screening, at, tally);
  return tally;
}

Result<Grant> grant_of(const Graph& graph, const RecordId& request, Time at) {
  Screening screening = TRY(screen(graph, request, Suggest::no));
  Tally counted = TRY(tally(graph, request, at));
  if (counted.state != CaseState::approved) {
    return denied(
        fmt::format("the request is not granted ({}): {}", name_of(counted.state), counted.why),
        counted.state == CaseState::in_review
            ? "the trustees decide with `usufruct decision new`"
            : "a changed request can be made with `usufruct request new --previous`",
        "release-grant");
  }
  return Grant(std::move(screening), std::move(counted));
}

}  // namespace usufruct
