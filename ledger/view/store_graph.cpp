#include "ledger/view/store_graph.h"

#include <fmt/format.h>

#include "crypto/base/check.h"
#include "ledger/entry.h"
#include "ledger/head.h"
#include "ledger/record/codec.h"
#include "ledger/store/stored_entries.h"

namespace usufruct {
namespace {

constexpr std::size_t cached_roots_max = 4096;

}  // namespace

Result<std::unique_ptr<StoreGraph>> StoreGraph::open(const Store& store) {
  const auto head = TRY(load_head(store));
  if (!head) return not_found("the store holds no log");
  return open(store, head->checkpoint.checkpoint.size);
}

Result<std::unique_ptr<StoreGraph>> StoreGraph::open(const Store& store, TreeSize size) {
  auto tree = TRY(StoredTree::open(store, size));
  auto ids = TRY(RecordIds::open(store, tree));
  return std::unique_ptr<StoreGraph>(new StoreGraph(store, std::move(tree), std::move(ids)));
}

StoreGraph::StoreGraph(const Store& store, StoredTree tree, RecordIds ids)
    : store_(store),
      tree_(std::move(tree)),
      ids_(std::move(ids)),
      postings_(store, tree_.size().value) {}

Result<void> StoreGraph::add(Logged logged, const Digest& leaf_hash, Batch& batch) {
  CHECK_THAT(logged.index == size());
  const Record& record = logged.record;
  for (const auto& ref : record.refs) {
    postings_.add(layout::edge_list(ref.id, ref.role), logged.index);
  }
  postings_.add(layout::kind_list(record.kind()), logged.index);
  postings_.add(layout::issuer_list(record.issuer, record.kind()), logged.index);
  CHECK_OK(ids_.add(logged.id, batch));
  tree_.append(leaf_hash, batch);
  auto shared = std::make_shared<const Logged>(std::move(logged));
  round_.emplace(shared->id, std::move(shared));
  return {};
}

Result<void> StoreGraph::flush(Batch& batch) {
  CHECK_THAT(flushed_.empty());
  ids_.flush(batch);
  CHECK_OK(postings_.flush(batch));
  flushed_ = std::exchange(round_, {});
  flushed_size_ = tree_.size();
  return {};
}

StoreGraph::Records StoreGraph::settle() {
  tree_.settle(flushed_size_);
  ids_.settle(flushed_size_.value);
  postings_.settle(flushed_size_.value);
  return std::exchange(flushed_, {});
}

std::shared_ptr<const Logged> StoreGraph::unsettled(const RecordId& id) const {
  if (const auto found = round_.find(id); found != round_.end()) return found->second;
  if (const auto found = flushed_.find(id); found != flushed_.end()) return found->second;
  return nullptr;
}

void StoreGraph::keep(const std::shared_ptr<const Logged>& logged) const {
  if (cache_.young.size() >= store_graph_cached_max / 2) {
    cache_.old = std::exchange(cache_.young, {});
  }
  cache_.young.emplace(logged->id, logged);
}

void StoreGraph::fail(const Error& error) const {
  const std::lock_guard lock(mutex_);
  if (!cache_.failed) cache_.failed = error;
}

template <class T>
T StoreGraph::or_fail(Result<T> result) const {
  if (result) return *std::move(result);
  fail(result.error());
  return {};
}

Result<void> StoreGraph::health() const {
  const std::lock_guard lock(mutex_);
  if (cache_.failed) return std::unexpected(*cache_.failed);
  return {};
}

std::optional<LeafIndex> StoreGraph::index_of(const RecordId& id) const {
  if (const auto found = unsettled(id)) return LeafIndex{found->index};
  return or_fail(ids_.index_of(id));
}

Result<std::shared_ptr<const Logged>> StoreGraph::load(const RecordId& id, LeafIndex index) const {
  const Entry entry = TRY(decode_entry(TRY(StoredEntries::entry(store_, index))));
  const Envelope envelope = TRY(decode_envelope(entry.envelope));
  if (id_of(envelope.record) != id) return unverified("it holds another record");
  Logged logged{id, index.value, entry.time, TRY(decode(envelope.record)), {}};
  for (const auto& signature : envelope.signatures) logged.signers.push_back(signature.signer);
  return std::make_shared<const Logged>(std::move(logged));
}

std::shared_ptr<const Logged> StoreGraph::find(const RecordId& id) const {
  if (auto found = unsettled(id)) return found;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = cache_.young.find(id); found != cache_.young.end()) {
      return found->second;
    }
    if (const auto found = cache_.old.find(id); found != cache_.old.end()) {
      const auto logged = found->second;
      keep(logged);
      return logged;
    }
  }
  const auto index = or_fail(ids_.index_of(id));
  if (!index) return nullptr;
  auto logged = load(id, *index);
  if (!logged) {
    fail(std::move(logged).error().within(fmt::format("entry {}", index->value)));
    return nullptr;
  }
  const std::lock_guard lock(mutex_);
  keep(*logged);
  return *logged;
}

/// Of the first `size` entries: what stands beyond them need not be named.
void StoreGraph::visit_list(const layout::ListKey& list, Order order, const VisitRecord& visit,
                            std::uint64_t size) const {
  or_fail(postings_.visit(list, order, [&](std::uint64_t index) {
    if (index >= size) return true;
    const auto id = ids_.id_at({index});
    if (!id) return fail(id.error()), false;
    return visit(index, *id);
  }));
}

void StoreGraph::visit_edges(const RecordId& target, Role role, Order order,
                             const VisitEdge& visit) const {
  visit_list(layout::edge_list(target, role), order,
             [&](std::uint64_t index, const RecordId& from) {
               return visit({index, role, from});
             });
}

void StoreGraph::visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                                    const VisitEdge& visit) const {
  visit_list(
      layout::edge_list(target, role), Order::newest_first,
      [&](std::uint64_t index, const RecordId& from) {
        return visit({index, role, from});
      },
      size);
}

void StoreGraph::visit_kind(Kind kind, Order order, const VisitRecord& visit) const {
  visit_list(layout::kind_list(kind), order, visit);
}

void StoreGraph::visit_issued(std::string_view did, Kind kind, Order order,
                              const VisitRecord& visit) const {
  visit_list(layout::issuer_list(did, kind), order, visit);
}

std::vector<RecordId> StoreGraph::beginning_with(std::string_view digits,
                                                 std::size_t count_max) const {
  return or_fail(ids_.beginning_with(digits, count_max));
}

std::optional<Digest> StoreGraph::root_at(std::uint64_t size) const {
  if (size > this->size()) return std::nullopt;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = cache_.roots.find(size); found != cache_.roots.end()) {
      return found->second;
    }
  }
  const auto root = root_of(tree_, {size});
  if (!root) {
    fail(root.error());
    return std::nullopt;
  }
  const std::lock_guard lock(mutex_);
  if (cache_.roots.size() >= cached_roots_max) cache_.roots.clear();
  cache_.roots.emplace(size, *root);
  return *root;
}

}  // namespace usufruct
