#include "trustee/terms_history.h"

#include <algorithm>

#include "trustee/further_terms.h"
#include "trustee/quorum.h"
#include "trustee/terms/analysis.h"
#include "trustee/vocabularies.h"

namespace usufruct {

namespace {

/// Terms with the permit that further ones without any have by themselves.
Terms with_permit(Terms terms, TermsOf whose) {
  const bool has_permit =
      std::ranges::find(terms.rules, Effect::permit, &Rule::effect) != terms.rules.end();
  // No floor of their own is the loosest there is.
  if (whose == TermsOf::others && terms.floor.k == 0) terms.floor = {0, 10'000, 0};
  if (whose == TermsOf::others && !has_permit) terms.rules.push_back({"", Effect::permit, {}, {}});
  return terms;
}

/// The newest terms of the same chain as these.
LoggedPtr newest_like(const Graph& graph, const Logged& terms) {
  const auto id = terms.record.first(Role::governs);
  const auto governed = id ? graph.find(*id) : nullptr;
  if (!governed) return nullptr;
  if (governed->record.kind() == Kind::trust) {
    return newest_terms_of_trust(graph, *id, terms.record.as<Terms>()->law);
  }
  const bool is_owner = same_party(graph, terms.record.issuer, governed->record.issuer);
  return is_owner ? newest_terms(graph, *id)
                  : newest_terms_of_community(graph, *id, terms.record.issuer);
}

}  // namespace

TermsComparison comparison_with(const Graph& graph, const Logged* before, const Terms& after_them,
                                TermsOf whose) {
  if (before == nullptr) return TermsComparison::first;
  const Terms theirs = with_permit(*before->record.as<Terms>(), whose);
  const Terms after = with_permit(after_them, whose);
  const auto vocabulary = vocabulary_of(graph, before->record);
  if (!vocabulary || theirs.vocabulary_sha256 != after.vocabulary_sha256) {
    return TermsComparison::undecided;
  }
  terms::Budget budget = law_comparison_budget;
  switch (terms::diff(theirs, after, **vocabulary, budget).comparison) {
    case terms::Comparison::equal:
      return TermsComparison::equal;
    case terms::Comparison::narrower:
      return TermsComparison::narrower;
    case terms::Comparison::wider:
      return TermsComparison::wider;
    case terms::Comparison::incomparable:
      return TermsComparison::incomparable;
    case terms::Comparison::undecided:
      return TermsComparison::undecided;
  }
  return TermsComparison::undecided;
}

bool may_widen(TermsComparison comparison) {
  switch (comparison) {
    case TermsComparison::first:
    case TermsComparison::equal:
    case TermsComparison::narrower:
      return false;
    case TermsComparison::wider:
    case TermsComparison::incomparable:
    case TermsComparison::undecided:
      return true;
  }
  return true;
}

std::string_view name_of(TermsState state) {
  switch (state) {
    case TermsState::in_force:
      return "in-force";
    case TermsState::not_yet:
      return "not-yet";
    case TermsState::over:
      return "over";
    case TermsState::withdrawn:
      return "withdrawn";
    case TermsState::superseded:
      return "superseded";
  }
  return "unknown";
}

TermsState state_of_terms(const Graph& graph, const Logged& terms, Time at) {
  const auto newest = newest_like(graph, terms);
  if (newest && newest->id != terms.id) return TermsState::superseded;
  if (is_withdrawn(graph, terms.id)) return TermsState::withdrawn;
  if (holds_at(terms.record, at)) return TermsState::in_force;
  return at < terms.record.valid_from ? TermsState::not_yet : TermsState::over;
}

std::vector<LoggedPtr> terms_history(const Graph& graph, const RecordId& dataset) {
  const auto owned = graph.find(dataset);
  auto history = graph.referring(dataset, Role::governs);
  std::erase_if(history, [&](const auto& one) {
    return !owned || one->record.kind() != Kind::terms ||
           !same_party(graph, one->record.issuer, owned->record.issuer);
  });
  return history;
}

std::vector<RecordId> open_with_votes(const Graph& graph, const Logged& governed, Time at) {
  std::vector<RecordId> datasets{governed.id};
  if (governed.record.kind() == Kind::trust) {
    datasets.clear();
    for (const auto& edge : graph.edges_to(governed.id, Role::held_by)) {
      datasets.push_back(edge.from);
    }
  }
  std::vector<RecordId> open;
  for (const auto& dataset : datasets) {
    for (const auto& version : graph.edges_to(dataset, Role::of)) {
      for (const auto& request : graph.edges_to(version.from, Role::for_)) {
        const auto counted = tally(graph, request.from, at);
        if (!counted) continue;
        const bool is_open =
            counted->state == CaseState::in_review || counted->state == CaseState::approved;
        if (is_open && std::ranges::any_of(counted->seats, &Seat::counted)) {
          open.push_back(request.from);
        }
      }
    }
  }
  return open;
}

}  // namespace usufruct
