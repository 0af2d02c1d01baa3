#include "ledger/view/earlier_graph.h"

#include <algorithm>
#include <functional>
#include <ranges>

#include "crypto/base/check.h"

namespace usufruct {

std::size_t EarlierGraph::Hash::operator()(const EdgeKey& key) const {
  return std::hash<RecordId>{}(key.target) * 64 + static_cast<std::size_t>(key.role);
}

std::size_t EarlierGraph::Hash::operator()(const IssuerKey& key) const {
  return std::hash<std::string>{}(key.did) * 64 + static_cast<std::size_t>(key.kind);
}

void EarlierGraph::show(std::uint64_t size) {
  CHECK_THAT(size <= graph_.size());
  size_ = size;
  changes_at_ = graph_.size();
}

std::shared_ptr<const Logged> EarlierGraph::find(const RecordId& id) const {
  auto found = graph_.find(id);
  if (!found || found->index < size_) return found;
  changes_at_ = std::min(changes_at_, found->index);
  return nullptr;
}

template <class Key, class Read>
EarlierGraph::ListPtr EarlierGraph::list_of(std::unordered_map<Key, ListPtr, Hash>& kept,
                                            const Key& key, const Read& read) const {
  if (const auto known = kept.find(key); known != kept.end()) return known->second;
  const auto list = std::make_shared<const List>(read());
  if (list->size() > earlier_graph_list_max) return list;
  edges_ += list->size() + 1;
  if (edges_ > edges_max_) {
    edge_lists_.clear();
    issuer_lists_.clear();
    edges_ = list->size() + 1;
  }
  kept.emplace(key, list);
  return list;
}

void EarlierGraph::visit_list(const List& list, Order order, const VisitEdge& visit) const {
  const auto end = std::ranges::lower_bound(list, size_, {}, &Edge::index);
  if (end != list.end()) changes_at_ = std::min(changes_at_, end->index);
  const std::ranges::subrange shown(list.begin(), end);
  if (order == Order::oldest_first) {
    std::ranges::all_of(shown, visit);
  } else {
    std::ranges::all_of(shown | std::views::reverse, visit);
  }
}

void EarlierGraph::visit_edges(const RecordId& target, Role role, Order order,
                               const VisitEdge& visit) const {
  // Held here: what is visited may ask for more, and so make others be forgotten.
  const ListPtr list =
      list_of(edge_lists_, EdgeKey{target, role}, [&] { return graph_.edges_to(target, role); });
  visit_list(*list, order, visit);
}

void EarlierGraph::visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                                      const VisitEdge& visit) const {
  // Of what is not shown yet something may follow.
  if (size > size_) changes_at_ = std::min(changes_at_, size_);
  graph_.visit_edges_before(target, role, std::min(size, size_), visit);
}

void EarlierGraph::visit_issued(std::string_view did, Kind kind, Order order,
                                const VisitRecord& visit) const {
  const ListPtr list = list_of(issuer_lists_, IssuerKey{std::string(did), kind}, [&] {
    List issued;
    graph_.visit_issued(did, kind, Order::oldest_first,
                        [&](std::uint64_t index, const RecordId& id) {
                          issued.push_back({index, Role::of, id});
                          return true;
                        });
    return issued;
  });
  visit_list(*list, order, [&](const Edge& edge) { return visit(edge.index, edge.from); });
}

void EarlierGraph::visit_kind(Kind kind, Order order, const VisitRecord& visit) const {
  graph_.visit_kind(kind, order, [&](std::uint64_t index, const RecordId& id) {
    if (index < size_) return visit(index, id);
    changes_at_ = std::min(changes_at_, index);
    return order == Order::newest_first;
  });
}

std::optional<Digest> EarlierGraph::root_at(std::uint64_t size) const {
  if (size > size_) return std::nullopt;
  return graph_.root_at(size);
}

}  // namespace usufruct
