#include "ledger/view/leaf_hashes.h"

#include <fmt/format.h>

namespace usufruct {

void LeafHashes::append(const Digest& leaf_hash) {
  leaves_.push_back(leaf_hash);
  if (leaves_.size() % tile_width != 0) return;
  tiles_.append(root_of_hashes(row(leaves_.size() - tile_width, tile_width)));
}

std::vector<Digest> LeafHashes::row(std::uint64_t first, std::uint64_t count) const {
  std::vector<Digest> hashes;
  hashes.reserve(count);
  for (std::uint64_t i = first; i < first + count; ++i) hashes.push_back(leaves_[i]);
  return hashes;
}

Result<Digest> LeafHashes::subtree(unsigned level, std::uint64_t index) const {
  if (level >= tile_height) return tiles_.subtree(level - tile_height, index);
  const std::uint64_t count = std::uint64_t{1} << level;
  if (index >= leaves_.size() / count) {
    return not_found(fmt::format("subtree {} at level {} is not complete", index, level));
  }
  return root_of_hashes(row(index * count, count));
}

}  // namespace usufruct
