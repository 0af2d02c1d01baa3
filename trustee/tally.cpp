// How votes are counted, and what they come to (trustee/quorum.h).
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "trustee/quorum.h"

namespace usufruct {
namespace {

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

/// What the seats come to, beside the counts in the tally.
struct Votes {
  bool mandatory_missing = false;  ///< a mandatory seat has not approved
  bool vetoed = false;             ///< one denied
};

Votes count_votes(Tally& tally) {
  Votes votes{.mandatory_missing = tally.is_unseated};
  bool mandatory_lost = tally.is_unseated;
  for (const auto& seat : tally.seats) {
    const auto counts_as = [&](Outcome outcome) {
      return seat.counted && outcome_of(seat) == outcome;
    };
    const bool approved = counts_as(Outcome::approve);
    // Nobody votes twice: a void vote approves nothing any more.
    const bool may_approve = approved || !seat.decision;
    tally.approvals += approved ? 1 : 0;
    tally.denials += counts_as(Outcome::deny) ? 1 : 0;
    tally.returns += counts_as(Outcome::return_) ? 1 : 0;
    tally.approvals_possible += may_approve ? 1 : 0;
    mandatory_lost |= seat.mandatory && !may_approve;
    votes.mandatory_missing |= seat.mandatory && !approved;
    votes.vetoed |= seat.mandatory && counts_as(Outcome::deny);
  }
  tally.can_approve = tally.approvals_possible >= tally.threshold && !mandatory_lost;
  return votes;
}

/// Whether something that the terms' answer rests on was set or taken back at `since` or later.
bool is_judged_anew(const Graph& graph, const Screening& screening, Time since) {
  const auto changed_since = [&](const Logged& record) {
    if (record.time >= since) return true;
    const auto taken_back = graph.referring(record.id, Role::revokes);
    return !taken_back.empty() && taken_back.back()->time >= since;
  };
  if (screening.terms->time >= since) return true;
  auto governed = with_all_inputs(graph, screening.holding.dataset);
  if (!governed) return true;
  governed->push_back(screening.holding.trust);
  for (const auto& one : *governed) {
    for (const auto& terms : graph.referring(one->id, Role::governs)) {
      if (terms->record.kind() == Kind::terms && changed_since(*terms)) return true;
    }
  }
  for (const auto& id : {screening.holding.dataset->id, screening.holding.version->id}) {
    for (const auto& licence : graph.referring(id, Role::on)) {
      if (licence->record.kind() != Kind::licence) continue;
      if (!is_heard(graph, screening.holding, *licence)) continue;
      if (changed_since(*licence)) return true;
    }
  }
  return false;
}

/// The charter's deadline for a request; none when it sets none.
std::optional<Time> deadline_of(const Trust& trust, const Logged& request) {
  if (trust.deadline_days == 0) return std::nullopt;
  return request.time.plus_days(trust.deadline_days);
}

/// What the terms alone decide, they decide before the deadline: a request that lapsed does not
/// come to life because the owner wrote something else later.
bool is_auto_approved(const Graph& graph, const Screening& screening, Time at) {
  const auto& trust = *screening.holding.trust->record.as<Trust>();
  if (trust.auto_approve != AutoApprove::permitted ||
      screening.assessment.answer != terms::Answer::permit) {
    return false;
  }
  const auto deadline = deadline_of(trust, *screening.request);
  return !deadline || at < *deadline || !is_judged_anew(graph, screening, *deadline);
}

/// Whether the trainer closed its request, and how.
bool decide_closed(const Graph& graph, const RecordId& request, Tally& tally) {
  if (const auto next = resubmission_of(graph, request)) {
    tally.state = CaseState::resubmitted;
    tally.why = fmt::format("the trainer asked again, in {}", print_short(next->id));
    return true;
  }
  if (!is_withdrawn(graph, request)) return false;
  tally.state = CaseState::withdrawn;
  tally.why = "the trainer withdrew the request";
  return true;
}

void decide_granted(const Graph& graph, const Screening& screening, bool quorum, Time at,
                    Tally& tally) {
  const std::uint64_t index = quorum ? granted_at(tally) : screening.request->index;
  tally.why = why_ended(graph, screening, index, at);
  tally.state = tally.why.empty() ? CaseState::approved : CaseState::ended;
  if (!tally.why.empty()) return;
  tally.why = quorum ? fmt::format("{} of {} trustees approved it, {} were needed", tally.approvals,
                                   tally.seats.size(), tally.threshold)
                     : "the charter lets the terms decide, and they permit it";
}

/// Communities whose labels do not let a request through must approve it, each of them. One that
/// has no seat in this trust (it labelled what the data were made from) cannot: nothing is
/// approved.
void seat_communities(const Graph& graph, const Screening& screening, Tally& tally) {
  const auto labels = static_cast<std::size_t>(terms::LayerKind::labels);
  if (screening.assessment.layers[labels].answer == terms::Answer::permit) return;
  for (const auto& further : screening.further) {
    if (further.layer != terms::LayerKind::labels) continue;
    bool has_seat = false;
    for (auto& seat : tally.seats) {
      const auto party = newest_party(graph, seat.trustee);
      if (!party || !same_party(graph, party->record.issuer, further.record->record.issuer)) {
        continue;
      }
      seat.mandatory = true;
      has_seat = true;
    }
    tally.is_unseated |= !has_seat;
  }
}

void decide(const Graph& graph, const Screening& screening, Time at, Tally& tally) {
  const auto& trust = *screening.holding.trust->record.as<Trust>();
  const std::size_t count = tally.seats.size();
  const bool is_closed = decide_closed(graph, screening.request->id, tally);
  if (tally.state == CaseState::resubmitted) {
    for (auto& seat : tally.seats) seat.counted = false;
  }
  const Votes votes = count_votes(tally);
  const auto set = [&](CaseState state, std::string why) {
    tally.state = state;
    tally.why = std::move(why);
  };
  const auto deadline = deadline_of(trust, *screening.request);
  const bool quorum =
      tally.approvals > 0 && tally.approvals >= trust.threshold && !votes.mandatory_missing;
  if (is_closed) return;
  if (screening.assessment.answer == terms::Answer::deny) {
    set(CaseState::rejected_by_terms, "the terms deny it");
  } else if (votes.vetoed) {
    set(CaseState::rejected_by_trustees, "a mandatory seat denied it");
  } else if (tally.denials > count - trust.threshold) {
    set(CaseState::rejected_by_trustees,
        fmt::format("{} of {} trustees denied it: {} approvals cannot be reached", tally.denials,
                    count, trust.threshold));
  } else if (quorum || is_auto_approved(graph, screening, at)) {
    decide_granted(graph, screening, quorum, at, tally);
  } else if (tally.returns > 0 && !tally.can_approve) {
    set(CaseState::returned,
        fmt::format("{} of {} trustees ask for changes: as it is it cannot be approved",
                    tally.returns, count));
  } else if (deadline && at >= *deadline) {
    set(CaseState::lapsed, fmt::format("{} days passed without a quorum", trust.deadline_days));
  } else {
    set(CaseState::in_review,
        fmt::format("{} of {} approvals{}", tally.approvals, trust.threshold,
                    votes.mandatory_missing ? "; a mandatory seat has not approved" : ""));
  }
}

}  // namespace

std::string_view name_of(CaseState state) {
  switch (state) {
    case CaseState::in_review:
      return "in-review";
    case CaseState::approved:
      return "approved";
    case CaseState::returned:
      return "returned";
    case CaseState::rejected_by_terms:
      return "rejected-by-terms";
    case CaseState::rejected_by_trustees:
      return "rejected-by-trustees";
    case CaseState::withdrawn:
      return "withdrawn";
    case CaseState::resubmitted:
      return "resubmitted";
    case CaseState::lapsed:
      return "lapsed";
    case CaseState::ended:
      return "ended";
  }
  return "unknown";
}

std::vector<Seat> seats_on(const Graph& graph, const Logged& trust, const RecordId& request) {
  const auto mandatory = trust.record.all(Role::mandatory_seat);
  std::vector<Seat> seats;
  for (const auto& trustee : trustees_of(trust)) {
    const bool must = std::ranges::find(mandatory, trustee) != mandatory.end();
    seats.push_back({trustee, must, nullptr, false});
  }
  for (const auto& decision : graph.referring(request, Role::on)) {
    if (decision->record.kind() != Kind::decision) continue;
    for (auto& seat : seats) {
      const auto party = newest_party(graph, seat.trustee);
      if (!party || !same_party(graph, party->record.issuer, decision->record.issuer)) continue;
      seat.decision = decision;
    }
  }
  return seats;
}

LoggedPtr resubmission_of(const Graph& graph, const RecordId& request) {
  return graph.first_referring(request, Role::previous, Kind::request, Order::oldest_first);
}

Result<Tally> tally(const Graph& graph, const RecordId& request, Time at) {
  Tally tally;
  const auto screening = screen(graph, request, Suggest::no);
  if (!screening) {
    if (decide_closed(graph, request, tally)) return tally;
    return std::unexpected(screening.error());
  }
  const Logged& trust = *screening->holding.trust;
  tally.threshold = trust.record.as<Trust>()->threshold;
  tally.seats = seats_on(graph, trust, request);
  for (auto& seat : tally.seats) {
    seat.counted =
        seat.decision && seat.decision->record.as<Decision>()->assessment == screening->digest;
  }
  seat_communities(graph, *screening, tally);
  decide(graph, *screening, at, tally);
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
            : "a changed request can be made with `usufruct request new --resubmits`",
        "release-grant");
  }
  return Grant(std::move(screening), std::move(counted));
}

}  // namespace usufruct
