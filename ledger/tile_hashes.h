#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/proof.h"
#include "ledger/reader.h"

namespace usufruct {

inline constexpr std::size_t tile_cache_bytes_default = std::size_t{64} << 20;

/// The hashes of a log out of its public tiles, none of them believed before it is shown to lie
/// under the root of a checkpoint: so proofs can be made of any C2SP tlog-tiles log, by whomever
/// its tiles are served.
///
///     auto hashes = TRY(TileHashes::open(reader, checkpoint));
///     Proof proof = TRY(prove_inclusion(*hashes, {7}, checkpoint.size));
///
/// The tiles at the right edge must together have the root; a full tile must hash to what the tile
/// above says of it, and so on up to the edge. A tile that does not is `unverified`, and named.
/// Tiles are fetched when first asked for and kept, with the hashes between their own and their
/// root, in a cache that is bounded: the least recently used go. Safe between threads.
class TileHashes final : public HashSource {
 public:
  /// Fetches the edge: at most one tile a level. Borrows the reader. The checkpoint is believed:
  /// verify its signature first.
  static Result<std::unique_ptr<TileHashes>> open(
      const Reader& reader, const Checkpoint& checkpoint,
      std::size_t cache_bytes = tile_cache_bytes_default);
  ~TileHashes() override;

  Result<Digest> subtree(unsigned level, std::uint64_t index) const override;
  /// As prove_inclusion() in the whole log, with one look at the cache a level instead of one a
  /// hash.
  Result<Proof> inclusion(LeafIndex index) const;
  /// All hashes of a tile of the log; `not_found` beyond it.
  Result<std::vector<Digest>> tile(unsigned level, std::uint64_t index) const;
  TreeSize size() const { return size_; }

 private:
  /// A tile and what is above its hashes within it: row k has width >> k hashes of subtrees of 2^k.
  struct Checked {
    unsigned width = 0;
    std::array<Digest, 2 * tile_width - 1> hashes;
    const Digest& at(unsigned row, std::size_t position) const;
  };
  using CheckedPtr = std::shared_ptr<const Checked>;  ///< shared: in use while others evict it
  struct Shard;
  class Path;

  TileHashes(const Reader& reader, TreeSize size, std::size_t cache_bytes);
  Result<void> load_edge(const Digest& root);
  Result<CheckedPtr> find(unsigned level, std::uint64_t index) const;
  Result<CheckedPtr> fetch(const TileId& id) const;

  const Reader& reader_;
  TreeSize size_;
  std::array<CheckedPtr, tile_levels> edge_;  ///< null where the edge is even
  std::size_t tiles_per_shard_;
  std::unique_ptr<Shard[]> shards_;
};

}  // namespace usufruct
