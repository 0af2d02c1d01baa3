#include "crypto/did_key.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/bytes.h"
#include "crypto/base/text.h"
#include "crypto/base58.h"

namespace usufruct {
namespace {

constexpr std::string_view prefix = "did:key:z";
/// Multicodec ed25519-pub, 0xed, as an unsigned varint.
constexpr std::array<std::uint8_t, 2> codec = {0xed, 0x01};

}  // namespace

std::string print_did_key(const VerifyKey& key) {
  Bytes bytes = to_bytes(View(codec));
  append(bytes, key.view());
  return std::string(prefix) + to_base58(bytes);
}

Result<VerifyKey> parse_did_key(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return malformed(fmt::format("'{}' is not a did:key: {}", printable(text, 80), why),
                     "a key is written did:key:z6Mk…");
  };
  if (text.size() > did_key_text_max) return bad("it is too long");
  if (!text.starts_with(prefix)) return bad("it does not start with did:key:z");
  const auto bytes = parse_base58(text.substr(prefix.size()));
  if (!bytes) return bad(bytes.error().message);
  if (bytes->size() != codec.size() + VerifyKey::size_bytes) return bad("it has a wrong length");
  if (!std::ranges::equal(View(*bytes).first(codec.size()), codec)) {
    return bad("it is not an Ed25519 key");
  }
  return verify_key_from(View(*bytes).subspan(codec.size()));
}

}  // namespace usufruct
