#include "crypto/short_hash.h"

#include <sodium.h>

namespace usufruct {

std::uint64_t short_hash(const ShortHashKey& key, View bytes) {
  static_assert(crypto_shorthash_BYTES == 8 &&
                std::tuple_size_v<ShortHashKey> == crypto_shorthash_KEYBYTES);
  std::array<std::uint8_t, crypto_shorthash_BYTES> out{};
  crypto_shorthash(out.data(), bytes.data(), bytes.size(), key.data());
  std::uint64_t value = 0;
  for (std::size_t i = out.size(); i-- > 0;) value = value << 8 | out[i];
  return value;
}

}  // namespace usufruct
