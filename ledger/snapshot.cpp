#include "ledger/snapshot.h"

#include <fmt/format.h>

#include "ledger/head.h"
#include "ledger/store/layout.h"

namespace usufruct {
namespace {

/// The first `width` entries of pieces that hold as many or more.
Result<Bytes> first_entries(const Pieces& pieces, unsigned width) {
  Bytes bytes;
  for (const auto& piece : pieces) {
    for (const View entry : read_bundle(*piece).entries) {
      if (width-- == 0) return bytes;
      append_to_bundle(bytes, entry);
    }
  }
  return bytes;
}

}  // namespace

Snapshot::Snapshot(const Store& store, std::string note, const StoredTree& tree,
                   const StoredEntries& entries)
    : store_(store),
      note_(std::move(note)),
      size_(tree.size()),
      edge_(tree.edge()),
      tail_(entries.tail()) {}

Result<std::shared_ptr<const Snapshot>> Snapshot::open(const Store& store) {
  const auto head = TRY(load_published(store));
  if (!head) return not_found("the store holds no log");
  const TreeSize size = head->checkpoint.size;
  const auto tree = TRY(StoredTree::open(store, size));
  const auto entries = TRY(StoredEntries::open(store, size));
  return std::make_shared<const Snapshot>(store, head->note, tree, entries);
}

Result<Bytes> Snapshot::tile(const TileId& id) const {
  const unsigned width = id.level < tile_levels ? width_of(id.level, id.index, size_) : 0;
  if (id.width == 0 || id.width > width) {
    return not_found(fmt::format("a log of {} has no {}", size_.value, print_path(id)));
  }
  if (width < tile_width) return encode_tile(std::span(edge_[id.level]).first(id.width));
  auto bytes = TRY(store_.get(layout::tile_key(id.level, id.index)));
  if (!bytes || bytes->size() != tile_width * Digest::size_bytes) {
    return unverified(fmt::format("{} is missing from the store, or damaged", print_path(id)));
  }
  bytes->resize(id.width * Digest::size_bytes);
  return *std::move(bytes);
}

Result<Bytes> Snapshot::bundle(const BundleId& id) const {
  const unsigned width = width_of(0, id.index, size_);
  if (id.width == 0 || id.width > width) {
    return not_found(fmt::format("a log of {} has no {}", size_.value, print_path(id)));
  }
  if (width < tile_width) return first_entries(tail_, id.width);
  Bytes bytes = TRY(StoredEntries::bundle(store_, id.index));
  if (id.width == tile_width) return bytes;
  const Pieces whole{std::make_shared<const Bytes>(std::move(bytes))};
  return first_entries(whole, id.width);
}

}  // namespace usufruct
