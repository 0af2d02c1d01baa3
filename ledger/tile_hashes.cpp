#include "ledger/tile_hashes.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "crypto/base/check.h"

namespace usufruct {
namespace {

/// Threads that ask for different tiles seldom wait for one another.
constexpr std::size_t shard_count = 16;

/// Where row k begins among the hashes of a tile: after those of the rows below it.
std::size_t row_begin(unsigned width, unsigned row) {
  std::size_t begin = 0;
  for (unsigned k = 0; k < row; ++k) begin += width >> k;
  return begin;
}

std::uint64_t key_of(unsigned level, std::uint64_t index) {
  // A level-0 tile index has at most 56 bits.
  return std::uint64_t{level} << 56 | index;
}

}  // namespace

/// A part of the cache: the least recently used tile is the last of the list.
struct TileHashes::Shard {
  using Item = std::pair<std::uint64_t, CheckedPtr>;
  std::mutex mutex;
  std::list<Item> recent;
  std::unordered_map<std::uint64_t, std::list<Item>::iterator> places;
};

const Digest& TileHashes::Checked::at(unsigned row, std::size_t position) const {
  // Of a full tile, the common case, the rows have 256, 128, 64 … hashes.
  const std::size_t begin =
      width == tile_width ? 2 * tile_width - (2 * tile_width >> row) : row_begin(width, row);
  return hashes[begin + position];
}

TileHashes::TileHashes(const Reader& reader, TreeSize size, std::size_t cache_bytes)
    : reader_(reader),
      size_(size),
      tiles_per_shard_(std::max<std::size_t>(1, cache_bytes / sizeof(Checked) / shard_count)),
      shards_(std::make_unique<Shard[]>(shard_count)) {}

TileHashes::~TileHashes() = default;

Result<std::unique_ptr<TileHashes>> TileHashes::open(const Reader& reader,
                                                     const Checkpoint& checkpoint,
                                                     std::size_t cache_bytes) {
  std::unique_ptr<TileHashes> made(new TileHashes(reader, checkpoint.size, cache_bytes));
  CHECK_OK(made->load_edge(checkpoint.root));
  return made;
}

Result<void> TileHashes::load_edge(const Digest& root) {
  for (unsigned level = 0; level < tile_levels; ++level) {
    const std::uint64_t count = hash_count(level, size_);
    const auto width = static_cast<unsigned>(count % tile_width);
    if (width > 0) edge_[level] = TRY(fetch({level, count / tile_width, width}));
  }
  const Tree tree = TRY(tree_of(*this, size_));
  if (tree.root() == root) return {};
  return unverified(
      fmt::format("the tiles at the right edge have root {}, the checkpoint of {} says {}",
                  to_base64(tree.root().view()), size_.value, to_base64(root.view())),
      "the tiles do not belong to the checkpoint: do not trust where they come from");
}

Result<TileHashes::CheckedPtr> TileHashes::fetch(const TileId& id) const {
  const Bytes bytes = TRY(reader_.tile(id));
  const auto hashes = TRY_IN(print_path(id), decode_tile(bytes, id.width));
  auto checked = std::make_shared<Checked>();
  checked->width = id.width;
  std::ranges::copy(hashes, checked->hashes.begin());
  std::span<Digest> row(checked->hashes.data(), id.width);
  while (row.size() > 1) {
    const std::span<Digest> above(row.data() + row.size(), row.size() / 2);
    hash_pairs(row.first(2 * above.size()), above);
    row = above;
  }
  return CheckedPtr(std::move(checked));
}

Result<TileHashes::CheckedPtr> TileHashes::find(unsigned level, std::uint64_t index) const {
  if (level >= tile_levels) return not_found("no log has tiles at that level");
  const std::uint64_t full = hash_count(level, size_) / tile_width;
  if (index >= full) {
    if (index == full && edge_[level]) return edge_[level];
    return not_found(
        fmt::format("a log of {} has no tile {} at level {}", size_.value, index, level));
  }
  Shard& shard = shards_[(index + level) % shard_count];
  const std::uint64_t key = key_of(level, index);
  {
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.places.find(key); found != shard.places.end()) {
      shard.recent.splice(shard.recent.begin(), shard.recent, found->second);
      return found->second->second;
    }
  }
  const TileId id{level, index};
  auto checked = TRY(fetch(id));
  // At most tile_levels deep: each step goes one level up, and the edge is there already.
  const CheckedPtr above = TRY(find(level + 1, index / tile_width));
  if (checked->at(tile_height, 0) != above->at(0, index % tile_width)) {
    return unverified(fmt::format("{} does not hash to what the tile above says", print_path(id)),
                      "the tile is damaged or forged: do not trust where it comes from");
  }
  const std::lock_guard lock(shard.mutex);
  if (shard.places.contains(key)) return checked;
  shard.recent.emplace_front(key, checked);
  shard.places.emplace(key, shard.recent.begin());
  if (shard.recent.size() > tiles_per_shard_) {
    shard.places.erase(shard.recent.back().first);
    shard.recent.pop_back();
  }
  return checked;
}

/// The tiles of one proof, each held while it is being made: all its hashes of one level of tiles
/// come out of one tile, or out of that and the edge.
class TileHashes::Path final : public HashSource {
 public:
  explicit Path(const TileHashes& hashes) : hashes_(hashes) {}

  Result<Digest> subtree(unsigned level, std::uint64_t index) const override {
    const unsigned row = level % tile_height;
    const std::uint64_t per_tile = tile_width >> row;
    const std::size_t position = index % per_tile;
    const CheckedPtr& tile = TRY(hold(level / tile_height, index / per_tile)).get();
    if (position < tile->width >> row) return tile->at(row, position);
    return not_found(fmt::format("a log of {} has no complete subtree {} at level {}",
                                 hashes_.size_.value, index, level));
  }

 private:
  struct Held {
    std::uint64_t index = 0;
    CheckedPtr tile;
  };

  Result<std::reference_wrapper<const CheckedPtr>> hold(unsigned level, std::uint64_t index) const {
    if (level >= tile_levels) return not_found("no log has tiles at that level");
    if (const auto& edge = hashes_.edge_[level];
        edge && index == hash_count(level, hashes_.size_) / tile_width) {
      return std::cref(edge);
    }
    Held& held = held_[level];
    if (!held.tile || held.index != index) held = {index, TRY(hashes_.find(level, index))};
    return std::cref(held.tile);
  }

  const TileHashes& hashes_;
  mutable std::array<Held, tile_levels> held_;
};

Result<Digest> TileHashes::subtree(unsigned level, std::uint64_t index) const {
  return Path(*this).subtree(level, index);
}

Result<Proof> TileHashes::inclusion(LeafIndex index) const {
  return prove_inclusion(Path(*this), index, size_);
}

Result<std::vector<Digest>> TileHashes::tile(unsigned level, std::uint64_t index) const {
  const CheckedPtr found = TRY(find(level, index));
  return std::vector<Digest>(found->hashes.begin(), found->hashes.begin() + found->width);
}

}  // namespace usufruct
