#include "ledger/hash_levels.h"

#include <fmt/format.h>

namespace usufruct {

HashLevels::HashLevels(const Tree& before) : before_(before.size()), size_(before.size()) {
  std::size_t peak = before.peaks().size();
  for (unsigned level = 0; peak > 0; ++level) {
    Level& row = level_at(level);
    if ((before_.value >> level & 1) != 0) row.hashes.push_back(before.peaks()[--peak]);
  }
}

HashLevels::Level& HashLevels::level_at(unsigned level) {
  while (levels_.size() <= level) {
    // Even, so that a peak of the tree before, if there is one at this level, is the first.
    levels_.push_back({before_.value >> levels_.size() & ~std::uint64_t{1}, {}});
  }
  return levels_[level];
}

void HashLevels::append(const Digest& leaf_hash) {
  Digest hash = leaf_hash;
  std::uint64_t index = size_.value;
  for (unsigned level = 0;; ++level, index >>= 1) {
    auto& hashes = level_at(level).hashes;
    hashes.push_back(hash);
    if ((index & 1) == 0) break;
    hash = hash_node(hashes[hashes.size() - 2], hash);
  }
  ++size_.value;
}

Result<Digest> HashLevels::subtree(unsigned level, std::uint64_t index) const {
  if (level < levels_.size()) {
    const Level& row = levels_[level];
    if (index >= row.first && index - row.first < row.hashes.size()) {
      return row.hashes[index - row.first];
    }
  }
  return not_found(fmt::format("the hash of subtree {} at level {} is not kept", index, level));
}

}  // namespace usufruct
