#pragma once

#include <functional>
#include <vector>

#include "ledger/reader.h"
#include "ledger/tree.h"

namespace usufruct {

/// Builds the tree over a log from its level-0 tiles on, and compares each tile above with what the
/// log shows. Memory: a tile a level.
class AuditTiles {
 public:
  /// Called with a tile that is not as it must be, the leaf where that begins, the rule it breaks
  /// (`tile`: it cannot be read; `tile-hash`: a hash is not that of what lies below), and its
  /// bytes.
  using Report =
      std::function<void(const TileId&, LeafIndex, std::string rule, const Error&, View bytes)>;

  AuditTiles(const Reader& reader, Report report);

  /// The next full level-0 tile, by its root.
  void append_full(const Digest& root);
  /// The last one, if it is not full: nothing may follow.
  void append_last(std::span<const Digest> hashes);
  /// Compares what is not full. Nothing may follow.
  void finish();
  /// The tree over everything appended.
  Tree tree() const;

 private:
  void compare(const TileId& id, const std::vector<Digest>& hashes) const;

  const Reader& reader_;
  Report report_;
  std::vector<std::vector<Digest>> edge_;  ///< by level of tiles: hashes of the tile that fills
  std::vector<std::uint64_t> full_;        ///< by level: tiles that were full
};

}  // namespace usufruct
