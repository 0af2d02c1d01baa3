#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace usufruct {

/// More bytes than this are neither printed (a bug) nor parsed: the work is quadratic.
inline constexpr std::size_t base58_bytes_max = 128;

/// Base58 with Bitcoin's alphabet (multibase's `z`, without the z): no 0, O, I, l; each leading
/// zero byte is a leading `1`.
std::string to_base58(View bytes);
/// Every text over the alphabet is some bytes, and only those bytes print it.
Result<Bytes> parse_base58(std::string_view text);

}  // namespace usufruct
