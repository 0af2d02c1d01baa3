#include "crypto/did_key.h"

#include <doctest/doctest.h>

namespace usufruct {
namespace {

// The key of the all-zero seed, from the examples of the did:key method.
constexpr std::string_view key_text = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";
constexpr std::string_view hex = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29";

TEST_CASE("did_key: prints and parses the published key") {
  const auto key = verify_key_from(parse_hex(hex).value()).value();
  CHECK(print_did_key(key) == key_text);
  CHECK(parse_did_key(key_text).value() == key);
}

TEST_CASE("did_key: what it would not print is malformed") {
  const std::string good(key_text);
  for (const std::string& bad :
       {std::string(), good.substr(0, 55), good + "1", good + "#key-1", " " + good, good + "\n",
        "did:key:" + good.substr(9), "DID:KEY:" + good.substr(8), "did:key:m" + good.substr(9),
        std::string("did:web:example.com"), "did:key:z0" + good.substr(10),
        std::string(1 << 20, 'z'),
        // X25519 and secp256k1 keys.
        std::string("did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"),
        std::string("did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme")}) {
    CAPTURE(bad.substr(0, 80));
    const auto parsed = parse_did_key(bad);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Code::malformed);
  }
}

}  // namespace
}  // namespace usufruct
