#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace usufruct {

/// Longer texts are refused.
inline constexpr std::size_t bech32_text_max = 256;

/// Bech32 (BIP 173, without its limit of 90 characters, as age uses it): `prefix` "1" data
/// checksum, in lower case. `prefix` is not empty and lower case.
std::string to_bech32(std::string_view prefix, View bytes);

/// The bytes under exactly that prefix. The text is all lower or all upper case, the checksum
/// holds, and the padding bits are zero; anything else is `malformed`. The message never quotes the
/// text, which may be a secret.
Result<Bytes> parse_bech32(std::string_view prefix, std::string_view text);

}  // namespace usufruct
