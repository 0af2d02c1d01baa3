#include "trustee/holdings.h"

#include <algorithm>

namespace usufruct {
namespace {

/// The record that took the place of this one, if any. A copy of a log that is being audited may
/// hold anything: a ref does not say what kind of record holds it.
LoggedPtr successor(const Graph& graph, const RecordId& id, Kind kind) {
  return graph.first_referring(id, Role::supersedes, kind, Order::oldest_first);
}

LoggedPtr find_kind(const Graph& graph, const std::optional<RecordId>& id, Kind kind) {
  auto found = id ? graph.find(*id) : nullptr;
  return found && found->record.kind() == kind ? found : nullptr;
}

/// The first record of the party `record` is one of.
RecordId first_party(const Graph& graph, LoggedPtr record) {
  while (const auto before = record->record.first(Role::supersedes)) {
    auto older = find_kind(graph, before, Kind::party);
    if (!older) break;
    record = std::move(older);
  }
  return record->id;
}

}  // namespace

LoggedPtr newest_party(const Graph& graph, const RecordId& party) {
  auto record = find_kind(graph, party, Kind::party);
  while (record) {
    auto next = successor(graph, record->id, Kind::party);
    if (!next) break;
    record = std::move(next);
  }
  return record;
}

LoggedPtr party_ever_of(const Graph& graph, std::string_view did) {
  const auto id = graph.newest_issued(did, Kind::party);
  return id ? graph.find(*id) : nullptr;
}

LoggedPtr party_of(const Graph& graph, std::string_view did) {
  auto record = party_ever_of(graph, did);
  if (!record || successor(graph, record->id, Kind::party) || is_withdrawn(graph, record->id))
    return nullptr;
  return record;
}

bool same_party(const Graph& graph, std::string_view a, std::string_view b) {
  if (a == b) return true;
  auto of_a = party_ever_of(graph, a);
  auto of_b = party_ever_of(graph, b);
  return of_a && of_b && first_party(graph, of_a) == first_party(graph, of_b);
}

bool is_withdrawn(const Graph& graph, const RecordId& id) {
  return graph.has_edge(id, Role::revokes);
}

bool holds_at(const Record& record, Time at) {
  return (record.valid_from.ms == 0 || record.valid_from <= at) &&
         (record.valid_to.ms == 0 || at < record.valid_to);
}

LoggedPtr party_before(const Graph& graph, std::string_view did, std::uint64_t index) {
  std::optional<RecordId> found;
  graph.visit_issued(did, Kind::party, Order::newest_first,
                     [&](std::uint64_t at, const RecordId& id) {
                       found = id;
                       return at >= index;
                     });
  return found ? graph.find(*found) : nullptr;
}

std::optional<Holding> holding_of(const Graph& graph, const RecordId& version) {
  Holding holding;
  holding.version = find_kind(graph, version, Kind::version);
  if (!holding.version) return std::nullopt;
  holding.dataset = find_kind(graph, holding.version->record.first(Role::of), Kind::dataset);
  if (!holding.dataset) return std::nullopt;
  holding.trust = find_kind(graph, holding.dataset->record.first(Role::held_by), Kind::trust);
  if (!holding.trust) return std::nullopt;
  return holding;
}

LoggedPtr newest_terms(const Graph& graph, const RecordId& dataset) {
  const auto owned = graph.find(dataset);
  if (!owned) return nullptr;
  LoggedPtr newest;
  graph.visit_edges(dataset, Role::governs, Order::newest_first, [&](const Edge& edge) {
    auto record = graph.find(edge.from);
    // A community's terms on the dataset are not its owner's.
    if (record && record->record.kind() == Kind::terms &&
        same_party(graph, record->record.issuer, owned->record.issuer)) {
      newest = std::move(record);
    }
    return newest == nullptr;
  });
  return newest;
}

LoggedPtr terms_in_force(const Graph& graph, const RecordId& dataset) {
  auto newest = newest_terms(graph, dataset);
  return newest && is_withdrawn(graph, newest->id) ? nullptr : newest;
}

std::vector<LoggedPtr> inputs_of(const Graph& graph, std::span<const Record* const> records) {
  std::vector<LoggedPtr> inputs;
  for (const Record* record : records) {
    for (const auto& ref : record->refs) {
      if (ref.role != Role::derived_from || !ref.origin.empty()) continue;
      auto input = graph.find(ref.id);
      // A release is of the version it was made from.
      if (input && input->record.kind() == Kind::release) {
        const auto version = input->record.first(Role::from);
        input = version ? graph.find(*version) : nullptr;
      }
      const auto holding = input ? holding_of(graph, input->id) : std::nullopt;
      if (!holding) continue;
      const bool is_new = std::ranges::find(inputs, holding->dataset->id, [](const auto& one) {
                            return one->id;
                          }) == inputs.end();
      if (is_new) inputs.push_back(holding->dataset);
    }
  }
  return inputs;
}

std::vector<LoggedPtr> inputs_of(const Graph& graph, const RecordId& dataset) {
  std::vector<LoggedPtr> held = graph.referring(dataset, Role::of);
  if (auto self = graph.find(dataset)) held.push_back(std::move(self));
  std::vector<const Record*> records;
  for (const auto& one : held) records.push_back(&one->record);
  auto inputs = inputs_of(graph, records);
  // A later version of a dataset may come from an earlier one.
  std::erase_if(inputs, [&](const auto& input) { return input->id == dataset; });
  return inputs;
}

std::vector<LoggedPtr> licences_in_force(const Graph& graph, const RecordId& on) {
  std::vector<LoggedPtr> in_force;
  for (auto& logged : graph.referring(on, Role::on)) {
    if (logged->record.kind() != Kind::licence) continue;
    if (successor(graph, logged->id, Kind::licence) || is_withdrawn(graph, logged->id)) continue;
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

bool is_heard(const Graph& graph, const Holding& holding, const Logged& licence) {
  const std::string_view issuer = licence.record.issuer;
  return same_party(graph, issuer, holding.dataset->record.issuer) ||
         seat_of(graph, *holding.trust, issuer);
}

std::vector<Licence> licences_heard(const Graph& graph, const Holding& holding, Time at) {
  std::vector<Licence> licences;
  for (const auto& id : {holding.dataset->id, holding.version->id}) {
    for (const auto& licence : licences_in_force(graph, id)) {
      if (!is_heard(graph, holding, *licence) || !holds_at(licence->record, at)) continue;
      licences.push_back(*licence->record.as<Licence>());
    }
  }
  return licences;
}

}  // namespace usufruct
