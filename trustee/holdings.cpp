#include "trustee/holdings.h"

#include <algorithm>

namespace usufruct {
namespace {

/// The record that took the place of this one, if any.
LoggedPtr successor(const Graph& graph, const RecordId& id) {
  auto next = graph.referring(id, Role::supersedes);
  return next.empty() ? nullptr : next.front();
}

/// The first record of the party `record` is one of.
RecordId first_party(const Graph& graph, LoggedPtr record) {
  while (const auto before = record->record.first(Role::supersedes)) {
    auto older = graph.find(*before);
    if (!older) break;
    record = std::move(older);
  }
  return record->id;
}

}  // namespace

LoggedPtr newest_party(const Graph& graph, const RecordId& party) {
  auto record = graph.find(party);
  while (record) {
    auto next = successor(graph, record->id);
    if (!next) break;
    record = std::move(next);
  }
  return record;
}

LoggedPtr party_ever_of(const Graph& graph, std::string_view did) {
  const auto ids = graph.issued_by(did, Kind::party);
  return ids.empty() ? nullptr : graph.find(ids.back());
}

LoggedPtr party_of(const Graph& graph, std::string_view did) {
  auto record = party_ever_of(graph, did);
  if (!record || successor(graph, record->id) || is_withdrawn(graph, record->id)) return nullptr;
  return record;
}

bool same_party(const Graph& graph, std::string_view a, std::string_view b) {
  if (a == b) return true;
  auto of_a = party_ever_of(graph, a);
  auto of_b = party_ever_of(graph, b);
  return of_a && of_b && first_party(graph, of_a) == first_party(graph, of_b);
}

bool is_withdrawn(const Graph& graph, const RecordId& id) {
  return std::ranges::any_of(graph.edges_to(id),
                             [](const Edge& edge) { return edge.role == Role::revokes; });
}

std::optional<Holding> holding_of(const Graph& graph, const RecordId& version) {
  Holding holding;
  holding.version = graph.find(version);
  if (!holding.version || holding.version->record.kind() != Kind::version) return std::nullopt;
  const auto dataset = holding.version->record.first(Role::of);
  if (!dataset || !(holding.dataset = graph.find(*dataset))) return std::nullopt;
  const auto trust = holding.dataset->record.first(Role::held_by);
  if (!trust || !(holding.trust = graph.find(*trust))) return std::nullopt;
  return holding;
}

LoggedPtr newest_terms(const Graph& graph, const RecordId& dataset) {
  auto all = graph.referring(dataset, Role::governs);
  return all.empty() ? nullptr : all.back();
}

LoggedPtr terms_in_force(const Graph& graph, const RecordId& dataset) {
  auto newest = newest_terms(graph, dataset);
  return newest && is_withdrawn(graph, newest->id) ? nullptr : newest;
}

std::vector<LoggedPtr> licences_in_force(const Graph& graph, const RecordId& on) {
  std::vector<LoggedPtr> in_force;
  for (auto& logged : graph.referring(on, Role::on)) {
    if (logged->record.kind() != Kind::licence) continue;
    if (successor(graph, logged->id) || is_withdrawn(graph, logged->id)) continue;
    in_force.push_back(std::move(logged));
  }
  return in_force;
}

std::vector<RecordId> trustees_of(const Logged& trust) { return trust.record.all(Role::trustee); }

std::optional<std::size_t> seat_of(const Graph& graph, const Logged& trust, std::string_view did) {
  const auto trustees = trustees_of(trust);
  for (std::size_t i = 0; i < trustees.size(); ++i) {
    const auto party = newest_party(graph, trustees[i]);
    if (party && party->record.issuer == did) return i;
  }
  return std::nullopt;
}

}  // namespace usufruct
