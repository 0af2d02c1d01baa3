#include "ledger/tile_hashes.h"

#include <doctest/doctest.h>

#include "tests/support/public_log.h"

namespace usufruct {
namespace {

TEST_CASE("tile hashes: proofs from tiles are those of the tree, for all sizes and leaves to 300") {
  for (std::uint64_t n = 1; n <= 300; n += n < 20 ? 1 : 37) {
    const PublicLog log(n);
    const auto hashes = TileHashes::open(log, log.head());
    REQUIRE(hashes);
    for (std::uint64_t i = 0; i < n; ++i) {
      CHECK(*prove_inclusion(**hashes, {i}, {n}) == *prove_inclusion(log.levels(), {i}, {n}));
      CHECK(*prove_consistency(**hashes, {{i}, {n}}) ==
            *prove_consistency(log.levels(), {{i}, {n}}));
    }
  }
}

TEST_CASE("tile hashes: proofs in a log of three levels of tiles verify") {
  const PublicLog log(70'000);
  const auto hashes = TileHashes::open(log, log.head());
  REQUIRE(hashes);
  for (std::uint64_t i = 0; i < 70'000; i += 997) {
    const auto proof = prove_inclusion(**hashes, {i}, {70'000});
    REQUIRE(proof);
    CHECK(verify_inclusion({i}, {70'000}, hash_leaf(log.entry(i)), *proof, log.root()));
    CHECK(*(*hashes)->inclusion({i}) == *proof);
    const auto growth = prove_consistency(**hashes, {{i}, {70'000}});
    REQUIRE(growth);
    CHECK(verify_consistency({{i}, {70'000}}, {*root_of(log.levels(), {i}), log.root()}, *growth));
    // Within the log too, between two earlier sizes.
    CHECK(*prove_consistency(**hashes, {{i / 2}, {i}}) ==
          *prove_consistency(log.levels(), {{i / 2}, {i}}));
  }
}

TEST_CASE("tile hashes: a tile is fetched once, and again when the cache is too small for it") {
  const PublicLog log(70'000);
  const auto warm = TileHashes::open(log, log.head());
  REQUIRE(prove_inclusion(**warm, {1'234}, {70'000}));
  const int before = log.reads;
  REQUIRE(prove_inclusion(**warm, {1'235}, {70'000}));
  CHECK(log.reads == before);

  const auto small = TileHashes::open(log, log.head(), 1);  // one tile in each part of the cache
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t i = 0; i < 70'000; i += 256) {
      const auto proof = prove_inclusion(**small, {i}, {70'000});
      REQUIRE(proof);
      CHECK(verify_inclusion({i}, {70'000}, hash_leaf(log.entry(i)), *proof, log.root()));
    }
  }
  CHECK(log.reads > before + 2 * 250);
}

TEST_CASE("tile hashes: a server that lies is found out before its hash is used") {
  for (const std::string path : {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}) {
    CAPTURE(path);
    PublicLog log(70'000);
    log.flip_bit(path, 0);
    const auto opened = TileHashes::open(log, log.head());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::unverified);
  }
  PublicLog log(70'000);
  const auto hashes = TileHashes::open(log, log.head());
  REQUIRE(hashes);
  log.flip_bit("tile/0/100", 77);
  const auto proof = prove_inclusion(**hashes, {25'600}, {70'000});
  REQUIRE_FALSE(proof);
  CHECK(proof.error().code == Code::unverified);
  CHECK(proof.error().message.starts_with("tile/0/100 "));
  CHECK(prove_inclusion(**hashes, {25'599}, {70'000}));
  // Once it serves the truth again it is believed: nothing false was kept.
  log.flip_bit("tile/0/100", 77);
  CHECK(prove_inclusion(**hashes, {25'600}, {70'000}));

  PublicLog above(70'000);
  above.flip_bit("tile/1/000", 40);
  const auto other = TileHashes::open(above, above.head());
  REQUIRE(other);  // The edge holds; what lies left of it does not.
  CHECK_FALSE(prove_inclusion(**other, {0}, {70'000}));
}

TEST_CASE("tile hashes: cut, over-long and missing tiles, and places beyond the log") {
  PublicLog log(70'000);
  const auto hashes = TileHashes::open(log, log.head());
  REQUIRE(hashes);
  log.cut("tile/0/007", 1);
  CHECK(prove_inclusion(**hashes, {7 * 256}, {70'000}).error().code == Code::malformed);
  log.put("tile/0/008", Bytes(1 << 20, 0));
  CHECK(prove_inclusion(**hashes, {8 * 256}, {70'000}).error().code == Code::malformed);
  log.drop("tile/0/009");
  CHECK(prove_inclusion(**hashes, {9 * 256}, {70'000}).error().code == Code::not_found);
  CHECK((*hashes)->subtree(0, 70'000).error().code == Code::not_found);
  CHECK((*hashes)->subtree(63, 0).error().code == Code::not_found);
  CHECK((*hashes)->inclusion({70'000}).error().code == Code::not_found);
  CHECK((*hashes)->tile(0, 274).error().code == Code::not_found);
  CHECK((*hashes)->tile(0, 273)->size() == 112);
}

TEST_CASE("tile hashes: a checkpoint of another history has no proofs here") {
  const PublicLog log(1'000);
  const PublicLog other(1'000, "other");
  CHECK(TileHashes::open(log, other.head()).error().code == Code::unverified);
  CHECK(TileHashes::open(PublicLog(0), PublicLog(0).head()));
}

}  // namespace
}  // namespace usufruct
