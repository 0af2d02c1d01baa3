#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "crypto/sign.h"

namespace usufruct {

/// Longer texts are refused unread; every key we know prints in 56 characters.
inline constexpr std::size_t did_key_text_max = 64;

/// The name of a key, and so of a party, for the world (W3C did:key, Ed25519):
///
///     did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd
///
/// `did:key:z` then base58btc of the multicodec prefix ed 01 and the 32 bytes of the key.
std::string print_did_key(const VerifyKey& key);

/// Strict: what print_did_key() would not print is `malformed`: other key types, fragments (`#`).
Result<VerifyKey> parse_did_key(std::string_view text);

}  // namespace usufruct
