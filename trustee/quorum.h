#pragma once

#include <string>
#include <vector>

#include "ledger/view/graph.h"
#include "trustee/further_terms.h"
#include "trustee/holdings.h"
#include "trustee/terms/evaluate.h"

namespace usufruct {

/// What the terms say of a request, as of the graph: judged at the ledger time of the request, so
/// that every trustee and every auditor judges the same thing. Why there may be none: Error.
struct Screening {
  LoggedPtr request;
  Holding holding;
  LoggedPtr terms;
  std::vector<FurtherRecord> further;  ///< what holds besides
  Floor floor;                         ///< the strictest of them all
  terms::Assessment assessment;
  Digest digest;  ///< what a decision must cite
};
enum class Suggest { no, yes };
Result<Screening> screen(const Graph& graph, const RecordId& request,
                         Suggest suggest = Suggest::yes);

/// What the terms would say of a request that is not logged yet, made by `requester` at `at`.
Result<Screening> screen_draft(const Graph& graph, const Record& request, const Logged& requester,
                               Time at);

/// Where a request stands (specs/quorum.md §3, specs/lifecycles/request.yaml).
enum class CaseState {
  in_review,
  approved,
  returned,  ///< changes are asked for, and without them it cannot be approved
  rejected_by_terms,
  rejected_by_trustees,
  withdrawn,
  resubmitted,  ///< the trainer asked again in its place: closed, its votes are void
  lapsed,
  ended,  ///< was approved, but what it stood on was withdrawn or changed, or its term is over
};
std::string_view name_of(CaseState state);

/// One trustee's seat and what was done with it.
struct Seat {
  RecordId trustee;  ///< party
  bool mandatory = false;
  LoggedPtr decision;    ///< null: not voted
  bool counted = false;  ///< false: it judged an assessment that is no longer the one
};

struct Tally {
  CaseState state = CaseState::in_review;
  std::string why;  ///< one sentence for a person
  std::size_t threshold = 0;
  std::vector<Seat> seats;
  /// A community that must approve has no seat: nobody can approve the request.
  bool is_unseated = false;
  std::size_t approvals = 0;
  /// The approvals there can still be, with those there are: nobody votes twice, though the vote is
  /// void.
  std::size_t approvals_possible = 0;
  /// Those are enough, and every mandatory seat can be among them.
  bool can_approve = false;
  std::size_t denials = 0;
  std::size_t returns = 0;
};

/// The right to one request's release. Only grant_of() makes one; it is derived, never stored.
class Grant {
 public:
  const Screening& screening() const { return screening_; }
  const Tally& tally() const { return tally_; }

 private:
  friend Result<Grant> grant_of(const Graph& graph, const RecordId& request, Time at);
  Grant(Screening screening, Tally tally)
      : screening_(std::move(screening)), tally_(std::move(tally)) {}

  Screening screening_;
  Tally tally_;
};

/// The seats of the trust, each with its vote on a request; which of them count is not said.
std::vector<Seat> seats_on(const Graph& graph, const Logged& trust, const RecordId& request);

/// The request that was made in place of this one, or null.
LoggedPtr resubmission_of(const Graph& graph, const RecordId& request);

/// Counts the votes on a request as of the graph and a moment. A vote counts when it cites today's
/// assessment of the request; recusal never lowers the threshold; a mandatory seat can veto. A
/// request that its trainer closed has a tally whatever became of the terms, without seats where
/// there are none; every other needs a screening.
Result<Tally> tally(const Graph& graph, const RecordId& request, Time at);

/// The grant, if it stands at `at`; else `denied` with the reason and the rule.
Result<Grant> grant_of(const Graph& graph, const RecordId& request, Time at);

}  // namespace usufruct
