#include "ledger/tile.h"

#include <doctest/doctest.h>

#include "ledger/hash_levels.h"

namespace usufruct {
namespace {

TEST_CASE("tile: paths are those of C2SP tlog-tiles") {
  CHECK(print_path(TileId{0, 0, 256}) == "tile/0/000");
  CHECK(print_path(TileId{0, 1'234'067, 256}) == "tile/0/x001/x234/067");
  CHECK(print_path(TileId{2, 273, 112}) == "tile/2/273.p/112");
  CHECK(print_path(BundleId{1000, 7}) == "tile/entries/x001/000.p/7");
  CHECK(parse_tile_path("tile/63/x001/x234/067.p/1") == TileId{63, 1'234'067, 1});
  CHECK(parse_bundle_path("tile/entries/x001/000.p/7") == BundleId{1000, 7});
  CHECK(parse_tile_path(print_path(TileId{1, UINT64_MAX, 9}))->index == UINT64_MAX);
}

TEST_CASE("tile: paths that nobody prints are malformed") {
  for (const auto* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/00/000",
                           "tile/64/000",
                           "tile/-1/000",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/",
                           "tile/0/x000/000",
                           "tile/0/001/000",
                           "tile/0/x001",
                           "tile/0/000/",
                           "/tile/0/000",
                           "tile/0/000.p/1.p/1",
                           "tile/0/0a0",
                           "tile/entries/000",
                           "tile/0/x099/x999/x999/x999/x999/x999/999",
                           "tile/0/../000"}) {
    CAPTURE(path);
    CHECK_FALSE(parse_tile_path(path));
  }
  CHECK_FALSE(parse_bundle_path("tile/entries/000.p/256"));
  CHECK_FALSE(parse_bundle_path("tile/0/000"));
}

TEST_CASE("tile: widths follow the size") {
  CHECK(width_of(0, 0, {0}) == 0);
  CHECK(width_of(0, 0, {256}) == 256);
  CHECK(width_of(0, 1, {256}) == 0);
  CHECK(width_of(1, 0, {256}) == 1);
  CHECK(width_of(0, 273, {70'000}) == 112);
  CHECK(width_of(1, 1, {70'000}) == 17);
  CHECK(width_of(2, 0, {70'000}) == 1);
  CHECK(width_of(3, 0, {70'000}) == 0);
  CHECK(width_of(8, 0, {UINT64_MAX}) == 0);
  CHECK(width_of(0, UINT64_MAX, {UINT64_MAX}) == 0);
}

TEST_CASE("tile: 256 hashes have the root of their subtree") {
  HashLevels levels;
  std::vector<Digest> hashes;
  for (int i = 0; i < 256; ++i) {
    hashes.push_back(hash_leaf(as_view(std::to_string(i))));
    levels.append(hashes.back());
  }
  CHECK(root_of_hashes(hashes) == *levels.subtree(8, 0));
  CHECK(*decode_tile(encode_tile(hashes), 256) == hashes);
  CHECK_FALSE(decode_tile(encode_tile(hashes), 255));
  CHECK_FALSE(decode_tile(View(encode_tile(hashes)).first(100), 3));
  CHECK_FALSE(decode_tile({}, 1));
}

TEST_CASE("tile: a bundle holds what was put in, and says where it breaks") {
  Bytes bundle;
  append_to_bundle(bundle, as_view("a"));
  append_to_bundle(bundle, {});
  append_to_bundle(bundle, Bytes(entry_bytes_max, 7));
  CHECK(View(bundle).first(5).back() == 0);
  const auto entries = decode_bundle(bundle, 3);
  REQUIRE(entries);
  CHECK(as_text((*entries)[0]) == "a");
  CHECK((*entries)[2].size() == entry_bytes_max);
  CHECK_FALSE(decode_bundle(bundle, 2));
  CHECK_FALSE(decode_bundle(bundle, 4));
  CHECK_FALSE(decode_bundle(View(bundle).first(bundle.size() - 1), 3));
  const auto cut = read_bundle(View(bundle).first(6));
  CHECK(cut.entries.size() == 2);
  CHECK(cut.broken);
  CHECK(read_bundle({}).entries.empty());
  const Bytes many(2 * 257, 0);
  CHECK(read_bundle(many).broken);
  CHECK(read_bundle(many).entries.size() == 256);
}

}  // namespace
}  // namespace usufruct
