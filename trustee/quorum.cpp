#include "trustee/quorum.h"

#include <fmt/format.h>

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
  screening.further = TRY(further_terms(graph, screening.holding, at));
  const auto further = borrowed(screening.further);
  const Terms& terms = *screening.terms->record.as<Terms>();
  screening.floor = terms::strictest_floor(terms, further);
  screening.assessment = assess(terms, licences, context, further);
  std::vector<RecordId> ids;
  for (const auto& one : screening.further) ids.push_back(one.record->id);
  screening.digest = terms::digest_of(screening.assessment, request_id, screening.terms->id, ids);
  return screening;
}

}  // namespace

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

}  // namespace usufruct
