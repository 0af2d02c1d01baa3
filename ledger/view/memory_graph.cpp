#include "ledger/view/memory_graph.h"

#include "crypto/base/check.h"

namespace usufruct {
namespace {

template <class Map, class Key>
typename Map::mapped_type value_or_empty(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? typename Map::mapped_type{} : found->second;
}

}  // namespace

void GraphIndex::add(std::shared_ptr<const Logged> logged) {
  const Record& record = logged->record;
  for (const auto& ref : record.refs) {
    auto& edges = edges_[ref.id];
    const Edge edge{logged->index, ref.role, logged->id};
    // One edge, however many origins the target is said to have.
    const bool is_there =
        !edges.empty() && edges.back().index == edge.index && edges.back().role == edge.role;
    if (!is_there) edges.push_back(edge);
  }
  by_kind_[record.kind()].push_back(logged->id);
  by_issuer_[{record.issuer, record.kind()}].push_back(logged->id);
  by_id_.emplace(logged->id, logged);
  all_.push_back(std::move(logged));
}

void GraphIndex::clear() { *this = {}; }

std::shared_ptr<const Logged> GraphIndex::find(const RecordId& id) const {
  return value_or_empty(by_id_, id);
}

std::vector<Edge> GraphIndex::edges_to(const RecordId& target) const {
  return value_or_empty(edges_, target);
}

std::vector<Edge> GraphIndex::edges_to(const RecordId& target, Role role) const {
  std::vector<Edge> edges;
  const auto found = edges_.find(target);
  if (found == edges_.end()) return edges;
  for (const auto& edge : found->second) {
    if (edge.role == role) edges.push_back(edge);
  }
  return edges;
}

std::vector<RecordId> GraphIndex::of_kind(Kind kind) const {
  return value_or_empty(by_kind_, kind);
}

std::vector<RecordId> GraphIndex::issued_by(std::string_view did, Kind kind) const {
  return value_or_empty(by_issuer_, std::pair(std::string(did), kind));
}

void MemoryGraph::add(Logged logged, const Digest& leaf_hash) {
  CHECK_THAT(logged.index == size());
  levels_.append(leaf_hash);
  if (index_.find(logged.id)) return;
  index_.add(std::make_shared<const Logged>(std::move(logged)));
}

void MemoryGraph::add_unreadable(const Digest& leaf_hash) { levels_.append(leaf_hash); }

std::shared_ptr<const Logged> MemoryGraph::find(const RecordId& id) const {
  return index_.find(id);
}

std::vector<Edge> MemoryGraph::edges_to(const RecordId& target) const {
  return index_.edges_to(target);
}

std::vector<Edge> MemoryGraph::edges_to(const RecordId& target, Role role) const {
  return index_.edges_to(target, role);
}

std::vector<RecordId> MemoryGraph::of_kind(Kind kind) const { return index_.of_kind(kind); }

std::vector<RecordId> MemoryGraph::issued_by(std::string_view did, Kind kind) const {
  return index_.issued_by(did, kind);
}

std::optional<Digest> MemoryGraph::root_at(std::uint64_t size) const {
  if (size > this->size()) return std::nullopt;
  const auto root = root_of(levels_, {size});
  CHECK_THAT(root.has_value());
  return *root;
}

}  // namespace usufruct
