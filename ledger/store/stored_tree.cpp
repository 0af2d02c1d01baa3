#include "ledger/store/stored_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/store/layout.h"
#include "ledger/store/stored_entries.h"

namespace usufruct {
namespace {

constexpr std::size_t cached_tiles_max = 256;

}  // namespace

StoredTree::StoredTree(StoredTree&& other) noexcept
    : store_(other.store_),
      size_(other.size_),
      tree_(std::move(other.tree_)),
      edge_(std::move(other.edge_)),
      fresh_(std::move(other.fresh_)),
      cache_(std::move(other.cache_)) {}

StoredTree::StoredTree(const StoredTree& other)
    : store_(other.store_),
      size_(other.size_),
      tree_(other.tree_),
      edge_(other.edge_),
      fresh_(other.fresh_) {}

void StoredTree::settle(TreeSize size) {
  std::erase_if(fresh_, [&](const auto& tile) {
    const auto& [level, index] = tile.first;
    return (index + 1) * tile_width <= hash_count(level, size);
  });
}

Result<StoredTree> StoredTree::open(const Store& store, TreeSize size) {
  StoredTree tree(store);
  tree.size_ = size;
  for (unsigned level = 0; level < tile_levels && hash_count(level, size) > 0; ++level) {
    CHECK_OK(tree.load_edge(level));
  }
  tree.tree_ = TRY(tree_of(tree, size));
  return tree;
}

Result<void> StoredTree::load_edge(unsigned level) {
  auto& edge = edge_.emplace_back();
  const std::uint64_t count = hash_count(level, size_);
  const std::uint64_t first = count / tile_width * tile_width;
  if (level > 0) {
    for (std::uint64_t at = first; at < count; ++at) {
      edge.push_back(root_of_hashes(TRY(full_tile(level - 1, at))));
    }
    return {};
  }
  for (std::uint64_t page = first; page < count; page += layout::page_entries) {
    const Bytes bytes = TRY(StoredEntries::page(*store_, {page}));
    for (const View entry : read_bundle(bytes).entries) {
      if (edge.size() < count - first) edge.push_back(hash_leaf(entry));
    }
    const std::uint64_t due = std::min<std::uint64_t>(count, page + layout::page_entries) - first;
    if (edge.size() < due) {
      return unverified(fmt::format("entry {} of {} is missing from the store", first + edge.size(),
                                    size_.value));
    }
  }
  return {};
}

void StoredTree::append(const Digest& leaf_hash, Batch& batch) {
  std::uint64_t index = size_.value++;
  tree_.append(leaf_hash);
  Digest hash = leaf_hash;
  for (unsigned level = 0;; ++level, index /= tile_width) {
    if (edge_.size() <= level) edge_.emplace_back();
    edge_[level].push_back(hash);
    if (edge_[level].size() < tile_width) return;
    hash = root_of_hashes(edge_[level]);
    batch.put(layout::tile_key(level, index / tile_width), encode_tile(edge_[level]));
    fresh_.emplace(Place{level, index / tile_width},
                   std::make_shared<const std::vector<Digest>>(std::move(edge_[level])));
    edge_[level].clear();
  }
}

Result<std::vector<Digest>> StoredTree::full_tile(unsigned level, std::uint64_t index) const {
  const Place place{level, index};
  if (const auto found = fresh_.find(place); found != fresh_.end()) return *found->second;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = cache_.find(place); found != cache_.end()) return found->second;
  }
  const auto bytes = TRY(store_->get(layout::tile_key(level, index)));
  const TileId id{level, index};
  if (!bytes) return unverified(fmt::format("{} is missing from the store", print_path(id)));
  auto hashes = decode_tile(*bytes, tile_width);
  if (!hashes) {
    return unverified(
        fmt::format("{} is damaged in the store: {}", print_path(id), hashes.error().message));
  }
  const std::lock_guard lock(mutex_);
  if (cache_.size() >= cached_tiles_max) cache_.clear();
  cache_.emplace(place, *hashes);
  return *std::move(hashes);
}

Result<std::vector<Digest>> StoredTree::tile(const TileId& id) const {
  const unsigned width = id.level < edge_.size() ? width_of(id.level, id.index, size()) : 0;
  if (id.width == 0 || id.width > width) {
    return not_found(fmt::format("a log of {} has no {}", size().value, print_path(id)));
  }
  auto hashes = width == tile_width ? TRY(full_tile(id.level, id.index)) : edge_[id.level];
  hashes.resize(id.width);
  return hashes;
}

Result<Digest> StoredTree::subtree(unsigned level, std::uint64_t index) const {
  const unsigned row = level / tile_height;
  const unsigned span = level % tile_height;
  const std::uint64_t first = index << span;
  const std::uint64_t count = std::uint64_t{1} << span;
  const auto offset = static_cast<unsigned>(first % tile_width);
  const auto end = static_cast<unsigned>(offset + count);
  const auto hashes = TRY(tile({row, first / tile_width, end}));
  return root_of_hashes(std::span(hashes).subspan(offset, count));
}

}  // namespace usufruct
