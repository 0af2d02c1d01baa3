#include "trustee/catalogue.h"

#include <algorithm>

#include "trustee/consents.h"
#include "trustee/vocabularies.h"

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

/// A look at many offers at once needs no more: what is left out is for the screening to tell.
constexpr std::size_t consents_compiled_max = 16;
void keep_newest(terms::ConsentsHeard& consents) {
  if (consents.valid.size() <= consents_compiled_max) return;
  consents.valid.resize(consents_compiled_max);
  consents.is_whole = false;
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
    auto vocabulary = vocabulary_of(graph, terms->record);
    if (!vocabulary) continue;
    auto licences = licences_heard(graph, *holding, at);
    auto further = further_terms(graph, *holding, at);
    if (!further) continue;
    auto consents = consents_heard(graph, *holding->dataset, at, graph.size());
    keep_newest(consents);
    const bool is_foreign = std::ranges::any_of(*further, [&](const FurtherRecord& one) {
      return !one.vocabulary || one.vocabulary->digest() != (*vocabulary)->digest();
    });
    Shelf& shelf = catalogue.shelf_for(*vocabulary);
    (is_foreign ? catalogue.apart_ : shelf.offers).push_back(catalogue.offers_.size());
    if (!is_foreign) {
      shelf.policies.add(terms::Policy::of(*terms->record.as<Terms>(), licences, **vocabulary,
                                           borrowed(*further), consents));
    }
    catalogue.offers_.push_back({*std::move(holding), std::move(terms), *std::move(vocabulary),
                                 std::move(licences), *std::move(further), std::move(consents)});
  }
  return catalogue;
}

Catalogue::Shelf& Catalogue::shelf_for(const std::shared_ptr<const terms::Vocabulary>& vocabulary) {
  const auto there = std::ranges::find_if(shelves_, [&](const Shelf& shelf) {
    return shelf.vocabulary->digest() == vocabulary->digest();
  });
  if (there != shelves_.end()) return *there;
  return shelves_.emplace_back(Shelf{vocabulary, {}, {}});
}

std::vector<terms::Answer> Catalogue::ask(const terms::Context& context) const {
  std::vector<terms::Answer> answers(offers_.size(), terms::Answer::abstain);
  for (const auto& shelf : shelves_) {
    const terms::Question question({.request = context.request,
                                    .requester = context.requester,
                                    .requester_id = context.requester_id,
                                    .at = context.at,
                                    .vocabulary = *shelf.vocabulary});
    const auto said = shelf.policies.ask_all(question);
    for (std::size_t i = 0; i < said.size(); ++i) answers[shelf.offers[i]] = said[i];
  }
  for (const std::size_t i : apart_) {
    const Offer& offer = offers_[i];
    answers[i] = terms::assess_briefly(*offer.terms->record.as<Terms>(), offer.licences,
                                       terms::in_words(context, *offer.vocabulary),
                                       borrowed(offer.further), offer.consents)
                     .answer;
  }
  return answers;
}

}  // namespace usufruct
