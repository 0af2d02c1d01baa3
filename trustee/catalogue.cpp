#include "trustee/catalogue.h"

namespace usufruct {
namespace {

/// The newest version of a dataset that was not withdrawn.
std::optional<Holding> newest_holding(const Graph& graph, const RecordId& dataset) {
  std::optional<Holding> newest;
  graph.visit_edges(dataset, Role::of, Order::newest_first, [&](const Edge& edge) {
    const auto record = graph.find(edge.from);
    if (!record || record->record.kind() != Kind::version || is_withdrawn(graph, edge.from)) {
      return true;
    }
    newest = holding_of(graph, edge.from);
    return !newest.has_value();
  });
  return newest;
}

}  // namespace

Catalogue Catalogue::of(const Graph& graph, Time at) {
  Catalogue catalogue;
  for (const auto& dataset : graph.of_kind(Kind::dataset)) {
    if (is_withdrawn(graph, dataset)) continue;
    auto holding = newest_holding(graph, dataset);
    if (!holding) continue;
    auto terms = terms_in_force(graph, dataset);
    if (!terms || !holds_at(terms->record, at)) continue;
    auto licences = licences_heard(graph, *holding, at);
    catalogue.shelf_.add(
        terms::Policy::of(*terms->record.as<Terms>(), licences, terms::Vocabulary::builtin()));
    catalogue.offers_.push_back({*std::move(holding), std::move(terms), std::move(licences)});
  }
  return catalogue;
}

}  // namespace usufruct
