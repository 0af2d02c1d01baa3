#include "ledger/view/record_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/base/check.h"
#include "crypto/base/sorted.h"
#include "ledger/entry.h"
#include "ledger/record/codec.h"
#include "ledger/signed.h"
#include "ledger/store/layout.h"
#include "ledger/store/stored_entries.h"

namespace usufruct {
namespace {

constexpr std::uint64_t page_entries = layout::page_entries;
constexpr std::size_t remembered_pages_max = 2'048;  // of each generation: 2 MiB
constexpr std::size_t index_bytes = 8;

std::uint64_t prefix_of(const RecordId& id) { return read_u64(id.digest.view()); }

std::unexpected<Error> damaged(std::string_view what) {
  return unverified(fmt::format("{} in the store is damaged", what),
                    "the views can be made again: usufruct log rebuild");
}

}  // namespace

RecordIds::RecordIds(RecordIds&& other) noexcept
    : store_(other.store_),
      size_(other.size_),
      tail_(std::move(other.tail_)),
      fresh_(std::move(other.fresh_)),
      round_(std::move(other.round_)),
      before_(std::move(other.before_)),
      older_(std::move(other.older_)) {}

Result<RecordIds> RecordIds::open(const Store& store, const StoredTree& tree) {
  const TreeSize size = tree.size();
  RecordIds ids(store, size.value);
  const std::uint64_t first = size.value / page_entries * page_entries;
  if (first == size.value) return ids;
  const Bytes bytes = TRY(StoredEntries::page(store, {first}));
  const auto content = read_bundle(bytes);
  const std::uint64_t tile = first / tile_width;
  const auto leaves = TRY(tree.tile({0, tile, width_of(0, tile, size)}));
  for (std::uint64_t i = first; i < size.value; ++i) {
    if (i - first >= content.entries.size()) return damaged(fmt::format("entry {}", i));
    const auto where = fmt::format("entry {}", i);
    if (hash_leaf(content.entries[i - first]) != leaves[i % tile_width]) return damaged(where);
    const Entry entry = TRY_IN(where, decode_entry(content.entries[i - first]));
    ids.tail_.push_back(id_of(TRY_IN(where, decode_envelope(entry.envelope)).record));
  }
  return ids;
}

Result<std::vector<std::uint64_t>> RecordIds::alike(const RecordId& id) const {
  std::vector<std::uint64_t> indexes;
  const auto bytes = TRY(store_->get(layout::id_key(prefix_of(id))));
  if (!bytes) return indexes;
  if (bytes->empty() || bytes->size() % index_bytes != 0) return damaged("an index of record ids");
  for (View left = *bytes; !left.empty(); left = left.subspan(index_bytes)) {
    indexes.push_back(read_u64(left));
  }
  return indexes;
}

Result<void> RecordIds::add(const RecordId& id, Batch& batch) {
  {
    const std::lock_guard lock(mutex_);
    CHECK_THAT(asked_ && asked_->first == id);
    if (!asked_->second.empty()) older_[prefix_of(id)] = std::move(asked_->second);
    asked_.reset();
  }
  round_.emplace_back(prefix_of(id), size_);
  tail_.push_back(id);
  if (++size_ % page_entries != 0) return {};
  Bytes bytes;
  bytes.reserve(page_entries * Digest::size_bytes);
  for (const auto& one : tail_) append(bytes, one.digest.view());
  batch.put(layout::ids_key({size_ - page_entries}), std::move(bytes));
  fresh_.emplace(size_ - page_entries, std::make_shared<const Page>(std::move(tail_)));
  tail_ = {};
  return {};
}

void RecordIds::flush(Batch& batch) {
  // In the order of the keys, which is the order the store puts them in: neighbours are found fast.
  std::ranges::sort(round_);
  auto before = before_.begin();
  std::vector<std::uint64_t> alike;
  for (auto at = round_.begin(); at != round_.end();) {
    const std::uint64_t prefix = at->first;
    alike.clear();
    if (const auto older = older_.find(prefix); older != older_.end()) alike = older->second;
    while (before != before_.end() && before->first < prefix) ++before;
    for (auto one = before; one != before_.end() && one->first == prefix; ++one) {
      alike.push_back(one->second);
    }
    for (; at != round_.end() && at->first == prefix; ++at) alike.push_back(at->second);
    // Asked for after the round before was written, the older ones have its own among them.
    sort_once(alike);
    Bytes value;
    value.reserve(alike.size() * index_bytes);
    for (const std::uint64_t index : alike) append_u64(value, index);
    batch.put(layout::id_key(prefix), std::move(value));
  }
  before_ = std::exchange(round_, {});
  older_.clear();
}

void RecordIds::settle(std::uint64_t size) {
  std::erase_if(fresh_, [&](const auto& page) { return page.first + page_entries <= size; });
}

Result<RecordIds::PagePtr> RecordIds::page(std::uint64_t first) const {
  if (const auto found = fresh_.find(first); found != fresh_.end()) return found->second;
  {
    const std::lock_guard lock(mutex_);
    for (const auto* generation : {&young_, &old_}) {
      if (const auto found = generation->find(first); found != generation->end()) {
        return found->second;
      }
    }
  }
  const auto bytes = TRY(store_->get(layout::ids_key({first})));
  if (!bytes || bytes->size() != page_entries * Digest::size_bytes) {
    return damaged(fmt::format("the page of ids from entry {} on", first));
  }
  auto ids = std::make_shared<Page>(page_entries);
  for (std::size_t i = 0; i < page_entries; ++i) {
    std::ranges::copy(View(*bytes).subspan(i * Digest::size_bytes, Digest::size_bytes),
                      (*ids)[i].digest.bytes.begin());
  }
  const std::lock_guard lock(mutex_);
  if (young_.size() >= remembered_pages_max) old_ = std::exchange(young_, {});
  young_.emplace(first, ids);
  return ids;
}

Result<RecordId> RecordIds::id_at(LeafIndex index) const {
  CHECK_THAT(index.value < size_);
  const std::uint64_t offset = index.value % page_entries;
  const std::uint64_t first = index.value - offset;
  if (first + tail_.size() > index.value && first == size_ / page_entries * page_entries) {
    return tail_[offset];
  }
  return (*TRY(page(first)))[offset];
}

Result<std::optional<LeafIndex>> RecordIds::index_of(const RecordId& id) const {
  auto indexes = TRY(alike(id));
  for (const std::uint64_t index : indexes) {
    // Committed after this was opened: not there, as seen from here.
    if (index >= size_) continue;
    if (TRY(id_at({index})) == id) return LeafIndex{index};
  }
  const std::lock_guard lock(mutex_);
  asked_.emplace(id, std::move(indexes));
  return std::nullopt;
}

Result<std::vector<RecordId>> RecordIds::beginning_with(std::string_view digits,
                                                        std::size_t count_max) const {
  // What is not in the store yet may be there by now, and be met twice.
  std::set<std::uint64_t> indexes;
  for (const auto* pending : {&round_, &before_}) {
    for (const auto& one : *pending) indexes.insert(one.second);
  }
  const Bytes start =
      TRY(parse_hex(digits.substr(0, std::min<std::size_t>(digits.size(), 16) / 2 * 2)));
  CHECK_OK(store_->scan(layout::ids_beginning(start), [&](std::string_view, View alike) {
    for (; alike.size() >= index_bytes; alike = alike.subspan(index_bytes)) {
      indexes.insert(read_u64(alike));
    }
    return true;
  }));
  std::vector<RecordId> found;
  for (const std::uint64_t index : indexes) {
    if (found.size() == count_max || index >= size_) break;
    const RecordId id = TRY(id_at({index}));
    if (print_id(id).starts_with(digits)) found.push_back(id);
  }
  return found;
}

}  // namespace usufruct
