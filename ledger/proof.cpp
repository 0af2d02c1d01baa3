#include "ledger/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "crypto/base/check.h"

namespace usufruct {
namespace {

/// Leaves [from, to); `from` is a multiple of a power of two that is not below to - from.
struct Range {
  std::uint64_t from;
  std::uint64_t to;
  std::uint64_t size() const { return to - from; }
  /// The largest power of two below its size (RFC 6962: k), for a size above one.
  std::uint64_t split() const { return std::bit_floor(size() - 1); }
};

Result<Digest> hash_of(const HashSource& source, Range range) {
  // Complete subtrees from the right: each folds into the hash of what is right of it.
  std::optional<Digest> folded;
  std::uint64_t left = range.size();
  while (left > 0) {
    const auto level = static_cast<unsigned>(std::countr_zero(left));
    left -= std::uint64_t{1} << level;
    const Digest peak = TRY(source.subtree(level, (range.from + left) >> level));
    folded = folded ? hash_node(peak, *folded) : peak;
  }
  return folded ? *folded : root_of_empty();
}

std::unexpected<Error> bad_proof(std::string why) {
  return unverified("the proof does not hold: " + std::move(why));
}

/// How many steps lead up from a leaf until it is inside the left, complete part; above them the
/// path goes along the right border, where only left siblings are named.
unsigned inner_steps(LeafIndex index, TreeSize size) {
  return static_cast<unsigned>(std::bit_width(index.value ^ (size.value - 1)));
}

Result<void> check_length(std::size_t is, std::size_t due) {
  if (is == due) return {};
  return bad_proof(fmt::format("{} hashes where {} are due", is, due));
}

Digest fold_up(std::uint64_t index, Digest hash, std::span<const Digest> proof) {
  for (const auto& sibling : proof) {
    hash = (index & 1) != 0 ? hash_node(sibling, hash) : hash_node(hash, sibling);
    index >>= 1;
  }
  return hash;
}

Digest fold_left(Digest hash, std::span<const Digest> proof) {
  for (const auto& left : proof) hash = hash_node(left, hash);
  return hash;
}

}  // namespace

Result<Digest> root_of(const HashSource& source, TreeSize size) {
  return hash_of(source, {0, size.value});
}

Result<Tree> tree_of(const HashSource& source, TreeSize size) {
  std::vector<Digest> peaks;
  for (int level = 63; level >= 0; --level) {
    if ((size.value >> level & 1) == 0) continue;
    const std::uint64_t before = level == 63 ? 0 : size.value >> (level + 1) << 1;
    peaks.push_back(TRY(source.subtree(static_cast<unsigned>(level), before)));
  }
  return Tree(size, std::move(peaks));
}

Result<Proof> prove_inclusion(const HashSource& source, LeafIndex index, TreeSize size) {
  if (index.value >= size.value) {
    return not_found(fmt::format("there is no entry {} in a log of {}", index.value, size.value));
  }
  Proof proof;
  Range range{0, size.value};
  while (range.size() > 1) {
    const std::uint64_t middle = range.from + range.split();
    const bool is_left = index.value < middle;
    proof.push_back(
        TRY(hash_of(source, is_left ? Range{middle, range.to} : Range{range.from, middle})));
    (is_left ? range.to : range.from) = middle;
  }
  std::ranges::reverse(proof);
  return proof;
}

Result<Proof> prove_consistency(const HashSource& source, Growth growth) {
  const std::uint64_t old = growth.from.value;
  if (old > growth.to.value) {
    return not_found(fmt::format("a log of {} does not grow to {}", old, growth.to.value));
  }
  Proof proof;
  if (old == 0 || old == growth.to.value) return proof;
  Range range{0, growth.to.value};
  while (range.to != old) {
    const std::uint64_t middle = range.from + range.split();
    const bool is_left = old <= middle;
    proof.push_back(
        TRY(hash_of(source, is_left ? Range{middle, range.to} : Range{range.from, middle})));
    (is_left ? range.to : range.from) = middle;
  }
  // The verifier knows the old root already: when it is the subtree itself, it is left out.
  if (range.from != 0) proof.push_back(TRY(hash_of(source, range)));
  std::ranges::reverse(proof);
  return proof;
}

InclusionPath inclusion_path(LeafIndex index, TreeSize size) {
  CHECK_THAT(index.value < size.value);
  const unsigned inner = inner_steps(index, size);
  const std::uint64_t above = inner == 64 ? 0 : index.value >> inner;
  return {inner, static_cast<std::size_t>(std::popcount(above))};
}

Result<Digest> root_from_inclusion(LeafIndex index, TreeSize size, const Digest& leaf_hash,
                                   std::span<const Digest> proof) {
  if (index.value >= size.value) {
    return bad_proof(fmt::format("no entry {} in a log of {}", index.value, size.value));
  }
  const InclusionPath path = inclusion_path(index, size);
  CHECK_OK(check_length(proof.size(), path.hashes()));
  const Digest hash = fold_up(index.value, leaf_hash, proof.first(path.inner));
  return fold_left(hash, proof.subspan(path.inner));
}

Result<void> verify_inclusion(LeafIndex index, TreeSize size, const Digest& leaf_hash,
                              std::span<const Digest> proof, const Digest& root) {
  const Digest found = TRY(root_from_inclusion(index, size, leaf_hash, proof));
  if (found == root) return {};
  return bad_proof(fmt::format("entry {} leads to root {}, not {}", index.value,
                               to_base64(found.view()), to_base64(root.view())));
}

Result<void> verify_consistency(Growth growth, const GrowthRoots& roots,
                                std::span<const Digest> proof) {
  const auto [from, to] = growth;
  if (from > to)
    return bad_proof(fmt::format("the log shrank from {} to {}", from.value, to.value));
  if (from.value == 0 || from == to) {
    CHECK_OK(check_length(proof.size(), 0));
    if (from.value == 0 && roots.from != root_of_empty()) {
      return bad_proof("the root of nothing is not SHA-256 of nothing");
    }
    if (from == to && roots.from != roots.to) {
      return bad_proof(fmt::format("two roots for one size, {}", from.value));
    }
    return {};
  }
  // Climb from the last complete subtree of the old tree (of 2^shift leaves): its path in the new
  // tree is an inclusion proof; its left siblings alone must give the old root.
  const auto shift = static_cast<unsigned>(std::countr_zero(from.value));
  const std::uint64_t index = (from.value - 1) >> shift;
  const unsigned inner = inner_steps({from.value - 1}, to) - shift;
  const bool starts_at_root = std::has_single_bit(from.value);
  const std::uint64_t above = inner == 64 ? 0 : index >> inner;
  CHECK_OK(check_length(proof.size(), (starts_at_root ? 0U : 1U) + inner +
                                          static_cast<std::size_t>(std::popcount(above))));
  const Digest seed = starts_at_root ? roots.from : proof.front();
  if (!starts_at_root) proof = proof.subspan(1);
  Digest older = seed;
  for (unsigned step = 0; step < inner; ++step) {
    if ((index >> step & 1) != 0) older = hash_node(proof[step], older);
  }
  older = fold_left(older, proof.subspan(inner));
  if (older != roots.from) return bad_proof("it does not lead to the older root");
  Digest newer = fold_up(index, seed, proof.first(inner));
  newer = fold_left(newer, proof.subspan(inner));
  if (newer != roots.to) return bad_proof("it does not lead to the newer root");
  return {};
}

}  // namespace usufruct
