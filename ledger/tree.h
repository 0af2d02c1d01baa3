#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"

namespace usufruct {

/// The 0-based place of an entry in a log, and a count of entries: leaves [0, size). Two numbers
/// that often stand side by side and must not be mixed up.
struct LeafIndex {
  std::uint64_t value = 0;
  auto operator<=>(const LeafIndex&) const = default;
};
struct TreeSize {
  std::uint64_t value = 0;
  auto operator<=>(const TreeSize&) const = default;
};

/// RFC 6962 §2.1 with SHA-256: leaf = H(0x00 ‖ entry), node = H(0x01 ‖ left ‖ right), the root of
/// nothing = H(""). A node costs about 0.1 us.
Digest hash_leaf(View entry);
/// The same of an entry in two parts.
Digest hash_leaf(View head, View tail);
Digest hash_node(const Digest& left, const Digest& right);
Digest root_of_empty();

/// The same of many, faster than one by one: out[i] is the hash of entries[i], or of the pair
/// row[2i], row[2i + 1]; half as many out as in the row, which may be the beginning of it.
void hash_leaves(std::span<const View> entries, std::span<Digest> out);
void hash_pairs(std::span<const Digest> row, std::span<Digest> out);

/// The tree over the leaves appended so far, kept as its frontier: one hash per bit set in its
/// size, so at most 64. Appending costs one node hash on average, the root one per peak.
class Tree {
 public:
  Tree() = default;
  /// From the peaks of a tree of that size: the roots of its complete subtrees, largest first. As
  /// many as the size has bits set: anything else is a bug.
  Tree(TreeSize size, std::vector<Digest> peaks);

  void append(const Digest& leaf_hash);
  TreeSize size() const { return size_; }
  Digest root() const;
  /// Largest (leftmost) first.
  const std::vector<Digest>& peaks() const { return peaks_; }

 private:
  TreeSize size_;
  std::vector<Digest> peaks_;
};

}  // namespace usufruct
