#include "ledger/audit_tiles.h"

#include <fmt/format.h>

#include <bit>

namespace usufruct {

AuditTiles::AuditTiles(const Reader& reader, Report report)
    : reader_(reader), report_(std::move(report)), edge_(1), full_(1) {}

void AuditTiles::append_full(const Digest& root) {
  ++full_[0];
  Digest hash = root;
  for (unsigned level = 1;; ++level) {
    if (edge_.size() <= level) {
      edge_.emplace_back();
      full_.push_back(0);
    }
    auto& hashes = edge_[level];
    hashes.push_back(hash);
    if (hashes.size() < tile_width) return;
    compare({level, full_[level]++}, hashes);
    hash = root_of_hashes(hashes);
    hashes.clear();
  }
}

void AuditTiles::append_last(std::span<const Digest> hashes) {
  edge_[0].assign(hashes.begin(), hashes.end());
}

void AuditTiles::finish() {
  for (unsigned level = 1; level < edge_.size(); ++level) {
    const auto& hashes = edge_[level];
    if (hashes.empty()) continue;
    compare({level, full_[level], static_cast<unsigned>(hashes.size())}, hashes);
  }
}

Tree AuditTiles::tree() const {
  TreeSize size{full_[0] * tile_width};
  std::vector<Digest> peaks;
  for (std::size_t level = edge_.size() - 1; level > 0; --level) {
    // Complete subtrees from the left, the largest first.
    std::span<const Digest> left = edge_[level];
    while (!left.empty()) {
      const std::size_t count = std::bit_floor(left.size());
      peaks.push_back(root_of_hashes(left.first(count)));
      left = left.subspan(count);
    }
  }
  Tree tree(size, std::move(peaks));
  for (const auto& hash : edge_[0]) tree.append(hash);
  return tree;
}

void AuditTiles::compare(const TileId& id, const std::vector<Digest>& hashes) const {
  const std::uint64_t covered = std::uint64_t{1} << (tile_height * id.level);
  const std::uint64_t first = id.index * tile_width * covered;
  const auto tile = reader_.tile(id);
  const auto found = tile ? decode_tile(*tile, id.width) : std::unexpected(tile.error());
  if (!found) return report_(id, {first}, "tile", found.error(), tile ? View(*tile) : View());
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (hashes[i] == (*found)[i]) continue;
    report_(id, {first + i * covered}, "tile-hash",
            Error{Code::unverified, fmt::format("its hash {} is not that of what lies below", i)},
            *tile);
  }
}

}  // namespace usufruct
