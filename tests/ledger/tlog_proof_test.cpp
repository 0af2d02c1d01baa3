#include "ledger/tlog_proof.h"

#include <doctest/doctest.h>

#include "ledger/entry.h"
#include "ledger/hash_levels.h"
#include "tests/support/records.h"

namespace usufruct {
namespace {

const Bytes envelope = to_bytes("an envelope");
constexpr Time proof_time{1'790'000'000'123};

/// The second of three entries.
Receipt good() {
  HashLevels levels;
  levels.append(hash_leaf(as_view("before")));
  levels.append(hash_leaf(encode_entry(proof_time, envelope)));
  levels.append(hash_leaf(as_view("after")));
  const Checkpoint checkpoint{std::string(test_origin), {3}, *root_of(levels, {3}), {}};
  return {{1},
          encode_time(proof_time),
          *prove_inclusion(levels, {1}, {3}),
          sign_checkpoint(checkpoint, key_from(1))->note};
}

TEST_CASE("receipt: verifies offline with the envelope and the key of the log") {
  const auto receipt = parse_receipt_unverified(print_receipt(good()));
  REQUIRE(receipt);
  CHECK(*receipt == good());
  const auto proven = verify_envelope_receipt(*receipt, envelope, test_verifier());
  REQUIRE(proven);
  CHECK(proven->checkpoint.size == TreeSize{3});
  CHECK(*time_of(*receipt) == proof_time);
}

TEST_CASE("receipt: another envelope, time, index, proof, key or checkpoint does not verify") {
  const auto refuses = [](const Receipt& receipt, View of = envelope) {
    const auto result = verify_envelope_receipt(receipt, of, test_verifier());
    return !result && result.error().code == Code::unverified;
  };
  CHECK(refuses(good(), as_view("another")));
  Receipt receipt = good();
  receipt.extra->back() ^= 1;
  CHECK(refuses(receipt));
  receipt = good();
  receipt.index.value = 0;
  CHECK(refuses(receipt));
  receipt = good();
  std::swap(receipt.proof[0], receipt.proof[1]);
  CHECK(refuses(receipt));
  receipt = good();
  receipt.proof.clear();
  CHECK(refuses(receipt));
  receipt = good();
  const Checkpoint forged{std::string(test_origin), {3}, hash_leaf({}), {}};
  receipt.checkpoint = sign_checkpoint(forged, key_from(1))->note;
  CHECK(refuses(receipt));
  receipt.checkpoint = sign_checkpoint(forged, key_from(8))->note;
  CHECK(refuses(receipt));
  receipt = good();
  receipt.extra.reset();
  CHECK_FALSE(verify_envelope_receipt(receipt, envelope, test_verifier()));
  CHECK_FALSE(verify_envelope_receipt(good(), {}, test_verifier()));
}

TEST_CASE("receipt: the witnesses that the policy asks for have cosigned") {
  const auto witness = [](std::string_view name, std::uint64_t seed) {
    return *note_verifier(name, NoteKeyType::cosignature, key_from(seed).verify_key());
  };
  Policy policy = policy_of(test_verifier());
  REQUIRE(policy.add_witness({"north", witness("witness.example", 5)}));
  REQUIRE(policy.add_witness({"south", witness("other.example", 6)}));
  REQUIRE(policy.set_quorum("north"));
  Receipt receipt = good();
  CHECK(verify_envelope_receipt(receipt, envelope, policy).error().code == Code::denied);
  const std::string text = parse_note_unverified(receipt.checkpoint)->text;
  receipt.checkpoint +=
      print_note_signature(*cosign_note(text, "witness.example", key_from(5), {1'790'000'000'000}));
  const auto proven = verify_envelope_receipt(receipt, envelope, policy);
  REQUIRE(proven);
  CHECK(proven->cosignatures == std::vector<Cosignature>{{0, {1'790'000'000'000}}});
  // `denied` says that all else holds; what is forged besides is `unverified`.
  REQUIRE(policy.set_quorum("south"));
  CHECK(verify_envelope_receipt(receipt, envelope, policy).error().code == Code::denied);
  CHECK(verify_envelope_receipt(receipt, as_view("another"), policy).error().code ==
        Code::unverified);
}

TEST_CASE("receipt: cut anywhere it is malformed or unverified") {
  const std::string text = print_receipt(good());
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    const auto receipt = parse_receipt_unverified(text.substr(0, size));
    CHECK_FALSE((receipt && verify_envelope_receipt(*receipt, envelope, test_verifier())));
  }
}

TEST_CASE("receipt: no flipped bit goes unnoticed") {
  const std::string text = print_receipt(good());
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    CAPTURE(bit);
    const auto receipt = parse_receipt_unverified(flipped);
    CHECK_FALSE((receipt && verify_envelope_receipt(*receipt, envelope, test_verifier())));
  }
}

TEST_CASE("receipt: what is not printed so is malformed") {
  const std::string note = good().checkpoint;
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  std::string hashes;
  for (std::size_t i = 0; i <= proof_hashes_max; ++i) hashes += to_base64(Digest{}.view()) + "\n";
  const std::vector<std::string> texts = {"index 0\n\n" + note,
                                          "c2sp.org/tlog-proof@v2\nindex 0\n\n" + note,
                                          head + "\n" + note,
                                          head + "index 00\n\n" + note,
                                          head + "index -1\n\n" + note,
                                          head + "index 0\nextra aGk=\n\n" + note,
                                          head + "extra aGk\nindex 0\n\n" + note,
                                          head + "extra aGk=\nextra aGk=\nindex 0\n\n" + note,
                                          head + "index 0\nAAAA\n\n" + note,
                                          head + "index 0\n" + hashes + "\n" + note,
                                          head + "index 0\n\n\n" + note,
                                          head + "index 0\n\n",
                                          head + "index 0\n\nnot a note\n"};
  for (const auto& text : texts) {
    CAPTURE(text);
    const auto receipt = parse_receipt_unverified(text);
    REQUIRE_FALSE(receipt);
    CHECK(receipt.error().code == Code::malformed);
  }
}

TEST_CASE("entry: eight bytes of time, then the envelope") {
  const Bytes entry = encode_entry({0x0102}, as_view("e"));
  CHECK(to_hex(entry) == "000000000000010265");
  CHECK(*decode_entry(entry) == Entry{{0x0102}, to_bytes("e")});
  CHECK_FALSE(decode_entry({}));
  CHECK_FALSE(decode_entry(View(entry).first(8)));
  CHECK_FALSE(decode_entry(Bytes(entry_bytes_max + 1, 1)));
  CHECK_FALSE(decode_entry(Bytes(9, 0xFF)));
  CHECK(decode_entry(Bytes(entry_bytes_max, 1)));
}

}  // namespace
}  // namespace usufruct
