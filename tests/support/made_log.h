#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "crypto/base/parallel.h"
#include "ledger/checkpoint.h"
#include "ledger/folder_writer.h"
#include "ledger/tile.h"
#include "tests/support/records.h"

namespace usufruct {

/// Entry i of a made log: its number, then bytes that follow from it.
inline Bytes made_entry(std::uint64_t i, std::size_t entry_bytes) {
  Bytes entry;
  append_u64(entry, i);
  std::uint64_t state = i * 0x9E37'79B9'7F4A'7C15 + 1;
  while (entry.size() < entry_bytes) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    append_u64(entry, state);
  }
  entry.resize(entry_bytes);
  return entry;
}

/// Writes the public face of a log of that many entries to a folder, in parallel and in constant
/// memory but for a hash a bundle: for measurements on large logs. Signed with test_log_key().
inline Result<Checkpoint> make_log(const std::filesystem::path& folder, std::uint64_t count,
                                   std::size_t entry_bytes) {
  FolderWriter writer = TRY(FolderWriter::open(folder));
  std::vector<Digest> row((count + tile_width - 1) / tile_width);
  std::vector<Digest> last;
  const TreeSize size{count};
  for_each_index(row.size(), 4, [&](std::size_t at) {
    const unsigned width = width_of(0, at, size);
    std::vector<Digest> hashes;
    Bytes bundle;
    for (unsigned i = 0; i < width; ++i) {
      const Bytes entry = made_entry(at * tile_width + i, entry_bytes);
      append_to_bundle(bundle, entry);
      hashes.push_back(hash_leaf(entry));
    }
    if (!writer.write(print_path(BundleId{at, width}), bundle)) std::abort();
    if (!writer.write(print_path(TileId{0, at, width}), encode_tile(hashes))) std::abort();
    if (width == tile_width) row[at] = root_of_hashes(hashes);
    if (width < tile_width) last = std::move(hashes);
  });
  std::vector<std::vector<Digest>> partial{last};
  row.resize(hash_count(1, size));
  for (unsigned level = 1; !row.empty(); ++level) {
    std::vector<Digest> above;
    for (std::size_t from = 0; from < row.size(); from += tile_width) {
      const std::span hashes =
          std::span(row).subspan(from, std::min<std::size_t>(tile_width, row.size() - from));
      const TileId id{level, from / tile_width, static_cast<unsigned>(hashes.size())};
      CHECK_OK(writer.write(print_path(id), encode_tile(hashes)));
      if (id.width == tile_width) above.push_back(root_of_hashes(hashes));
      if (id.width < tile_width) {
        partial.resize(level + 1);
        partial[level].assign(hashes.begin(), hashes.end());
      }
    }
    row = std::move(above);
  }
  // The peaks, from the top down.
  std::vector<Digest> peaks;
  for (std::size_t level = partial.size(); level-- > 0;) {
    std::span<const Digest> left = partial[level];
    for (unsigned bit = tile_height; bit-- > 0;) {
      if ((left.size() >> bit & 1) == 0) continue;
      peaks.push_back(root_of_hashes(
          left.subspan(left.size() >> (bit + 1) << (bit + 1), std::size_t{1} << bit)));
    }
  }
  const Checkpoint checkpoint{std::string(test_origin), size, Tree(size, peaks).root(), {}};
  const auto signed_one = TRY(sign_checkpoint(checkpoint, test_log_key().key));
  CHECK_OK(writer.publish("checkpoint", as_view(signed_one.note)));
  return checkpoint;
}

}  // namespace usufruct
