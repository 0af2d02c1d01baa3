#pragma once

#include <array>
#include <cstdint>

#include "crypto/base/bytes.h"

namespace usufruct {

using ShortHashKey = std::array<std::uint8_t, 16>;

/// SipHash-2-4 (Aumasson and Bernstein 2012): 64 bits that tell nothing of the bytes to who lacks
/// the key. For tables of many short texts, at about 1 GB/s; too short to commit to anything.
std::uint64_t short_hash(const ShortHashKey& key, View bytes);

}  // namespace usufruct
