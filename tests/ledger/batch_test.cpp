#include "ledger/batch.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/chance.h"
#include "crypto/did_key.h"
#include "crypto/hash.h"
#include "ledger/proof.h"
#include "ledger/record/codec.h"
#include "ledger/signed.h"

namespace usufruct {
namespace {

SigningKey batch_key(std::uint64_t seed) {
  SeededChance chance(seed);
  return SigningKey::generate(chance);
}

Record party_of(const SigningKey& key, std::string name) {
  Record record;
  record.issuer = print_did_key(key.verify_key());
  record.body = Party{.name = std::move(name)};
  return record;
}

std::vector<Record> parties(const SigningKey& key, std::size_t count) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(party_of(key, fmt::format("p{}", i)));
  return records;
}

std::vector<Bytes> batch(const SigningKey& key, std::size_t count) {
  std::vector<Bytes> envelopes;
  const auto signed_records = sign_batch(parties(key, count), key);
  REQUIRE(signed_records);
  for (const auto& verified : *signed_records) envelopes.push_back(verified.envelope());
  return envelopes;
}

RecordId batch_id(std::uint64_t i) {
  return RecordId{sha256(as_view(fmt::format("record {}", i)))};
}

/// The envelope of a batch with something else in it.
template <class Change>
Result<Verified> verify_changed(const Bytes& good, Change change) {
  Envelope envelope = *decode_envelope(good);
  change(envelope);
  const auto bytes = encode(envelope);
  REQUIRE(bytes);
  return verify(*bytes);
}
Code code_of(const Result<Verified>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

TEST_CASE("batch: every place of every size leads to the root that RFC 6962 says") {
  std::vector<RecordId> ids;
  Tree tree;
  for (std::uint32_t size = 1; size <= 130; ++size) {
    ids.push_back(batch_id(size));
    tree.append(hash_leaf(ids.back().digest.view()));
    const BatchTree of(ids);
    CHECK(of.root() == BatchRoot{{size}, tree.root()});
    BatchClimb climb;
    for (std::uint32_t i = 0; i < size; ++i) {
      CAPTURE(size);
      CAPTURE(i);
      CHECK(climb.root(of.place(i), ids[i]) == of.root());
      CHECK(BatchClimb().root(of.place(i), ids[i]) == of.root());
    }
  }
}

TEST_CASE("batch: what a climb remembers changes no root, whatever comes after what") {
  // A slow obvious model: the proof walked from the leaf each time.
  const auto walk = [](const BatchPlace& place, const RecordId& id) {
    Proof proof;
    for (std::size_t i = 0; i < place.path.size(); i += 32) {
      proof.push_back(*digest_from(View(place.path).subspan(i, 32)));
    }
    return *root_from_inclusion({place.index}, {place.size}, hash_leaf(id.digest.view()), proof);
  };
  SeededChance chance(1);
  const auto below = [&](std::uint64_t count) {
    std::array<std::uint8_t, 8> bytes;
    chance.fill(bytes);
    return read_u64(bytes) % count;
  };
  BatchClimb climb;
  for (const std::uint32_t size : {1U, 2U, 3U, 7U, 8U, 13U}) {
    std::vector<RecordId> ids;
    for (std::uint32_t i = 0; i < size; ++i) ids.push_back(batch_id(i));
    const BatchTree tree(ids);
    for (int round = 0; round < 2'000; ++round) {
      BatchPlace place = tree.place(static_cast<std::uint32_t>(below(size)));
      RecordId id = ids[place.index];
      if (below(3) == 0 && !place.path.empty()) place.path[below(place.path.size())] ^= 1;
      if (below(5) == 0) id.digest.bytes[below(32)] ^= 1;
      CHECK(climb.root(place, id).root == walk(place, id));
    }
  }
}

TEST_CASE("batch: what is signed are the domain's tag, the size and the root") {
  const SigningKey key = batch_key(1);
  const auto signed_records = sign_batch(parties(key, 3), key);
  REQUIRE(signed_records);
  std::vector<Digest> leaves;
  for (const auto& verified : *signed_records) {
    Bytes leaf{0x00};
    append(leaf, verified.id().digest.view());
    leaves.push_back(sha256(leaf));
  }
  const auto node = [](const Digest& left, const Digest& right) {
    Bytes bytes{0x01};
    append(bytes, left.view());
    append(bytes, right.view());
    return sha256(bytes);
  };
  Bytes statement{0, 0, 0, 0, 0, 0, 0, 3};
  append(statement, node(node(leaves[0], leaves[1]), leaves[2]).view());
  for (std::size_t i = 0; i < 3; ++i) {
    const Envelope envelope = *decode_envelope((*signed_records)[i].envelope());
    REQUIRE(envelope.signatures.size() == 1);
    const auto& signature = envelope.signatures[0];
    CHECK(signature.batch.size == 3);
    CHECK(signature.batch.index == i);
    CHECK(signature.batch.path.size() == (i == 2 ? 32 : 64));
    CHECK(verify(key.verify_key(), Domain::batch, statement, signature.signature));
  }
}

TEST_CASE("batch: a signature on one record keeps the bytes it always had") {
  const SigningKey key = batch_key(1);
  const auto verified = sign(party_of(key, "Ada"), key);
  const Bytes record = *encode(verified->record());
  const std::uint64_t record_words = record.size() / 8;
  Bytes bytes;
  const auto word = [&](std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(value >> shift & 0xff);
  };
  word(std::uint64_t{2} << 48);                                   // the root: two pointers
  word(1 << 2 | 1 | (record.size() << 3 | 2) << 32);              // the record's bytes
  word(record_words << 2 | 1 | std::uint64_t{2 << 3 | 7} << 32);  // a list of structs, two words
  append(bytes, record);
  word(1 << 2 | std::uint64_t{2} << 48);                // one of them, of two pointers
  word(1 << 2 | 1 | std::uint64_t{32 << 3 | 2} << 32);  // signer
  word(4 << 2 | 1 | std::uint64_t{64 << 3 | 2} << 32);  // signature
  append(bytes, key.verify_key().view());
  append(bytes, key.sign(Domain::record, record).view());
  CHECK(to_hex(verified->envelope()) == to_hex(bytes));
}

TEST_CASE("batch: one record, an odd count and several signers verify") {
  const SigningKey ada = batch_key(1);
  const SigningKey ben = batch_key(2);
  for (const std::size_t count : {1U, 2U, 5U, 33U}) {
    const SigningKey* const both[] = {&ben, &ada, &ben};
    const auto records = parties(ada, count);
    const auto signed_records = sign_batch(records, both);
    REQUIRE(signed_records);
    for (std::size_t i = 0; i < count; ++i) {
      CHECK((*signed_records)[i].record() == records[i]);
      CHECK((*signed_records)[i].signers().size() == 2);
    }
  }
}

TEST_CASE("batch: a batch of one and a signature on the record may stand in one envelope") {
  const SigningKey ada = batch_key(1);
  const SigningKey ben = batch_key(2);
  Envelope mixed = *decode_envelope(batch(ada, 4)[2]);
  mixed.signatures.push_back({ben.verify_key(), ben.sign(Domain::record, mixed.record), {}});
  std::ranges::sort(mixed.signatures, {}, &RecordSignature::signer);
  const auto verified = verify(*encode(mixed));
  REQUIRE(verified);
  CHECK(verified->signers().size() == 2);
  // The same key once on the batch and once on the record is one signer twice.
  Envelope twice = *decode_envelope(batch(ada, 4)[2]);
  twice.signatures.push_back({ada.verify_key(), ada.sign(Domain::record, twice.record), {}});
  CHECK(code_of(verify(*encode(twice))) == Code::malformed);
}

TEST_CASE("batch: the largest one verifies, with one verification of its signature") {
  const SigningKey key = batch_key(1);
  const auto envelopes = batch(key, batch_records_max);
  BatchSignatures known;
  Verifier verifier(known);
  for (std::size_t i = 0; i < envelopes.size(); i += 997) CHECK(verifier.verify(envelopes[i]));
  CHECK(known.verifications() == 1);
  CHECK(decode_envelope(envelopes[0])->signatures[0].batch.path.size() == 16 * 32);
  auto too_many = parties(key, batch_records_max);
  too_many.push_back(too_many[0]);
  CHECK(sign_batch(too_many, key).error().code == Code::malformed);
  CHECK(sign_batch({}, key).error().code == Code::malformed);
}

TEST_CASE("batch: a record that does not encode, or of another issuer, is named") {
  const SigningKey key = batch_key(1);
  auto records = parties(key, 3);
  records[1].body = Party{.name = "\xff"};
  CHECK(sign_batch(records, key).error().message ==
        "record 1 of the batch: record: name is not UTF-8");
  records[1] = party_of(batch_key(2), "Ben");
  const auto other = sign_batch(records, key);
  REQUIRE_FALSE(other);
  CHECK(other.error().code == Code::unverified);
  CHECK(other.error().message.starts_with("record 1 of the batch: "));
}

TEST_CASE("batch: the path of another record, batch or place does not verify") {
  const SigningKey key = batch_key(1);
  const auto good = batch(key, 8);
  const auto other = batch(key, 9);
  const Envelope of_other = *decode_envelope(other[3]);
  const Envelope neighbour = *decode_envelope(good[2]);
  CHECK(code_of(verify_changed(good[3], [&](Envelope& envelope) {
          envelope.signatures[0].batch.path = neighbour.signatures[0].batch.path;
        })) == Code::unverified);
  CHECK(code_of(verify_changed(good[3], [&](Envelope& envelope) {
          envelope.signatures[0].batch = neighbour.signatures[0].batch;
        })) == Code::unverified);
  CHECK(code_of(verify_changed(good[3], [&](Envelope& envelope) {
          envelope.record = neighbour.record;
        })) == Code::unverified);
  CHECK(code_of(verify_changed(good[3], [&](Envelope& envelope) {
          envelope.signatures[0].signature = of_other.signatures[0].signature;
        })) == Code::unverified);
  for (const std::uint32_t index : {2U, 4U}) {
    CHECK(code_of(verify_changed(good[3], [&](Envelope& envelope) {
            envelope.signatures[0].batch.index = index;
          })) == Code::unverified);
  }
  for (const std::uint32_t size : {5U, 6U, 7U}) {
    CHECK(code_of(verify_changed(good[3], [&](Envelope& envelope) {
            envelope.signatures[0].batch.size = size;
          })) == Code::unverified);
  }
}

TEST_CASE("batch: a place that cannot be is malformed") {
  const Bytes good = batch(batch_key(1), 8)[3];
  struct Case {
    const char* what;
    std::uint32_t size;
    std::uint32_t index;
    std::size_t hashes;
  };
  for (const auto& [what, size, index, hashes] : {Case{"size 0 with an index", 0, 3, 0},
                                                  {"size 0 with a path", 0, 0, 3},
                                                  {"too large", 65'537, 3, 17},
                                                  {"largest number", 0xffffffff, 3, 32},
                                                  {"index at the size", 8, 8, 3},
                                                  {"index beyond", 8, 0xffffffff, 3},
                                                  {"path too short", 8, 3, 2},
                                                  {"path too long", 8, 3, 4},
                                                  {"no path", 8, 3, 0},
                                                  {"path of a smaller batch", 4, 3, 3},
                                                  {"path of a larger batch", 9, 3, 3},
                                                  {"oversized path", 8, 3, 1'000},
                                                  {"a path where there is none", 1, 0, 1}}) {
    CAPTURE(what);
    CHECK(code_of(verify_changed(good, [&](Envelope& envelope) {
            envelope.signatures[0].batch = {size, index, Bytes(hashes * 32, 7)};
          })) == Code::malformed);
  }
  for (const std::size_t bytes : {95U, 97U}) {
    CHECK(code_of(verify_changed(good, [&](Envelope& envelope) {
            envelope.signatures[0].batch.path.resize(bytes);
          })) == Code::malformed);
  }
}

TEST_CASE("batch: a signature on a batch is none on a record, nor the other way round") {
  const SigningKey key = batch_key(1);
  // The signature on a batch of one, presented as one on the record, and back.
  const Bytes one = batch(key, 1)[0];
  CHECK(code_of(verify_changed(one, [](Envelope& envelope) {
          envelope.signatures[0].batch = {};
        })) == Code::unverified);
  const Bytes alone = sign(party_of(key, "p0"), key)->envelope();
  CHECK(code_of(verify_changed(alone, [](Envelope& envelope) {
          envelope.signatures[0].batch = {1, 0, {}};
        })) == Code::unverified);
  // Nor are the bytes that a batch signs a record: they never parse as one.
  const auto statement = BatchRoot{{1}, sha256(as_view("x"))}.statement();
  CHECK_FALSE(decode(statement));
}

TEST_CASE("batch: a record whose bytes are an interior node is not in the batch") {
  // The preimage of a node is 65 bytes and of a leaf 33; a path cut short by one level would need
  // a record with an id whose leaf hash is the node's hash.
  const SigningKey key = batch_key(1);
  const auto good = batch(key, 4);
  const Envelope envelope = *decode_envelope(good[0]);
  const View path = envelope.signatures[0].batch.path;
  Bytes node{0x01};
  append(node, batch_leaf(id_of(envelope.record)).view());
  append(node, path.first(32));
  for (const Bytes& record : {node, Bytes(node.begin() + 1, node.end())}) {
    Envelope forged{record, envelope.signatures};
    forged.signatures[0].batch = {2, 0, to_bytes(path.subspan(32))};
    CHECK_FALSE(verify(*encode(forged)));
    // By the hashes alone, were such bytes a record.
    CHECK(BatchClimb().root(forged.signatures[0].batch, id_of(record)).root !=
          BatchClimb().root(envelope.signatures[0].batch, id_of(envelope.record)).root);
  }
}

TEST_CASE("batch: no flipped bit survives, also where the batch is known already") {
  const SigningKey key = batch_key(1);
  const auto envelopes = batch(key, 5);
  BatchSignatures known;
  Verifier verifier(known);
  for (const std::size_t which : {0U, 4U}) {
    const Bytes& good = envelopes[which];
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      Bytes flipped = good;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      CAPTURE(bit);
      REQUIRE(verifier.verify(good));
      CHECK_FALSE(verifier.verify(flipped));
    }
  }
  for (std::size_t size = 0; size < envelopes[0].size(); ++size) {
    CHECK_FALSE(verifier.verify(View(envelopes[0]).first(size)));
  }
}

TEST_CASE("batch: many of several batches verify on all cores, the bad ones alone fail") {
  std::vector<Bytes> envelopes;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    for (auto& envelope : batch(batch_key(seed), 100)) envelopes.push_back(std::move(envelope));
  }
  SeededChance chance(4);
  for (std::size_t i = 0; i < 50; ++i) std::swap(envelopes[i], envelopes[299 - i]);
  envelopes[40][60] ^= 1;
  envelopes[41].pop_back();
  BatchSignatures known;
  const auto results = verify_all(envelopes, known);
  REQUIRE(results.size() == 300);
  for (std::size_t i = 0; i < 300; ++i) CHECK(results[i].has_value() == (i != 40 && i != 41));
  CHECK(known.size() == 3);
}

}  // namespace
}  // namespace usufruct
