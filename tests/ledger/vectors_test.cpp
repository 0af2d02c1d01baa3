// What the reference implementations of C2SP's formats made of one log: tests/vectors/README.md.
#include <doctest/doctest.h>

#include "crypto/hash.h"
#include "ledger/checkpoint.h"
#include "ledger/hash_levels.h"
#include "ledger/snapshot.h"
#include "ledger/store/memory_store.h"
#include "ledger/store/stored_tree.h"
#include "ledger/tile.h"
#include "ledger/tlog_proof.h"
#include "ledger/witness_request.h"
#include "tests/support/json.h"

namespace usufruct {
namespace {

constexpr std::uint64_t vector_leaves = 70'000;

const JsonValue& vectors() {
  static const JsonValue read =
      JsonReader::read_file(USUFRUCT_SOURCE_DIR "/tests/vectors/log-vectors.json");
  return read;
}

Bytes leaf(std::uint64_t i) { return to_bytes(fmt::format("leaf {}", i)); }

const HashLevels& levels() {
  static const HashLevels made = [] {
    HashLevels all;
    for (std::uint64_t i = 0; i < vector_leaves; ++i) all.append(hash_leaf(leaf(i)));
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
  const auto& all = vectors();
  const auto roots = all["roots_hex_by_size"].texts();
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
  const auto& all = vectors();
  for (const auto& vector : all["inclusion_proofs"].items) {
    const LeafIndex index{vector["index"].number()};
    const TreeSize size{vector["size"].number()};
    CAPTURE(index.value);
    CAPTURE(size.value);
    CHECK(to_base64(hash_leaf(leaf(index.value)).view()) == vector["leaf_hash"].text);
    CHECK(texts_of(*prove_inclusion(levels(), index, size)) == vector["proof"].texts());
  }
  for (const auto& vector : all["consistency_proofs"].items) {
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
  const auto& all = vectors();
  for (const auto& vector : all["paths_width0_means_full"].items) {
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
  const auto& all = vectors();
  MemoryStore store;
  auto tree = *StoredTree::open(store, {});
  auto entries = *StoredEntries::open(store, {});
  Batch batch;
  for (std::uint64_t i = 0; i < vector_leaves; ++i) {
    tree.append(hash_leaf(leaf(i)), batch);
    entries.append(leaf(i), batch);
  }
  entries.flush(batch);
  REQUIRE(store.commit(batch));
  const auto opened = StoredTree::open(store, {vector_leaves});
  REQUIRE(opened);
  CHECK(opened->tree().root() == tree.tree().root());
  const Snapshot snapshot(store, "", *opened, *StoredEntries::open(store, {vector_leaves}));
  std::size_t seen = 0;
  for (const auto& [path, digest] : all["tree_70000_resource_sha256"].members) {
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
  const auto& all = vectors();
  const auto log = *parse_vkey(all["keys"]["log"]["vkey"].text);
  const auto witness = *parse_vkey(all["keys"]["witness_ed25519_cosigner"]["vkey"].text);
  Policy policy = policy_of(log);
  REQUIRE(policy.add_witness({"w1", witness}));
  REQUIRE(policy.set_quorum("w1"));
  const auto signer = *parse_skey(all["keys"]["log"]["skey"].text);
  for (const auto& vector : all["checkpoints"].items) {
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
  for (const auto& vector : all["tlog_proofs"].items) {
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

/// A key made from a seed that is 64 hexadecimal digits.
SigningKey key_of(const JsonValue& seed_hex) {
  return SigningKey::from_seed(Secret<32>::copy_of(*parse_hex(seed_hex.text)));
}

TEST_CASE("vectors: keys print as they must") {
  const auto& keys = vectors()["keys"];
  CHECK(vectors()["leaves"].text.starts_with("ASCII \"leaf %d\", zero-based"));
  struct Case {
    std::string name;
    NoteKeyType type;
  };
  for (const auto& [name, type] : {Case{"log", NoteKeyType::ed25519},
                                   Case{"witness_ed25519_cosigner", NoteKeyType::cosignature}}) {
    const auto& vector = keys[name];
    const SigningKey key = key_of(vector["seed_hex"]);
    CHECK(to_hex(key.verify_key().view()) == vector["public_hex"].text);
    const auto verifier = note_verifier(vector["name"].text, type, key.verify_key());
    CHECK(print_vkey(*verifier) == vector["vkey"].text);
    CHECK(*parse_vkey(vector["vkey"].text) == *verifier);
  }
  const auto signer = parse_skey(keys["log"]["skey"].text);
  REQUIRE(signer);
  CHECK(signer->name == keys["log"]["name"].text);
  CHECK(to_hex(signer->key.verify_key().view()) == keys["log"]["public_hex"].text);
}

TEST_CASE("vectors: cosignatures are made and read byte for byte") {
  const auto& all = vectors();
  const auto& witness = all["keys"]["witness_ed25519_cosigner"];
  const auto log = *parse_vkey(all["keys"]["log"]["vkey"].text);
  const auto verifier = *parse_vkey(witness["vkey"].text);
  const SigningKey key = key_of(witness["seed_hex"]);
  for (const auto& vector : all["checkpoints"].items) {
    const Time at{static_cast<std::int64_t>(vector["cosignature_time"].number()) * 1'000};
    Note note = *parse_note_unverified(vector["checkpoint"].text);
    note.signatures.push_back(*cosign_note(note.text, witness["name"].text, key, at));
    CHECK(print_note(note) == vector["cosigned_checkpoint"].text);
    const NoteVerifier both[] = {log, verifier};
    const auto verified =
        verify_note(*parse_note_unverified(vector["cosigned_checkpoint"].text), both);
    REQUIRE(verified);
    REQUIRE(verified->size() == 2);
    CHECK((*verified)[1].cosigned_at == at);
    CHECK(open_checkpoint(vector["checkpoint"].text, log)->checkpoint.size.value ==
          vector["size"].number());
  }
}

TEST_CASE("vectors: what a witness is sent") {
  const auto& all = vectors();
  std::map<std::uint64_t, std::string> checkpoints;
  for (const auto& vector : all["checkpoints"].items) {
    checkpoints[vector["size"].number()] = vector["checkpoint"].text;
  }
  CHECK(all["add_checkpoint_from_zero"].text == print_add_checkpoint({{0}, {}, checkpoints.at(3)}));
  std::size_t seen = 0;
  for (const auto& vector : all["consistency_proofs"].items) {
    const Growth growth{{vector["old"].number()}, {vector["new"].number()}};
    if (!checkpoints.contains(growth.to.value)) continue;
    CAPTURE(growth.from.value);
    CHECK(vector["add_checkpoint_body"].text ==
          print_add_checkpoint({growth.from, *prove_consistency(levels(), growth),
                                checkpoints.at(growth.to.value)}));
    ++seen;
  }
  CHECK(seen == all["consistency_proofs"].items.size());
}

// ML-DSA-44 cosignatures (C2SP tlog-cosignature v1.1, type 0x06) are not verified here: no library
// of ours has the algorithm. What must hold is that they are an unknown key's lines: read, kept and
// never counted.
TEST_CASE("vectors: an ML-DSA-44 cosignature is a line of an unknown key") {
  const auto& all = vectors();
  const auto& vector = all["mldsa44_cosignature"];
  const auto log = *parse_vkey(all["keys"]["log"]["vkey"].text);
  const auto size = vector["size"].number();
  REQUIRE(size == vector_leaves);

  const Bytes key = *parse_base64(vector["public_base64"].text);
  CHECK(key.size() == vector["lengths"]["public"].number());
  Bytes named = to_bytes(vector["name"].text + "\n\x06");
  append(named, key);
  const std::string key_id = to_hex(View(sha256(named).bytes).first(4));
  CHECK(vector["vkey"].text.starts_with(vector["name"].text + "+" + key_id + "+"));
  CHECK(parse_vkey(vector["vkey"].text).error().code == Code::malformed);

  const auto lines = parse_note_signatures(vector["note_line"].text);
  REQUIRE(lines);
  CHECK(lines->at(0).name == vector["name"].text);
  CHECK(fmt::format("{:08x}", lines->at(0).key_id.value) == key_id);
  CHECK(lines->at(0).blob.size() == 8 + vector["lengths"]["signature"].number());
  CHECK(read_u64(lines->at(0).blob) == vector["time"].number());

  // What is signed: subtree/v1, name, time, origin, [0, size), root.
  Bytes message = to_bytes(std::string_view("subtree/v1\n\0", 12));
  message.push_back(static_cast<std::uint8_t>(vector["name"].text.size()));
  append(message, vector["name"].text);
  append_u64(message, vector["time"].number());
  message.push_back(static_cast<std::uint8_t>(log.name.size()));
  append(message, log.name);
  append_u64(message, 0);
  append_u64(message, size);
  append(message, root_of(levels(), {size})->view());
  CHECK(to_hex(message) == vector["message_hex"].text);
  CHECK(vector["context"].text == "empty");
  CHECK(vector["seed_hex"].text == all["keys"]["witness_ed25519_cosigner"]["seed_hex"].text);

  for (const auto& checkpoint : all["checkpoints"].items) {
    if (checkpoint["size"].number() != size) continue;
    const std::string note = checkpoint["checkpoint"].text + vector["note_line"].text;
    CHECK(open_checkpoint(note, log));
    CHECK(print_note(*parse_note_unverified(note)) == note);
    const auto opened = open_cosigned(note, policy_of(log));
    REQUIRE(opened);
    CHECK(opened->cosignatures.empty());
  }
}

TEST_CASE("vectors: no key of the file is left out") {
  std::vector<std::string> names;
  for (const auto& [name, value] : vectors().members) names.push_back(name);
  CHECK(names == std::vector<std::string>{"add_checkpoint_from_zero", "checkpoints",
                                          "consistency_proofs", "inclusion_proofs", "keys",
                                          "leaves", "mldsa44_cosignature",
                                          "paths_width0_means_full", "roots_hex_by_size",
                                          "tlog_proofs", "tree_70000_resource_sha256"});
}

}  // namespace
}  // namespace usufruct
