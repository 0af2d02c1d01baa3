#pragma once

#include <vector>

#include "ledger/proof.h"

namespace usufruct {

/// The hashes of complete subtrees, in memory, of what was appended to a tree since some size (by
/// default from nothing on). About 64 bytes a leaf. It can prove inclusion of every leaf appended
/// to it and consistency from the size it began with: the frontier it began with is all that lies
/// left.
///
/// Immutable once it no longer grows: then safe to share between threads.
class HashLevels final : public HashSource {
 public:
  explicit HashLevels(const Tree& before = {});

  void append(const Digest& leaf_hash);
  TreeSize size() const { return size_; }
  /// Whether a leaf was appended to it, so that its inclusion can be proven.
  bool covers(LeafIndex index) const {
    return index.value >= before_.value && index.value < size_.value;
  }
  /// `not_found` for what lies left of it or is not complete yet.
  Result<Digest> subtree(unsigned level, std::uint64_t index) const override;

 private:
  struct Level {
    std::uint64_t first = 0;  ///< index of hashes[0] in its level; even
    std::vector<Digest> hashes;
  };
  Level& level_at(unsigned level);

  TreeSize before_;
  TreeSize size_;
  std::vector<Level> levels_;
};

}  // namespace usufruct
