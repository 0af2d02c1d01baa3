#include "ledger/tile.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "crypto/base/check.h"
#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::string_view tile_prefix = "tile/";
constexpr std::string_view bundle_prefix = "tile/entries/";
constexpr unsigned level_max = 63;

std::string print_index(std::uint64_t index) {
  std::string text = fmt::format("{:03}", index % 1000);
  while ((index /= 1000) > 0) text = fmt::format("x{:03}/{}", index % 1000, text);
  return text;
}

std::string print_width(unsigned width) {
  CHECK_THAT(width >= 1 && width <= tile_width);
  return width == tile_width ? std::string() : fmt::format(".p/{}", width);
}

std::unexpected<Error> bad_path(std::string_view path) {
  return malformed(fmt::format("'{}' is not a path of a tile", printable(path)));
}

/// `<index>[.p/<width>]`. Reads the number only; that it was written as it must be is for the
/// caller to see by printing it again.
Result<BundleId> parse_place(std::string_view text) {
  BundleId place;
  if (const auto at = text.find(".p/"); at != std::string_view::npos) {
    const auto width = TRY(parse_decimal(text.substr(at + 3)));
    if (width < 1 || width >= tile_width) return malformed("a partial tile has 1 to 255 hashes");
    place.width = static_cast<unsigned>(width);
    text = text.substr(0, at);
  }
  for (auto group : split(text, '/')) {
    if (group.starts_with('x')) group.remove_prefix(1);
    if (group.size() != 3) return malformed("a group has three digits");
    for (const char digit : group) {
      if (digit < '0' || digit > '9') return malformed("a group has three digits");
      const auto value = static_cast<std::uint64_t>(digit - '0');
      if (place.index > (UINT64_MAX - value) / 10) return malformed("the index is too large");
      place.index = place.index * 10 + value;
    }
  }
  return place;
}

}  // namespace

std::string print_path(const TileId& tile) {
  return fmt::format("tile/{}/{}{}", tile.level, print_index(tile.index), print_width(tile.width));
}

std::string print_path(const BundleId& bundle) {
  return fmt::format("tile/entries/{}{}", print_index(bundle.index), print_width(bundle.width));
}

Result<TileId> parse_tile_path(std::string_view path) {
  if (!path.starts_with(tile_prefix)) return bad_path(path);
  const auto rest = path.substr(tile_prefix.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return bad_path(path);
  const auto level = parse_decimal(rest.substr(0, slash));
  const auto place = parse_place(rest.substr(slash + 1));
  if (!level || *level > level_max || !place) return bad_path(path);
  const TileId tile{static_cast<unsigned>(*level), place->index, place->width};
  if (print_path(tile) != path) return bad_path(path);
  return tile;
}

Result<BundleId> parse_bundle_path(std::string_view path) {
  if (!path.starts_with(bundle_prefix)) return bad_path(path);
  const auto place = parse_place(path.substr(bundle_prefix.size()));
  if (!place || print_path(*place) != path) return bad_path(path);
  return *place;
}

std::uint64_t hash_count(unsigned level, TreeSize size) {
  return level >= tile_levels ? 0 : size.value >> (tile_height * level);
}

unsigned width_of(unsigned level, std::uint64_t index, TreeSize size) {
  const std::uint64_t count = hash_count(level, size);
  if (index > count / tile_width) return 0;
  return static_cast<unsigned>(std::min<std::uint64_t>(tile_width, count - index * tile_width));
}

Bytes encode_tile(std::span<const Digest> hashes) {
  Bytes bytes;
  bytes.reserve(hashes.size() * Digest::size_bytes);
  for (const auto& hash : hashes) append(bytes, hash.view());
  return bytes;
}

Result<std::vector<Digest>> decode_tile(View bytes, unsigned width) {
  if (bytes.size() != std::size_t{width} * Digest::size_bytes) {
    return malformed(fmt::format("a tile of {} hashes has {} bytes, not {}", width,
                                 width * Digest::size_bytes, bytes.size()));
  }
  std::vector<Digest> hashes(width);
  for (std::size_t i = 0; i < width; ++i) {
    std::ranges::copy(bytes.subspan(i * Digest::size_bytes, Digest::size_bytes),
                      hashes[i].bytes.begin());
  }
  return hashes;
}

Digest root_of_hashes(std::span<const Digest> hashes) {
  CHECK_THAT(std::has_single_bit(hashes.size()));
  std::vector<Digest> row(hashes.begin(), hashes.end());
  for (std::size_t count = row.size() / 2; count > 0; count /= 2) {
    hash_pairs(std::span(row).first(2 * count), std::span(row).first(count));
  }
  return row.front();
}

void append_to_bundle(Bytes& bundle, View entry) {
  CHECK_THAT(entry.size() <= entry_bytes_max);
  append_u16(bundle, static_cast<std::uint16_t>(entry.size()));
  append(bundle, entry);
}

View first_entries(View bundle, unsigned width) {
  std::size_t end = 0;
  for (unsigned i = 0; i < width && bundle.size() - end >= 2; ++i) {
    const std::size_t next = end + 2 + read_u16(bundle.subspan(end));
    if (next > bundle.size()) break;
    end = next;
  }
  return bundle.first(end);
}

BundleContent read_bundle(View bytes) {
  BundleContent content;
  content.entries.reserve(bytes.empty() ? 0 : tile_width);
  while (!bytes.empty()) {
    const std::size_t number = content.entries.size();
    if (number == tile_width) {
      content.broken = malformed("bytes follow the last entry").error();
      break;
    }
    const std::size_t size = bytes.size() < 2 ? 0 : read_u16(bytes);
    if (bytes.size() < 2 || bytes.size() - 2 < size) {
      content.broken =
          malformed(fmt::format("the bundle ends in the middle of its entry {}", number)).error();
      break;
    }
    content.entries.push_back(bytes.subspan(2, size));
    bytes = bytes.subspan(2 + size);
  }
  return content;
}

Result<std::vector<View>> decode_bundle(View bytes, unsigned width) {
  auto content = read_bundle(bytes);
  if (content.broken) return std::unexpected(*std::move(content.broken));
  if (content.entries.size() != width) {
    return malformed(fmt::format("a bundle of {} entries holds {}", width, content.entries.size()));
  }
  return std::move(content.entries);
}

}  // namespace usufruct
