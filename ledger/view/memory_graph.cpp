#include "ledger/view/memory_graph.h"

#include <algorithm>
#include <ranges>

#include "crypto/base/check.h"
#include "crypto/hash.h"

namespace usufruct {
namespace {

constexpr std::uint32_t no_index = NameTable::none;

Lists::Tag tag_of(Role role) { return static_cast<Lists::Tag>(role); }
Lists::Tag tag_of(Kind kind) {
  return static_cast<Lists::Tag>(role_count + static_cast<std::uint16_t>(kind));
}
static_assert(role_count + kind_count <= Lists::tags_max);

}  // namespace

MemoryGraph::MemoryGraph(Fetch fetch, const Digest& seed)
    : fetch_(std::move(fetch)), names_(seed), cache_(std::make_unique<Cache>()) {}

MemoryGraph::Number MemoryGraph::number_of(const Digest& name) {
  const Number number = names_.add(name);
  if (number == lists_.owners()) {
    lists_.add_owner();
    index_of_.push_back(no_index);
  }
  return number;
}

MemoryGraph::Number MemoryGraph::number_of_issuer(const std::string& did) {
  if (last_issuer_ == NameTable::none || did != last_did_) {
    last_issuer_ = number_of(sha256(as_view(did)));
    last_did_ = did;
  }
  return last_issuer_;
}

bool MemoryGraph::has_room(std::size_t refs) const {
  return size() < memory_graph_entries_max && !names_.is_full(refs + 2);
}

void MemoryGraph::prefetch(const RecordId& id, const Record& record) const {
  names_.prefetch(id.digest);
  for (const auto& ref : record.refs) names_.prefetch(ref.id.digest);
}

void MemoryGraph::add(Logged logged, const Digest& leaf_hash, Keep keeping) {
  CHECK_THAT(logged.index == size() && has_room(logged.record.refs.size()));
  const auto index = static_cast<std::uint32_t>(logged.index);
  const Number name = number_of(logged.id.digest);
  leaves_.append(leaf_hash);
  name_of_.push_back(name);
  if (index_of_[name] != no_index) return;
  index_of_[name] = index;
  const Record& record = logged.record;
  for (const auto& ref : record.refs) {
    lists_.add(number_of(ref.id.digest), tag_of(ref.role), index);
  }
  lists_.add(number_of_issuer(record.issuer), tag_of(record.kind()), index);
  kinds_[static_cast<std::size_t>(record.kind())].push_back(index);
  const auto shared = std::make_shared<const Logged>(std::move(logged));
  const std::lock_guard lock(cache_->mutex);
  if (keeping == Keep::always) {
    cache_->always.emplace(index, shared);
  } else {
    keep(index, shared);
  }
}

void MemoryGraph::add_unreadable(const Digest& leaf_hash) {
  CHECK_THAT(has_room(0));
  leaves_.append(leaf_hash);
  name_of_.push_back(NameTable::none);
}

void MemoryGraph::keep(std::uint32_t index, const LoggedPtr& logged) const {
  if (fetch_ && cache_->young.size() >= memory_graph_cached_max / 2) {
    cache_->old = std::exchange(cache_->young, {});
  }
  cache_->young.emplace(index, logged);
}

std::optional<LeafIndex> MemoryGraph::index_of(const RecordId& id) const {
  const Number name = names_.find(id.digest);
  if (name == NameTable::none || index_of_[name] == no_index) return std::nullopt;
  return LeafIndex{index_of_[name]};
}

MemoryGraph::LoggedPtr MemoryGraph::find(const RecordId& id) const {
  const auto index = index_of(id);
  return index ? read(static_cast<std::uint32_t>(index->value)) : nullptr;
}

MemoryGraph::LoggedPtr MemoryGraph::read(std::uint32_t index) const {
  // What is never forgotten is not moved by reading it: nothing to guard.
  if (!fetch_) {
    const auto found = cache_->young.find(index);
    return found != cache_->young.end() ? found->second : cache_->always.at(index);
  }
  {
    const std::lock_guard lock(cache_->mutex);
    for (const Records* records : {&cache_->young, &cache_->always, &cache_->old}) {
      const auto found = records->find(index);
      if (found == records->end()) continue;
      const LoggedPtr logged = found->second;
      if (records == &cache_->old) keep(index, logged);
      return logged;
    }
  }
  CHECK_THAT(fetch_ != nullptr);
  auto logged = fetch_({index}, leaves_.leaf({index}));
  const std::lock_guard lock(cache_->mutex);
  if (!logged) {
    if (!cache_->failed) cache_->failed = std::move(logged).error();
    return nullptr;
  }
  keep(index, *logged);
  return *logged;
}

Result<void> MemoryGraph::health() const {
  const std::lock_guard lock(cache_->mutex);
  if (cache_->failed) return std::unexpected(*cache_->failed);
  return {};
}

void MemoryGraph::visit_list(Number owner, Lists::Tag tag, Order order,
                             const VisitRecord& visit) const {
  if (owner == NameTable::none) return;
  const auto visit_one = [&](std::uint32_t index) { return visit(index, id_at(index)); };
  if (order == Order::newest_first) {
    lists_.visit_newest_first(owner, tag, visit_one);
  } else {
    std::ranges::all_of(lists_.all(owner, tag), visit_one);
  }
}

void MemoryGraph::visit_edges(const RecordId& target, Role role, Order order,
                              const VisitEdge& visit) const {
  visit_list(names_.find(target.digest), tag_of(role), order,
             [&](std::uint64_t index, const RecordId& from) {
               return visit({index, role, from});
             });
}

void MemoryGraph::visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                                     const VisitEdge& visit) const {
  const Number owner = names_.find(target.digest);
  if (owner == NameTable::none) return;
  lists_.visit_newest_first(owner, tag_of(role), [&](std::uint32_t index) {
    return index >= size || visit({index, role, id_at(index)});
  });
}

void MemoryGraph::visit_issued(std::string_view did, Kind kind, Order order,
                               const VisitRecord& visit) const {
  visit_list(names_.find(sha256(as_view(did))), tag_of(kind), order, visit);
}

void MemoryGraph::visit_kind(Kind kind, Order order, const VisitRecord& visit) const {
  const auto& indexes = kinds_[static_cast<std::size_t>(kind)];
  const std::size_t count = indexes.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t index = indexes[order == Order::oldest_first ? i : count - 1 - i];
    if (!visit(index, id_at(index))) return;
  }
}

void MemoryGraph::visit_names(const std::function<bool(const RecordId&)>& visit) const {
  for (std::size_t number = 0; number < names_.size(); ++number) {
    if (!visit({names_.name(static_cast<Number>(number))})) return;
  }
}

std::optional<Digest> MemoryGraph::root_at(std::uint64_t size) const {
  if (size > this->size()) return std::nullopt;
  const auto root = root_of(leaves_, {size});
  CHECK_THAT(root.has_value());
  return *root;
}

std::size_t MemoryGraph::size_bytes() const {
  std::size_t bytes = leaves_.size_bytes() + names_.size_bytes() + name_of_.size_bytes() +
                      index_of_.size_bytes() + lists_.size_bytes();
  for (const auto& kind : kinds_) bytes += kind.size_bytes();
  return bytes;
}

}  // namespace usufruct
