#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "ledger/proof.h"
#include "ledger/store/store.h"
#include "ledger/tile.h"

namespace usufruct {

/// The tree of a log as a store holds it. Only full tiles are stored: what lies right of them (at
/// most 255 hashes a level) is made again from the entries and the tiles when a log is opened, and
/// kept here. So opening reads at most 255 entries and 255 tiles a level, however long the log.
///
/// Const methods are safe together; append() and settle() need the object alone.
class StoredTree final : public HashSource {
 public:
  /// The tree of the first `size` entries; `unverified` when an entry or a tile is missing or
  /// damaged. It borrows the store.
  static Result<StoredTree> open(const Store& store, TreeSize size);
  StoredTree(StoredTree&& other) noexcept;
  /// The tree as it is now, for who goes on reading it while it grows.
  StoredTree(const StoredTree& other);

  /// Adds a leaf; tiles it fills go into the batch.
  void append(const Digest& leaf_hash, Batch& batch);
  /// The first `size` leaves are in the store now.
  void settle(TreeSize size);

  const Tree& tree() const { return tree_; }
  TreeSize size() const { return size_; }
  Result<Digest> subtree(unsigned level, std::uint64_t index) const override;
  /// The first `width` hashes of a tile; `not_found` beyond the tree.
  Result<std::vector<Digest>> tile(const TileId& id) const;
  /// By level, the hashes of the tile that is not full.
  const std::vector<std::vector<Digest>>& edge() const { return edge_; }

 private:
  explicit StoredTree(const Store& store) : store_(&store) {}
  Result<void> load_edge(unsigned level);
  Result<std::vector<Digest>> full_tile(unsigned level, std::uint64_t index) const;

  using Place = std::pair<unsigned, std::uint64_t>;
  const Store* store_;
  TreeSize size_;
  Tree tree_;
  std::vector<std::vector<Digest>> edge_;  ///< by level: the tile that is not full yet
  /// Full, and not in the store before settle(). Shared with copies.
  std::map<Place, std::shared_ptr<const std::vector<Digest>>> fresh_;
  mutable std::mutex mutex_;
  mutable std::map<Place, std::vector<Digest>> cache_;  ///< guarded by mutex_
};

}  // namespace usufruct
