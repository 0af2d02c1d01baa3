#include "ledger/view/graph.h"

#include <algorithm>
#include <tuple>

namespace usufruct {
namespace {

Graph::VisitEdge all_into(std::vector<Edge>& edges) {
  return [&edges](const Edge& edge) { return edges.push_back(edge), true; };
}

Graph::VisitRecord all_into(std::vector<RecordId>& ids) {
  return [&ids](std::uint64_t, const RecordId& id) { return ids.push_back(id), true; };
}

}  // namespace

std::vector<RecordId> Graph::beginning_with(std::string_view digits, std::size_t count_max) const {
  std::vector<RecordId> found;
  for (std::uint16_t kind = 0; kind < kind_count && found.size() < count_max; ++kind) {
    visit_kind(static_cast<Kind>(kind), Order::oldest_first,
               [&](std::uint64_t, const RecordId& id) {
                 if (print_id(id).starts_with(digits)) found.push_back(id);
                 return found.size() < count_max;
               });
  }
  return found;
}

void Graph::visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                               const VisitEdge& visit) const {
  visit_edges(target, role, Order::newest_first,
              [&](const Edge& edge) { return edge.index >= size || visit(edge); });
}

bool Graph::has_edge(const RecordId& target, Role role) const {
  bool has = false;
  visit_edges(target, role, Order::newest_first, [&has](const Edge&) { return has = true, false; });
  return has;
}

std::vector<Edge> Graph::edges_to(const RecordId& target, Role role) const {
  std::vector<Edge> edges;
  visit_edges(target, role, Order::oldest_first, all_into(edges));
  return edges;
}

std::vector<Edge> Graph::edges_to(const RecordId& target) const {
  std::vector<Edge> edges;
  for (std::uint16_t role = 0; role < role_count; ++role) {
    visit_edges(target, static_cast<Role>(role), Order::oldest_first, all_into(edges));
  }
  std::ranges::sort(edges, {}, [](const Edge& edge) { return std::tuple(edge.index, edge.role); });
  return edges;
}

std::vector<RecordId> Graph::of_kind(Kind kind) const {
  std::vector<RecordId> ids;
  visit_kind(kind, Order::oldest_first, all_into(ids));
  return ids;
}

std::vector<RecordId> Graph::issued_by(std::string_view did, Kind kind) const {
  std::vector<RecordId> ids;
  visit_issued(did, kind, Order::oldest_first, all_into(ids));
  return ids;
}

std::optional<RecordId> Graph::newest_issued(std::string_view did, Kind kind) const {
  std::optional<RecordId> newest;
  visit_issued(did, kind, Order::newest_first,
               [&newest](std::uint64_t, const RecordId& id) { return newest = id, false; });
  return newest;
}

std::vector<std::shared_ptr<const Logged>> Graph::referring(const RecordId& target,
                                                            Role role) const {
  std::vector<std::shared_ptr<const Logged>> found;
  visit_edges(target, role, Order::oldest_first, [&](const Edge& edge) {
    // Null when the store under the graph fails: its health tells.
    if (auto logged = find(edge.from)) found.push_back(std::move(logged));
    return true;
  });
  return found;
}

std::shared_ptr<const Logged> Graph::first_referring(const RecordId& target, Role role, Kind kind,
                                                     Order order) const {
  std::shared_ptr<const Logged> found;
  visit_edges(target, role, order, [&](const Edge& edge) {
    auto logged = find(edge.from);
    if (!logged || logged->record.kind() != kind) return true;
    found = std::move(logged);
    return false;
  });
  return found;
}

}  // namespace usufruct
