#include "crypto/sign.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace usufruct {
namespace {

Secret<32> seed_of(std::string_view hex) { return Secret<32>::copy_of(parse_hex(hex).value()); }

struct Vector {
  std::string_view seed, key, message, signature;
};
// RFC 8032 §7.1, TEST 1 to 3.
constexpr Vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST_CASE("sign: the vectors of RFC 8032") {
  for (const auto& vector : vectors) {
    CAPTURE(vector.seed);
    const auto key = SigningKey::from_seed(seed_of(vector.seed));
    const auto message = parse_hex(vector.message).value();
    CHECK(to_hex(key.verify_key().view()) == vector.key);
    const auto signature = key.sign(Domain::note, message);
    CHECK(to_hex(signature.view()) == vector.signature);
    CHECK(verify(key.verify_key(), Domain::note, message, signature));
    CHECK(to_hex(key.seed().view()) == vector.seed);
  }
}

TEST_CASE("sign: one changed bit of message, key or signature does not verify") {
  SeededChance chance(1);
  const auto key = SigningKey::generate(chance);
  const Bytes message = to_bytes("a record");
  const auto signature = key.sign(Domain::record, message);
  REQUIRE(verify(key.verify_key(), Domain::record, message, signature));
  for (std::size_t bit = 0; bit < 512; ++bit) {
    auto bad = signature;
    bad.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    CHECK_FALSE(verify(key.verify_key(), Domain::record, message, bad));
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    auto bad = key.verify_key();
    bad.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    CHECK_FALSE(verify(bad, Domain::record, message, signature));
  }
  CHECK_FALSE(verify(key.verify_key(), Domain::record, as_view("a recorD"), signature));
  CHECK_FALSE(verify(key.verify_key(), Domain::record, as_view("a recor"), signature));
}

TEST_CASE("sign: a signature for one use is worthless for every other") {
  SeededChance chance(2);
  const auto key = SigningKey::generate(chance);
  const Bytes message = to_bytes("message");
  const auto signature = key.sign(Domain::record, message);
  CHECK(tag(Domain::record) == "usufruct/record/v1\n");
  for (const auto other : {Domain::batch, Domain::package, Domain::note, Domain::cosignature}) {
    CHECK_FALSE(verify(key.verify_key(), other, message, signature));
  }
  // Nor can the tag be smuggled in as the start of an untagged message.
  Bytes whole = to_bytes("usufruct/record/v1\n");
  append(whole, message);
  CHECK(starts_with_tag(whole));
  CHECK_FALSE(verify(key.verify_key(), Domain::note, whole, signature));
  CHECK_FALSE(verify(key.verify_key(), Domain::http_message, whole, signature));
}

TEST_CASE("sign: keys and nonces of small order are refused") {
  // With a key of small order the equation S·B = R + k·A holds for S = 0 and some R of small order:
  // a "signature" over every message, with no secret at all.
  for (const std::string_view point :
       {"0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"}) {
    CAPTURE(point);
    const auto key = verify_key_from(parse_hex(point).value()).value();
    Signature signature;
    std::ranges::copy(key.bytes, signature.bytes.begin());
    CHECK_FALSE(verify(key, Domain::note, as_view("anything"), signature));
    signature.bytes.fill(0);
    signature.bytes[0] = 1;  // R is the identity.
    CHECK_FALSE(verify(key, Domain::note, as_view("anything"), signature));
  }
}

TEST_CASE("sign: keys that are not canonical, or no point at all, are refused") {
  for (const std::string_view point :
       {"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p, for 0
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p + 1, for 1
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0200000000000000000000000000000000000000000000000000000000000000"}) {  // not on the curve
    const auto key = verify_key_from(parse_hex(point).value()).value();
    Signature signature;
    signature.bytes[0] = 1;
    CHECK_FALSE(verify(key, Domain::note, as_view("anything"), signature));
  }
}

TEST_CASE("sign: adding the group's order to S does not make a second signature") {
  const auto key = SigningKey::from_seed(seed_of(vectors[1].seed));
  auto signature = signature_from(parse_hex(vectors[1].signature).value()).value();
  const auto order =
      parse_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").value();
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += signature.bytes[32 + i] + order[i];
    signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  CHECK_FALSE(verify(key.verify_key(), Domain::note, Bytes{0x72}, signature));
}

TEST_CASE("sign: keys and signatures have one length") {
  CHECK(verify_key_from(Bytes(31)).error().code == Code::malformed);
  CHECK(verify_key_from(Bytes(33)).error().code == Code::malformed);
  CHECK(signature_from(Bytes(63)).error().code == Code::malformed);
}

}  // namespace
}  // namespace usufruct
