#include "crypto/keyed_chance.h"

#include <sodium.h>

#include <array>
#include <utility>

#include "crypto/random.h"

namespace usufruct {

KeyedChance::KeyedChance(Secret<32> key) : key_(std::move(key)) {
  static_assert(crypto_stream_chacha20_KEYBYTES == 32);
  init_crypto();
}

void KeyedChance::fill(std::span<std::uint8_t> bytes) {
  std::array<std::uint8_t, crypto_stream_chacha20_NONCEBYTES> nonce{};
  for (std::size_t i = 0; i < sizeof fills_; ++i)
    nonce[i] = static_cast<std::uint8_t>(fills_ >> (8 * i));
  ++fills_;
  crypto_stream_chacha20(bytes.data(), bytes.size(), nonce.data(), key_.view().data());
}

}  // namespace usufruct
