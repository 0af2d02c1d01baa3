#include "crypto/random.h"

#include <sodium.h>

#include "crypto/base/check.h"

namespace usufruct {

void init_crypto() {
  // The first caller initialises, the others wait: that is what a static's initialiser promises.
  static const bool is_ready = sodium_init() >= 0;
  CHECK_THAT(is_ready);
}

SystemChance::SystemChance() { init_crypto(); }

void SystemChance::fill(std::span<std::uint8_t> bytes) {
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace usufruct
