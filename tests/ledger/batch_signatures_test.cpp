#include "ledger/batch_signatures.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "crypto/base/chance.h"
#include "crypto/hash.h"

namespace usufruct {
namespace {

SigningKey key_from(std::uint64_t seed) {
  SeededChance chance(seed);
  return SigningKey::generate(chance);
}

BatchRoot root_of(std::uint64_t number) {
  Bytes bytes;
  append_u64(bytes, number);
  return {{number + 1}, sha256(bytes)};
}

Signature signature_on(const SigningKey& key, const BatchRoot& batch) {
  return key.sign(Domain::batch, batch.statement());
}

TEST_CASE("batch signatures: a good one is verified once") {
  const SigningKey key = key_from(1);
  const Signature signature = signature_on(key, root_of(1));
  BatchSignatures known;
  for (int i = 0; i < 5; ++i) CHECK(known.verify(key.verify_key(), root_of(1), signature));
  CHECK(known.verifications() == 1);
  CHECK(known.size() == 1);
}

TEST_CASE("batch signatures: one that fails is never kept, and fails each time") {
  const SigningKey key = key_from(1);
  Signature bad = signature_on(key, root_of(1));
  bad.bytes[0] ^= 1;
  BatchSignatures known;
  for (int i = 0; i < 3; ++i) CHECK_FALSE(known.verify(key.verify_key(), root_of(1), bad));
  CHECK(known.verifications() == 3);
  CHECK(known.size() == 0);
}

TEST_CASE("batch signatures: what is known of one says nothing of another that differs in a part") {
  const SigningKey ada = key_from(1);
  const SigningKey ben = key_from(2);
  const BatchRoot batch = root_of(7);
  const Signature signature = signature_on(ada, batch);
  BatchSignatures known;
  REQUIRE(known.verify(ada.verify_key(), batch, signature));
  CHECK_FALSE(known.verify(ben.verify_key(), batch, signature));
  CHECK_FALSE(known.verify(ada.verify_key(), {{9}, batch.root}, signature));
  CHECK_FALSE(known.verify(ada.verify_key(), {batch.size, root_of(8).root}, signature));
  CHECK_FALSE(known.verify(ada.verify_key(), batch, signature_on(ben, batch)));
  CHECK_FALSE(known.verify(ada.verify_key(), batch, ada.sign(Domain::record, batch.statement())));
  CHECK(known.verify(ada.verify_key(), batch, signature));
  CHECK(known.verifications() == 6);
}

TEST_CASE("batch signatures: no more are kept than said, and those asked for stay") {
  const SigningKey key = key_from(1);
  BatchSignatures known(8);
  const BatchRoot stays = root_of(1'000);
  for (std::uint64_t i = 0; i < 40; ++i) {
    CHECK(known.verify(key.verify_key(), stays, signature_on(key, stays)));
    CHECK(known.verify(key.verify_key(), root_of(i), signature_on(key, root_of(i))));
    CHECK(known.size() <= 8);
  }
  CHECK(known.verifications() == 41);
  BatchSignatures smallest(0);
  for (std::uint64_t i = 0; i < 5; ++i) {
    CHECK(smallest.verify(key.verify_key(), root_of(i), signature_on(key, root_of(i))));
    CHECK(smallest.size() <= 2);
  }
}

TEST_CASE("batch signatures: threads may ask together") {
  const SigningKey key = key_from(1);
  std::vector<Signature> signatures;
  for (std::uint64_t i = 0; i < 20; ++i) signatures.push_back(signature_on(key, root_of(i)));
  BatchSignatures known(6);
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 200; ++i) {
        const std::size_t which = (i * 7 + t) % 20;
        const bool is_good = known.verify(key.verify_key(), root_of(which), signatures[which]);
        const bool is_bad =
            known.verify(key.verify_key(), root_of(which), signatures[(which + 1) % 20]);
        if (!is_good || is_bad) ++wrong;
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
  CHECK(known.size() <= 6);
}

}  // namespace
}  // namespace usufruct
