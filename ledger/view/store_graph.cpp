#include "ledger/view/store_graph.h"

#include <fmt/format.h>

#include "crypto/base/check.h"
#include "ledger/entry.h"
#include "ledger/head.h"
#include "ledger/record/codec.h"
#include "ledger/store/layout.h"

namespace usufruct {
namespace {

constexpr std::size_t cached_roots_max = 4096;
constexpr std::size_t index_bytes = 8;
constexpr std::size_t role_bytes = 2;

Bytes encode_index(std::uint64_t index) {
  Bytes bytes;
  append_u64(bytes, index);
  return bytes;
}

}  // namespace

Result<std::unique_ptr<StoreGraph>> StoreGraph::open(const Store& store) {
  const auto head = TRY(load_head(store));
  if (!head) return not_found("the store holds no log");
  return std::make_unique<StoreGraph>(
      store, TRY(StoredTree::open(store, head->checkpoint.checkpoint.size)));
}

StoreGraph::StoreGraph(const Store& store, StoredTree tree)
    : store_(store), tree_(std::move(tree)), settled_(tree_.size().value) {}

void StoreGraph::add(Logged logged, const Digest& leaf_hash, Batch& batch) {
  CHECK_THAT(logged.index == size());
  const LeafIndex index{logged.index};
  const Record& record = logged.record;
  const Bytes id = to_bytes(logged.id.digest.view());
  batch.put(layout::id_key(logged.id), encode_index(index.value));
  for (const auto& ref : record.refs) batch.put(layout::edge_key(ref.id, index, ref.role), id);
  batch.put(layout::kind_key(record.kind(), index), id);
  batch.put(layout::issuer_key(record.issuer, record.kind(), index), id);
  tree_.append(leaf_hash, batch);
  round_.add(std::make_shared<const Logged>(std::move(logged)));
}

void StoreGraph::settle() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& logged : round_.all()) keep(logged);
  }
  round_.clear();
  tree_.settle();
  settled_ = size();
}

void StoreGraph::keep(const std::shared_ptr<const Logged>& logged) const {
  if (cache_.by_id.contains(logged->id)) return;
  cache_.newest_first.push_front(logged);
  cache_.by_id.emplace(logged->id, cache_.newest_first.begin());
  if (cache_.newest_first.size() > store_graph_cached_max) {
    cache_.by_id.erase(cache_.newest_first.back()->id);
    cache_.newest_first.pop_back();
  }
}

void StoreGraph::fail(const Error& error) const {
  const std::lock_guard lock(mutex_);
  if (!cache_.failed) cache_.failed = error;
}

Result<void> StoreGraph::health() const {
  const std::lock_guard lock(mutex_);
  if (cache_.failed) return std::unexpected(*cache_.failed);
  return {};
}

std::optional<LeafIndex> StoreGraph::index_of(const RecordId& id) const {
  if (const auto logged = round_.find(id)) return LeafIndex{logged->index};
  const auto bytes = store_.get(layout::id_key(id));
  if (!bytes) {
    fail(bytes.error());
    return std::nullopt;
  }
  if (!*bytes) return std::nullopt;
  if ((*bytes)->size() != index_bytes) {
    fail(unverified(fmt::format("the index of record {} is damaged", print_id(id))).error());
    return std::nullopt;
  }
  const LeafIndex index{read_u64(**bytes)};
  // Committed after this graph was opened: not there, as seen from it.
  if (index.value >= settled_) return std::nullopt;
  return index;
}

Result<std::shared_ptr<const Logged>> StoreGraph::load(const RecordId& id, LeafIndex index) const {
  const auto bytes = TRY(store_.get(layout::entry_key(index)));
  if (!bytes) return unverified("it is missing from the store");
  const Entry entry = TRY(decode_entry(*bytes));
  const Envelope envelope = TRY(decode_envelope(entry.envelope));
  if (id_of(envelope.record) != id) return unverified("it holds another record");
  Logged logged{id, index.value, entry.time, TRY(decode(envelope.record)), {}};
  for (const auto& signature : envelope.signatures) logged.signers.push_back(signature.signer);
  return std::make_shared<const Logged>(std::move(logged));
}

std::shared_ptr<const Logged> StoreGraph::find(const RecordId& id) const {
  if (auto logged = round_.find(id)) return logged;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = cache_.by_id.find(id); found != cache_.by_id.end()) {
      auto& list = cache_.newest_first;
      list.splice(list.begin(), list, found->second);
      return list.front();
    }
  }
  const auto index = index_of(id);
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

std::vector<Edge> StoreGraph::edges_to(const RecordId& target) const {
  std::vector<Edge> edges;
  const std::string prefix = layout::edge_prefix(target);
  std::optional<Error> broken;
  const auto scanned = store_.scan(prefix, [&](std::string_view key, View value) {
    const View place = as_view(key).subspan(prefix.size());
    const auto from = digest_from(value);
    if (place.size() != index_bytes + role_bytes || !from) {
      broken = unverified(fmt::format("an edge to {} is damaged", print_id(target))).error();
      return false;
    }
    const std::uint64_t index = read_u64(place);
    if (index >= settled_) return false;
    edges.push_back({index, static_cast<Role>(read_u16(place.subspan(index_bytes))), {*from}});
    return true;
  });
  if (!scanned) broken = scanned.error();
  if (broken) fail(*broken);
  const auto fresh = round_.edges_to(target);
  edges.insert(edges.end(), fresh.begin(), fresh.end());
  return edges;
}

std::vector<RecordId> StoreGraph::scan_ids(const std::string& prefix) const {
  std::vector<RecordId> ids;
  std::optional<Error> broken;
  const auto scanned = store_.scan(prefix, [&](std::string_view key, View value) {
    const View place = as_view(key).subspan(prefix.size());
    const auto id = digest_from(value);
    if (place.size() != index_bytes || !id) {
      broken = unverified("an index of records is damaged").error();
      return false;
    }
    if (read_u64(place) >= settled_) return false;
    ids.push_back({*id});
    return true;
  });
  if (!scanned) broken = scanned.error();
  if (broken) fail(*broken);
  return ids;
}

std::vector<RecordId> StoreGraph::of_kind(Kind kind) const {
  auto ids = scan_ids(layout::kind_prefix(kind));
  const auto fresh = round_.of_kind(kind);
  ids.insert(ids.end(), fresh.begin(), fresh.end());
  return ids;
}

std::vector<RecordId> StoreGraph::issued_by(std::string_view did, Kind kind) const {
  auto ids = scan_ids(layout::issuer_prefix(did, kind));
  const auto fresh = round_.issued_by(did, kind);
  ids.insert(ids.end(), fresh.begin(), fresh.end());
  return ids;
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
