#include "ledger/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/stream.h"
#include "ledger/store/layout.h"

namespace usufruct {

Result<std::unique_ptr<StoreReader>> StoreReader::open(const Store& store) {
  auto head = TRY(load_head(store));
  if (!head) return not_found("the store holds no log");
  auto tree = TRY(StoredTree::open(store, head->checkpoint.checkpoint.size));
  return std::unique_ptr<StoreReader>(new StoreReader(store, *std::move(head), std::move(tree)));
}

StoreReader::StoreReader(const Store& store, Head head, StoredTree tree)
    : store_(store), head_(std::move(head)), tree_(std::move(tree)) {}

Result<Bytes> StoreReader::tile(const TileId& id) const { return encode_tile(TRY(tree_.tile(id))); }

Result<Bytes> StoreReader::bundle(const BundleId& id) const {
  if (id.width == 0 || id.width > width_of(0, id.index, tree_.size())) {
    return not_found(fmt::format("a log of {} has no {}", tree_.size().value, print_path(id)));
  }
  Bytes bundle;
  for (unsigned i = 0; i < id.width; ++i) {
    const LeafIndex index{id.index * tile_width + i};
    const auto entry = TRY(store_.get(layout::entry_key(index)));
    if (!entry || entry->size() > entry_bytes_max) {
      return unverified(fmt::format("entry {} is missing from the store, or damaged", index.value));
    }
    append_to_bundle(bundle, *entry);
  }
  return bundle;
}

Result<std::string> FolderReader::checkpoint() const {
  return std::string(as_text(TRY(read_file(folder_ / "checkpoint", note_bytes_max))));
}

Result<Bytes> FolderReader::tile(const TileId& id) const {
  constexpr std::size_t bytes_max = tile_width * Digest::size_bytes;
  auto bytes = read_file(folder_ / print_path(id), bytes_max);
  if (!bytes && bytes.error().code == Code::not_found && id.width < tile_width) {
    bytes = read_file(folder_ / print_path(TileId{id.level, id.index}), bytes_max);
    if (bytes) bytes->resize(std::min(bytes->size(), id.width * Digest::size_bytes));
  }
  return bytes;
}

Result<Bytes> FolderReader::bundle(const BundleId& id) const {
  auto bytes = read_file(folder_ / print_path(id), bundle_bytes_max);
  if (bytes || bytes.error().code != Code::not_found || id.width == tile_width) return bytes;
  const Bytes full = TRY(read_file(folder_ / print_path(BundleId{id.index}), bundle_bytes_max));
  const auto content = read_bundle(full);
  Bytes part;
  for (std::size_t i = 0; i < std::min<std::size_t>(id.width, content.entries.size()); ++i) {
    append_to_bundle(part, content.entries[i]);
  }
  return part;
}

}  // namespace usufruct
