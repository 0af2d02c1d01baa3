// What the reference implementations of C2SP's formats made of one log (golang.org/x/mod/sumdb,
// torchwood).
#include <doctest/doctest.h>

#include "crypto/hash.h"
#include "ledger/checkpoint.h"
#include "ledger/hash_levels.h"
#include "ledger/snapshot.h"
#include "ledger/store/memory_store.h"
#include "ledger/store/stored_tree.h"
#include "ledger/tile.h"
#include "ledger/tlog_proof.h"
#include "tests/support/data.h"
#include "tests/support/json.h"

namespace usufruct {
namespace {

constexpr std::uint64_t leaves = 70'000;

const JsonValue* vectors(std::string_view test) {
  static const auto path = find_data("log-vectors.json", test);
  if (!path) return nullptr;
  static const JsonValue read = JsonReader::read_file(path->native());
  return &read;
}

Bytes leaf(std::uint64_t i) { return to_bytes(fmt::format("leaf {}", i)); }

const HashLevels& levels() {
  static const HashLevels made = [] {
    HashLevels all;
    for (std::uint64_t i = 0; i < leaves; ++i) all.append(hash_leaf(leaf(i)));
    return all;
  }();
  return made;
}

std::vector<std::string> texts_of(const Proof& proof) {
  std::vector<std::string> texts;
  for (const auto& hash : proof) texts.push_back(to_base64(hash.view()));
  return texts;
}

TEST_CASE("vectors: roots of sizes 0 to 600") {
  const auto* all = vectors("roots");
  if (all == nullptr) return;
  const auto roots = (*all)["roots_hex_by_size"].texts();
  REQUIRE(roots.size() == 601);
  Tree tree;
  for (std::uint64_t size = 0; size <= 600; ++size) {
    CAPTURE(size);
    CHECK(to_hex(tree.root()) == roots[size]);
    CHECK(to_hex(*root_of(levels(), {size})) == roots[size]);
    tree.append(hash_leaf(leaf(size)));
  }
}

TEST_CASE("vectors: inclusion and consistency proofs") {
  const auto* all = vectors("proofs");
  if (all == nullptr) return;
  for (const auto& vector : (*all)["inclusion_proofs"].items) {
    const LeafIndex index{vector["index"].number()};
    const TreeSize size{vector["size"].number()};
    CAPTURE(index.value);
    CAPTURE(size.value);
    CHECK(to_base64(hash_leaf(leaf(index.value)).view()) == vector["leaf_hash"].text);
    CHECK(texts_of(*prove_inclusion(levels(), index, size)) == vector["proof"].texts());
  }
  for (const auto& vector : (*all)["consistency_proofs"].items) {
    const Growth growth{{vector["old"].number()}, {vector["new"].number()}};
    CAPTURE(growth.from.value);
    CAPTURE(growth.to.value);
    const Proof proof = *prove_consistency(levels(), growth);
    CHECK(texts_of(proof) == vector["proof"].texts());
    CHECK(verify_consistency(
        growth, {*root_of(levels(), growth.from), *root_of(levels(), growth.to)}, proof));
  }
}

TEST_CASE("vectors: paths of tiles and bundles") {
  const auto* all = vectors("paths");
  if (all == nullptr) return;
  for (const auto& vector : (*all)["paths_width0_means_full"].items) {
    const auto width = static_cast<unsigned>(vector["width"].number());
    const TileId tile{static_cast<unsigned>(vector["level"].number()), vector["index"].number(),
                      width == 0 ? tile_width : width};
    CHECK(print_path(tile) == vector["tile"].text);
    CHECK(parse_tile_path(vector["tile"].text) == tile);
    CHECK(print_path(BundleId{tile.index, tile.width}) == vector["entries"].text);
    CHECK(parse_bundle_path(vector["entries"].text) == BundleId{tile.index, tile.width});
  }
}

TEST_CASE("vectors: every tile and bundle of a log of 70,000, and the edge made again on opening") {
  const auto* all = vectors("tiles");
  if (all == nullptr) return;
  MemoryStore store;
  auto tree = *StoredTree::open(store, {});
  auto entries = *StoredEntries::open(store, {});
  Batch batch;
  for (std::uint64_t i = 0; i < leaves; ++i) {
    tree.append(hash_leaf(leaf(i)), batch);
    entries.append(leaf(i), batch);
  }
  entries.flush(batch);
  REQUIRE(store.commit(batch));
  const auto opened = StoredTree::open(store, {leaves});
  REQUIRE(opened);
  CHECK(opened->tree().root() == tree.tree().root());
  const Snapshot snapshot(store, "", *opened, *StoredEntries::open(store, {leaves}));
  std::size_t seen = 0;
  for (const auto& [path, digest] : (*all)["tree_70000_resource_sha256"].members) {
    CAPTURE(path);
    Bytes bytes;
    if (const auto id = parse_tile_path(path)) {
      bytes = encode_tile(*opened->tile(*id));
    } else {
      const auto bundle = parse_bundle_path(path);
      REQUIRE(bundle);
      bytes = *snapshot.bundle(*bundle);
    }
    CHECK(to_hex(sha256(bytes)) == digest.text);
    ++seen;
  }
  CHECK(seen == 551);
}

TEST_CASE("vectors: checkpoints sign and open, receipts print and verify") {
  const auto* all = vectors("checkpoints");
  if (all == nullptr) return;
  const auto log = *parse_vkey((*all)["keys"]["log"]["vkey"].text);
  const auto witness = *parse_vkey((*all)["keys"]["witness_ed25519_cosigner"]["vkey"].text);
  Policy policy = policy_of(log);
  REQUIRE(policy.add_witness({"w1", witness}));
  REQUIRE(policy.set_quorum("w1"));
  const auto signer = *parse_skey((*all)["keys"]["log"]["skey"].text);
  for (const auto& vector : (*all)["checkpoints"].items) {
    const auto opened = open_checkpoint(vector["checkpoint"].text, log);
    REQUIRE(opened);
    CHECK(opened->checkpoint.root == *root_of(levels(), opened->checkpoint.size));
    CHECK(sign_checkpoint(opened->checkpoint, signer.key)->note == vector["checkpoint"].text);
    CHECK(open_checkpoint(vector["cosigned_checkpoint"].text, log));
    const auto cosigned = open_cosigned(vector["cosigned_checkpoint"].text, policy);
    REQUIRE(cosigned);
    CHECK(cosigned->missing.empty());
    CHECK(cosigned->cosignatures[0].at.ms == vector["cosignature_time"].number() * 1000);
    CHECK(open_cosigned(vector["checkpoint"].text, policy)->missing ==
          "witness 'w1' has not cosigned");
  }
  for (const auto& vector : (*all)["tlog_proofs"].items) {
    const LeafIndex index{vector["index"].number()};
    for (const auto* form : {"tlog_proof", "tlog_proof_without_extra"}) {
      const auto receipt = parse_receipt_unverified(vector[form].text);
      REQUIRE(receipt);
      CHECK(print_receipt(*receipt) == vector[form].text);
      const auto proven = verify_receipt(*receipt, leaf(index.value), policy);
      REQUIRE(proven);
      CHECK(proven->cosignatures == std::vector<Cosignature>{{0, Time{1'750'000'000'000}}});
      CHECK_FALSE(verify_receipt(*receipt, leaf(index.value + 1), log));
    }
  }
}

}  // namespace
}  // namespace usufruct
