#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "ledger/tree.h"

namespace usufruct {

/// C2SP tlog-tiles: the public face of a log is a folder of immutable files of 256 things each.
///
///     checkpoint                   the signed head
///     tile/<level>/<index>         256 hashes of 32 bytes
///     tile/entries/<index>         256 entries, each after its length in two bytes (big-endian)
///     …/<index>.p/<width>          the same, not full yet: 1 to 255 of them
///
/// An index is written in groups of three digits, all but the last after an `x`: 1234067 is
/// `x001/x234/067`.
inline constexpr unsigned tile_height = 8;
inline constexpr unsigned tile_width = 1U << tile_height;
inline constexpr unsigned tile_levels = 8;  ///< 8 * 8 bits are more than any log has
inline constexpr std::size_t entry_bytes_max = 65'535;
inline constexpr std::size_t bundle_bytes_max = tile_width * (2 + entry_bytes_max);

/// Hash i of tile (level, index) is the root of the 256^level leaves from
/// (index * 256 + i) * 256^level on.
struct TileId {
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = tile_width;  ///< 1..256; 256 is a full tile

  auto operator<=>(const TileId&) const = default;
};
struct BundleId {
  std::uint64_t index = 0;
  unsigned width = tile_width;

  auto operator<=>(const BundleId&) const = default;
};

std::string print_path(const TileId& tile);
std::string print_path(const BundleId& bundle);
/// Strict: what print_path() would not print is `malformed`. Levels to 63 parse, as the format
/// says.
Result<TileId> parse_tile_path(std::string_view path);
Result<BundleId> parse_bundle_path(std::string_view path);

/// How many hashes a log of that size has at a level of tiles, and the tile that holds one of them.
std::uint64_t hash_count(unsigned level, TreeSize size);
/// The width of a tile in a log of that size; 0 where there is none.
unsigned width_of(unsigned level, std::uint64_t index, TreeSize size);

Bytes encode_tile(std::span<const Digest> hashes);
/// `malformed` unless there are exactly `width` hashes.
Result<std::vector<Digest>> decode_tile(View bytes, unsigned width);
/// The root of a full tile, or of any power of two of hashes that belong together.
Digest root_of_hashes(std::span<const Digest> hashes);

/// An entry longer than entry_bytes_max is a bug.
void append_to_bundle(Bytes& bundle, View entry);
/// What a bundle holds as far as it can be read, and where and why reading ended early.
struct BundleContent {
  std::vector<View> entries;  ///< into the bytes given
  std::optional<Error> broken;
};
BundleContent read_bundle(View bytes);
/// The same, `malformed` unless it holds exactly `width` entries.
Result<std::vector<View>> decode_bundle(View bytes, unsigned width);
/// The bytes of the first `width` entries, or of as many as are whole.
View first_entries(View bundle, unsigned width);

}  // namespace usufruct
