#include "trustee/basis.h"

#include "trustee/vocabularies.h"

namespace usufruct {

std::vector<RecordId> Basis::further_ids() const {
  std::vector<RecordId> ids;
  for (const auto& one : further) ids.push_back(one.record->id);
  return ids;
}

Result<Basis> basis_for(const Graph& graph, const RecordId& version, Time at) {
  auto holding = holding_of(graph, version);
  if (!holding) return not_found("the request names no version that this log holds");
  Basis basis{.holding = *std::move(holding)};
  basis.terms = terms_in_force(graph, basis.holding.dataset->id);
  if (!basis.terms || !holds_at(basis.terms->record, at)) {
    return denied("no terms are in force for the dataset", "the owner sets terms first",
                  "request-open");
  }
  basis.licences = licences_heard(graph, basis.holding, at);
  basis.vocabulary = TRY(vocabulary_of(graph, basis.terms->record));
  basis.further = TRY(further_terms(graph, basis.holding, at));
  return basis;
}

}  // namespace usufruct
