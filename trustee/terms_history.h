#pragma once

#include <string_view>
#include <vector>

#include "trustee/holdings.h"
#include "trustee/terms/solver.h"

namespace usufruct {

/// Work spent on comparing terms where the law asks for it: some 50 ms. The same for everybody, so
/// that all find the same.
inline constexpr terms::Budget law_comparison_budget{.steps = 2'000'000};

/// Others' terms, further ones, permit without a permit what they do not speak of.
enum class TermsOf : std::uint8_t { owner, others };

/// How terms stand to those they take the place of, null when there are none: what their record
/// must say of itself (rule terms-comparison). Of what they permit and ask; when a record holds is
/// not part of it. Terms in other words than those before are `undecided`: a word may mean more.
TermsComparison comparison_with(const Graph& graph, const Logged* before, const Terms& after,
                                TermsOf whose = TermsOf::owner);

/// Whether terms permit something that those before them did not, or may do so.
bool may_widen(TermsComparison comparison);

/// Where a record of terms stands at a moment (specs/lifecycles/terms.yaml).
enum class TermsState {
  in_force,
  not_yet,     ///< holds from a later moment on
  over,        ///< held until an earlier moment
  withdrawn,   ///< taken back: nothing is permitted until newer terms are set
  superseded,  ///< newer ones took its place, whatever became of those
};
std::string_view name_of(TermsState state);
TermsState state_of_terms(const Graph& graph, const Logged& terms, Time at);

/// Every record of terms that its owner ever set for a dataset, oldest first. Cost: one look at
/// each.
std::vector<LoggedPtr> terms_history(const Graph& graph, const RecordId& dataset);

/// Requests in review or approved with votes that count, for what a dataset or a trust holds: newer
/// terms void these. Cost: a look at each request for it.
std::vector<RecordId> open_with_votes(const Graph& graph, const Logged& governed, Time at);

}  // namespace usufruct
