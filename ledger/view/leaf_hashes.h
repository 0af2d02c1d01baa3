#pragma once

#include "ledger/hash_levels.h"
#include "ledger/tile.h"
#include "ledger/view/chunked.h"

namespace usufruct {

/// The leaf hashes of a log from its beginning on, in memory: 32 bytes a leaf, half of what
/// HashLevels keeps. What lies between a leaf and the root of its 256 is hashed again when asked
/// for: up to 127 node hashes. Const methods are safe together.
class LeafHashes final : public HashSource {
 public:
  void append(const Digest& leaf_hash);
  TreeSize size() const { return {leaves_.size()}; }
  const Digest& leaf(LeafIndex index) const { return leaves_[index.value]; }
  /// `not_found` for what is not complete yet.
  Result<Digest> subtree(unsigned level, std::uint64_t index) const override;
  std::size_t size_bytes() const { return leaves_.size_bytes(); }

 private:
  std::vector<Digest> row(std::uint64_t first, std::uint64_t count) const;

  Chunked<Digest> leaves_;
  HashLevels tiles_;  ///< over the roots of full level-0 tiles
};

}  // namespace usufruct
