#include "ledger/tree.h"

#include <algorithm>
#include <bit>

#include "crypto/base/check.h"
#include "crypto/hash.h"

namespace usufruct {

Digest hash_leaf(View entry) { return hash_leaf(entry, {}); }

Digest hash_leaf(View head, View tail) {
  constexpr std::uint8_t prefix[] = {0x00};
  Sha256 hash;
  hash.update(prefix);
  hash.update(head);
  hash.update(tail);
  return hash.finish();
}

Digest hash_node(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 1 + 2 * Digest::size_bytes> bytes;
  bytes[0] = 0x01;
  std::ranges::copy(left.bytes, bytes.begin() + 1);
  std::ranges::copy(right.bytes, bytes.begin() + 1 + Digest::size_bytes);
  return sha256(bytes);
}

void hash_leaves(std::span<const View> entries, std::span<Digest> out) {
  sha256_each(0x00, entries, out);
}

void hash_pairs(std::span<const Digest> row, std::span<Digest> out) {
  CHECK_THAT(row.size() == 2 * out.size());
  // Two digests that stand side by side are the bytes of a node. A few at a time, since `out` may
  // overwrite what was read.
  constexpr std::size_t at_once = 16;
  static_assert(sizeof(Digest) == Digest::size_bytes);
  std::array<View, at_once> runs;
  for (std::size_t from = 0; from < out.size(); from += at_once) {
    const std::size_t count = std::min(at_once, out.size() - from);
    for (std::size_t i = 0; i < count; ++i) {
      runs[i] = View(row[2 * (from + i)].bytes.data(), 2 * Digest::size_bytes);
    }
    sha256_each(0x01, std::span(runs).first(count), out.subspan(from, count));
  }
}

Digest root_of_empty() { return sha256({}); }

Tree::Tree(TreeSize size, std::vector<Digest> peaks) : size_(size), peaks_(std::move(peaks)) {
  CHECK_THAT(static_cast<std::size_t>(std::popcount(size.value)) == peaks_.size());
}

void Tree::append(const Digest& leaf_hash) {
  Digest carried = leaf_hash;
  // As in binary addition: each trailing one bit of the size is a peak that the new leaf completes.
  for (std::uint64_t bits = size_.value; (bits & 1) != 0; bits >>= 1) {
    carried = hash_node(peaks_.back(), carried);
    peaks_.pop_back();
  }
  peaks_.push_back(carried);
  ++size_.value;
}

Digest Tree::root() const {
  if (peaks_.empty()) return root_of_empty();
  Digest root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i > 0; --i) root = hash_node(peaks_[i - 1], root);
  return root;
}

}  // namespace usufruct
