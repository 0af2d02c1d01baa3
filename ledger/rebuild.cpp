#include "ledger/rebuild.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "ledger/entry.h"
#include "ledger/head.h"
#include "ledger/record/codec.h"
#include "ledger/signed.h"
#include "ledger/store/layout.h"
#include "ledger/store/stored_entries.h"
#include "ledger/store/stored_tree.h"
#include "ledger/view/postings.h"
#include "ledger/view/record_ids.h"

namespace usufruct {
namespace {

/// What one batch erases or adds.
constexpr std::size_t erased_keys = 16'384;
constexpr std::uint64_t added_entries = 8'192;
static_assert(added_entries % tile_width == 0);

Result<void> erase_views(Store& store) {
  for (const char letter : layout::view_letters) {
    Batch batch;
    Result<void> committed;
    CHECK_OK(store.scan({&letter, 1}, [&](std::string_view key, View) {
      batch.erase(std::string(key));
      if (batch.size() == erased_keys) committed = store.commit(std::exchange(batch, {}));
      return committed.has_value();
    }));
    CHECK_OK(committed);
    CHECK_OK(store.commit(batch));
  }
  return {};
}

class Rebuild {
 public:
  Rebuild(Store& store, StoredTree tree, RecordIds ids)
      : store_(store), tree_(std::move(tree)), ids_(std::move(ids)), postings_(store, 0) {}

  Result<void> run(const RebuildProgress& progress) {
    const std::uint64_t size = tree_.size().value;
    for (std::uint64_t from = 0; from < size; from += added_entries) {
      const std::uint64_t to = std::min(size, from + added_entries);
      Batch batch;
      for (std::uint64_t page = from; page < to; page += layout::page_entries) {
        CHECK_OK(add_page(page, std::min<std::uint64_t>(to, page + layout::page_entries), batch));
      }
      ids_.flush(batch);
      CHECK_OK(postings_.flush(batch));
      CHECK_OK(store_.commit(batch));
      ids_.settle(to);
      postings_.settle(to);
      progress(to, size);
    }
    return {};
  }

 private:
  Result<void> add_page(std::uint64_t from, std::uint64_t to, Batch& batch) {
    const Bytes bytes = TRY(StoredEntries::page(store_, {from}));
    const auto content = read_bundle(bytes);
    const std::uint64_t tile = from / tile_width;
    const auto hashes = TRY(tree_.tile({0, tile, width_of(0, tile, tree_.size())}));
    for (std::uint64_t index = from; index < to; ++index) {
      const auto where = fmt::format("entry {}", index);
      if (index - from >= content.entries.size() ||
          hash_leaf(content.entries[index - from]) != hashes[index % tile_width]) {
        return unverified(where + " is not what the log's tile says", "audit an exported log");
      }
      CHECK_OK_IN(where, add(index, content.entries[index - from], batch));
    }
    return {};
  }

  Result<void> add(std::uint64_t index, View bytes, Batch& batch) {
    const Envelope envelope = TRY(decode_envelope(TRY(decode_entry(bytes)).envelope));
    const Record record = TRY(decode(envelope.record));
    const RecordId id = id_of(envelope.record);
    const bool is_of_this_batch = !seen_.insert(id).second;
    if (const auto first = TRY(ids_.index_of(id)); first || is_of_this_batch) {
      return unverified(fmt::format("record {} is there twice", print_id(id)));
    }
    if (seen_.size() == added_entries) seen_.clear();
    for (const auto& ref : record.refs) postings_.add(layout::edge_list(ref.id, ref.role), index);
    postings_.add(layout::kind_list(record.kind()), index);
    postings_.add(layout::issuer_list(record.issuer, record.kind()), index);
    return ids_.add(id, batch);
  }

  Store& store_;
  StoredTree tree_;
  RecordIds ids_;
  Postings postings_;
  std::set<RecordId> seen_;  ///< of the batch at hand
};

}  // namespace

Result<std::uint64_t> rebuild_views(Store& store, const RebuildProgress& progress) {
  const auto head = TRY(load_head(store));
  if (!head) return not_found("the store holds no log");
  const TreeSize size = head->checkpoint.checkpoint.size;
  auto tree = TRY(StoredTree::open(store, size));
  if (tree.tree().root() != head->checkpoint.checkpoint.root) {
    return unverified("the entries in the store do not have the root that was signed",
                      "nothing was changed: audit an exported log");
  }
  Batch begun;
  begun.put(std::string(layout::rebuilding_key), {});
  CHECK_OK(store.commit(begun));
  CHECK_OK(erase_views(store));
  auto no_ids = TRY(RecordIds::open(store, TRY(StoredTree::open(store, {}))));
  CHECK_OK(Rebuild(store, std::move(tree), std::move(no_ids)).run(progress));
  Batch done;
  done.erase(std::string(layout::rebuilding_key));
  CHECK_OK(store.commit(done));
  return size.value;
}

}  // namespace usufruct
