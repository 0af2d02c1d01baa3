#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "ledger/tree.h"

namespace usufruct {

/// A proof in a tree of up to 2^63 leaves has no more hashes than this.
inline constexpr std::size_t proof_hashes_max = 63;

/// Hashes, lowest first: for inclusion the leaf's sibling comes first.
using Proof = std::vector<Digest>;

/// Where the hashes of complete subtrees come from: tiles, or memory. Subtree (level, index) covers
/// the leaves [index * 2^level, (index + 1) * 2^level); all of them must be there.
class HashSource {
 public:
  virtual ~HashSource() = default;
  virtual Result<Digest> subtree(unsigned level, std::uint64_t index) const = 0;
};

/// A log that grew: both sizes named, so that they cannot be swapped.
struct Growth {
  TreeSize from;
  TreeSize to;
};

/// RFC 6962 §2.1. The root, and proofs by §2.1.1 and §2.1.2. An index beyond the size, or a log
/// that shrank, is `not_found`; errors of the source pass through.
Result<Digest> root_of(const HashSource& source, TreeSize size);
Result<Tree> tree_of(const HashSource& source, TreeSize size);
Result<Proof> prove_inclusion(const HashSource& source, LeafIndex index, TreeSize size);
Result<Proof> prove_consistency(const HashSource& source, Growth growth);

/// The shape of an inclusion proof: `inner` steps up until inside the left, complete part of the
/// tree, at each of which the sibling is left or right; then along the right border, where only the
/// `border` siblings on the left are named.
struct InclusionPath {
  std::size_t inner;
  std::size_t border;
  std::size_t hashes() const { return inner + border; }
};
/// The index must be below the size: otherwise a bug.
InclusionPath inclusion_path(LeafIndex index, TreeSize size);

/// The root a leaf and its proof lead to; `unverified` when the proof has not the length it must.
Result<Digest> root_from_inclusion(LeafIndex index, TreeSize size, const Digest& leaf_hash,
                                   std::span<const Digest> proof);
/// `unverified` unless the leaf is at that index of the tree with that root.
Result<void> verify_inclusion(LeafIndex index, TreeSize size, const Digest& leaf_hash,
                              std::span<const Digest> proof, const Digest& root);

struct GrowthRoots {
  Digest from;
  Digest to;
};
/// `unverified` unless the larger tree begins with the smaller one. From the empty tree, and from a
/// size to itself, the proof is empty.
Result<void> verify_consistency(Growth growth, const GrowthRoots& roots,
                                std::span<const Digest> proof);

}  // namespace usufruct
