#include "trustee/further_terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "trustee/vocabularies.h"

namespace usufruct {
namespace {

/// The records of terms about something, newest first, until one is wanted no more.
void visit_terms(const Graph& graph, const RecordId& governed,
                 const std::function<bool(const LoggedPtr&)>& visit) {
  graph.visit_edges(governed, Role::governs, Order::newest_first, [&](const Edge& edge) {
    const auto record = graph.find(edge.from);
    return !record || record->record.kind() != Kind::terms || visit(record);
  });
}

/// The newest of each chain, by what tells chains apart.
template <class KeyOf>
std::vector<LoggedPtr> newest_by(const Graph& graph, const RecordId& governed, KeyOf key_of) {
  std::vector<LoggedPtr> newest;
  std::set<std::string> seen;
  visit_terms(graph, governed, [&](const LoggedPtr& record) {
    const std::optional<std::string> key = key_of(*record);
    if (key && seen.insert(*key).second) newest.push_back(record);
    return true;
  });
  return newest;
}

}  // namespace

Result<std::vector<LoggedPtr>> with_all_inputs(const Graph& graph, const LoggedPtr& dataset) {
  std::vector<LoggedPtr> found{dataset};
  std::set<RecordId> seen{dataset->id};
  for (std::size_t next = 0; next < found.size(); ++next) {
    for (auto& input : inputs_of(graph, found[next]->id)) {
      if (!seen.insert(input->id).second) continue;
      if (found.size() == datasets_looked_at_max) {
        return denied(fmt::format("the data are made from more than {} datasets: not all of their "
                                  "labels can be looked at",
                                  datasets_looked_at_max),
                      "make them in steps, each released by itself", "request-open");
      }
      found.push_back(std::move(input));
    }
  }
  return found;
}

Result<std::vector<FurtherRecord>> further_terms(const Graph& graph, const Holding& holding,
                                                 Time at) {
  using terms::LayerKind;
  std::vector<FurtherRecord> further;
  const auto add = [&](const LoggedPtr& record, LayerKind layer) {
    if (is_withdrawn(graph, record->id) || !holds_at(record->record, at)) return;
    auto words = vocabulary_of(graph, record->record);
    further.push_back({record, layer, words ? *std::move(words) : nullptr});
  };
  const auto law_of = [](const Logged& record) {
    return std::optional(record.record.as<Terms>()->law);
  };
  for (const auto& record : newest_by(graph, holding.trust->id, law_of)) {
    add(record, law_of(*record)->empty() ? LayerKind::charter : LayerKind::law);
  }
  const auto datasets = TRY(with_all_inputs(graph, holding.dataset));
  for (const auto& dataset : datasets) {
    const auto community_of = [&](const Logged& record) -> std::optional<std::string> {
      if (same_party(graph, record.record.issuer, dataset->record.issuer)) return std::nullopt;
      const auto party = party_ever_of(graph, record.record.issuer);
      const auto newest = party ? newest_party(graph, party->id) : nullptr;
      return newest ? newest->record.issuer : record.record.issuer;
    };
    for (const auto& record : newest_by(graph, dataset->id, community_of)) {
      add(record, LayerKind::labels);
    }
  }
  std::ranges::sort(further, {}, [](const FurtherRecord& one) { return one.record->id; });
  return further;
}

std::vector<terms::FurtherTerms> borrowed(const std::vector<FurtherRecord>& further) {
  std::vector<terms::FurtherTerms> all;
  for (const auto& one : further)
    all.push_back({one.layer, one.record->record.as<Terms>(), one.vocabulary.get()});
  return all;
}

LoggedPtr newest_terms_of_trust(const Graph& graph, const RecordId& trust, std::string_view law) {
  LoggedPtr newest;
  visit_terms(graph, trust, [&](const LoggedPtr& record) {
    if (record->record.as<Terms>()->law == law) newest = record;
    return newest == nullptr;
  });
  return newest;
}

LoggedPtr newest_terms_of_community(const Graph& graph, const RecordId& dataset,
                                    std::string_view community_did) {
  LoggedPtr newest;
  visit_terms(graph, dataset, [&](const LoggedPtr& record) {
    if (same_party(graph, record->record.issuer, community_did)) newest = record;
    return newest == nullptr;
  });
  return newest;
}

std::size_t laws_restated(const Graph& graph, const RecordId& trust) {
  return newest_by(
             graph, trust,
             [](const Logged& record) { return std::optional(record.record.as<Terms>()->law); })
      .size();
}

}  // namespace usufruct
