#include "crypto/secret.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/random.h"

namespace usufruct {

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  init_crypto();
  // Locked when the system's limit allows; guard pages and wiping do not depend on it.
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  CHECK_THAT(data_ != nullptr);
  sodium_memzero(data_, size);
}

SecretBytes SecretBytes::copy_of(View bytes) {
  SecretBytes secret(bytes.size());
  std::ranges::copy(bytes, secret.data_);
  return secret;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

bool equal_constant_time(View a, View b) {
  if (a.size() != b.size()) return false;
  return a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::span<std::uint8_t> bytes) {
  if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace usufruct
