#include "trustee/quorum.h"

#include <fmt/format.h>

#include "trustee/basis.h"
#include "trustee/consents.h"

namespace usufruct {
namespace {

Result<Screening> screen_at(const Graph& graph, const Record& request, const RecordId& request_id,
                            const Logged& requester, Time at, std::uint64_t size, Suggest suggest) {
  const auto version = request.first(Role::for_);
  Basis basis = TRY(basis_for(graph, version ? *version : RecordId{}, at));
  const terms::Context context{
      .request = *request.as<Request>(),
      .requester = *requester.record.as<Party>(),
      .requester_id = requester.id,
      .at = at,
      .vocabulary = *basis.vocabulary,
  };
  const auto consents = consents_for(graph, *basis.holding.dataset, context, size);
  const auto assess = suggest == Suggest::yes ? &terms::assess : &terms::assess_briefly;
  const auto further = borrowed(basis.further);
  Screening screening;
  screening.floor = terms::strictest_floor(basis.owner_terms(), further);
  screening.assessment = assess(basis.owner_terms(), basis.licences, context, further, consents);
  screening.digest =
      terms::digest_of(screening.assessment, request_id, basis.terms->id, basis.further_ids());
  screening.holding = std::move(basis.holding);
  screening.terms = std::move(basis.terms);
  screening.further = std::move(basis.further);
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
  Screening screening = TRY(
      screen_at(graph, request->record, id, *requester, request->time, request->index, suggest));
  screening.request = std::move(request);
  return screening;
}

Result<Screening> screen_draft(const Graph& graph, const Record& request, const Logged& requester,
                               Time at) {
  return screen_at(graph, request, RecordId{}, requester, at, graph.size(), Suggest::yes);
}

}  // namespace usufruct
