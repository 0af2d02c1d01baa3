#include "ledger/batch.h"

#include <algorithm>
#include <cstring>

#include "crypto/base/check.h"
#include "ledger/proof.h"

namespace usufruct {
namespace {

Digest hash_at(View path, std::size_t step) {
  Digest digest;
  std::memcpy(digest.bytes.data(), path.data() + step * Digest::size_bytes, Digest::size_bytes);
  return digest;
}

View from_step(View path, std::size_t step) { return path.subspan(step * Digest::size_bytes); }

}  // namespace

std::array<std::uint8_t, 40> BatchRoot::statement() const {
  std::array<std::uint8_t, 40> bytes;
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(size.value >> (56 - 8 * i));
  }
  std::ranges::copy(root.bytes, bytes.begin() + 8);
  return bytes;
}

Digest batch_leaf(const RecordId& id) { return hash_leaf(id.digest.view()); }

BatchTree::BatchTree(std::span<const RecordId> ids) {
  CHECK_THAT(!ids.empty() && ids.size() <= batch_records_max);
  auto& leaves = levels_.emplace_back();
  leaves.reserve(ids.size());
  for (const auto& id : ids) leaves.push_back(batch_leaf(id));
  while (levels_.back().size() > 1) {
    const auto& below = levels_.back();
    std::vector<Digest> above;
    above.reserve((below.size() + 1) / 2);
    for (std::size_t i = 0; i + 1 < below.size(); i += 2) {
      above.push_back(hash_node(below[i], below[i + 1]));
    }
    if (below.size() % 2 != 0) above.push_back(below.back());
    levels_.push_back(std::move(above));
  }
}

BatchRoot BatchTree::root() const { return {{levels_.front().size()}, levels_.back().front()}; }

BatchPlace BatchTree::place(std::uint32_t index) const {
  BatchPlace place{static_cast<std::uint32_t>(levels_.front().size()), index, {}};
  CHECK_THAT(index < place.size);
  std::size_t at = index;
  for (const auto& level : levels_) {
    const std::size_t sibling = at ^ 1;
    if (sibling < level.size()) append(place.path, level[sibling].view());
    at /= 2;
  }
  return place;
}

/// Whether the last way went through this node, and on by the same hashes. From a node on one way
/// up is like another: its index there and the size of the tree say all.
bool BatchClimb::meets(std::size_t step, const BatchPlace& place, const Digest& node) const {
  return way_.size == place.size && step <= way_.inner &&
         way_.index >> step == place.index >> step && way_.nodes[step] == node &&
         std::ranges::equal(from_step(way_.path, step), from_step(place.path, step));
}

BatchRoot BatchClimb::root(const BatchPlace& place, const RecordId& id) {
  const InclusionPath shape = inclusion_path({place.index}, {place.size});
  CHECK_THAT(shape.hashes() * Digest::size_bytes == place.path.size());
  Digest node = batch_leaf(id);
  std::size_t step = 0;
  bool is_known = meets(step, place, node);
  while (!is_known && step < shape.inner) {
    way_.nodes[step] = node;
    const Digest sibling = hash_at(place.path, step);
    const bool is_right = (place.index >> step & 1) != 0;
    node = is_right ? hash_node(sibling, node) : hash_node(node, sibling);
    is_known = meets(++step, place, node);
  }
  if (!is_known) {
    way_.nodes[step] = node;
    for (; step < shape.hashes(); ++step) node = hash_node(hash_at(place.path, step), node);
    way_.root = node;
  }
  way_.size = place.size;
  way_.index = place.index;
  way_.inner = shape.inner;
  way_.path.assign(place.path.begin(), place.path.end());
  return {{place.size}, way_.root};
}

}  // namespace usufruct
