#include "ledger/signed.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/base/chance.h"
#include "crypto/did_key.h"
#include "ledger/record/codec.h"

namespace usufruct {
namespace {

SigningKey key_from(std::uint64_t seed) {
  SeededChance chance(seed);
  return SigningKey::generate(chance);
}

Record party_of(const SigningKey& key, std::string name = "Ada") {
  Record record;
  record.issuer = print_did_key(key.verify_key());
  record.body = Party{.name = std::move(name)};
  return record;
}

TEST_CASE("signed: what the issuer signed verifies, with who signed") {
  const SigningKey ada = key_from(1);
  const SigningKey ben = key_from(2);
  const SigningKey* const both[] = {&ben, &ada, &ada};
  const auto verified = sign(party_of(ada), both);
  REQUIRE(verified);
  CHECK(verified->signers().size() == 2);
  CHECK(verified->signed_by(print_did_key(ben.verify_key())));
  CHECK_FALSE(verified->signed_by(print_did_key(key_from(3).verify_key())));
  CHECK(verify(verified->envelope())->id() == verified->id());
}

TEST_CASE("signed: a record its issuer did not sign is unverified") {
  const auto result = sign(party_of(key_from(1)), key_from(2));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::unverified);
}

TEST_CASE("signed: no flipped bit survives") {
  const Bytes good = sign(party_of(key_from(1)), key_from(1))->envelope();
  for (std::size_t bit = 0; bit < good.size() * 8; bit += 3) {
    Bytes flipped = good;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    CAPTURE(bit);
    CHECK_FALSE(verify(flipped));
  }
  for (std::size_t size = 0; size < good.size(); size += 5) {
    CHECK_FALSE(verify(View(good).first(size)));
  }
}

TEST_CASE("signed: a signature of another domain or on other bytes does not verify") {
  const SigningKey ada = key_from(1);
  Envelope envelope;
  envelope.record = *encode(party_of(ada));
  for (const Domain domain : {Domain::batch, Domain::package}) {
    envelope.signatures = {{ada.verify_key(), ada.sign(domain, envelope.record)}};
    CHECK(verify(*encode(envelope)).error().code == Code::unverified);
  }
  envelope.signatures = {{ada.verify_key(), ada.sign(Domain::record, *encode(party_of(ada, "B")))}};
  CHECK(verify(*encode(envelope)).error().code == Code::unverified);
}

TEST_CASE("signed: one bad signature among good ones spoils the envelope") {
  const SigningKey ada = key_from(1);
  const SigningKey ben = key_from(2);
  Envelope envelope;
  envelope.record = *encode(party_of(ada));
  envelope.signatures = {{ada.verify_key(), ada.sign(Domain::record, envelope.record)},
                         {ben.verify_key(), ada.sign(Domain::record, envelope.record)}};
  std::ranges::sort(envelope.signatures, {}, [](const auto& s) { return s.signer.bytes; });
  CHECK(verify(*encode(envelope)).error().code == Code::unverified);
}

TEST_CASE("signed: signatures out of order, twice, none or too many are malformed") {
  const SigningKey ada = key_from(1);
  Envelope envelope;
  envelope.record = *encode(party_of(ada));
  const RecordSignature one{ada.verify_key(), ada.sign(Domain::record, envelope.record)};
  CHECK(verify(*encode(envelope)).error().code == Code::malformed);
  envelope.signatures = {one, one};
  CHECK(verify(*encode(envelope)).error().code == Code::malformed);
  envelope.signatures.assign(signatures_max + 1, one);
  CHECK(verify(*encode(envelope)).error().code == Code::malformed);
}

TEST_CASE("signed: many are verified in the order given") {
  std::vector<Bytes> envelopes;
  for (std::uint64_t i = 0; i < 70; ++i) {
    envelopes.push_back(sign(party_of(key_from(i)), key_from(i))->envelope());
  }
  envelopes[33][40] ^= 1;
  const auto results = verify_all(envelopes);
  REQUIRE(results.size() == 70);
  for (std::size_t i = 0; i < 70; ++i) CHECK(results[i].has_value() == (i != 33));
  CHECK(verify_all({}).empty());
}

}  // namespace
}  // namespace usufruct
