#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/check.h"

namespace usufruct {

/// Bytes nobody else may see: kept between guard pages, locked out of swap when the system allows
/// it, wiped when the object goes, on every path. Moving hands over the pages and copies nothing;
/// what was moved from is empty. There is no copy but copy(), no printing and no ==: compare with
/// equal_constant_time().
///
/// Each one costs a few memory pages and tens of microseconds: hold keys in it, not rows.
class SecretBytes {
 public:
  /// No bytes.
  SecretBytes() = default;
  /// `size` zero bytes.
  explicit SecretBytes(std::size_t size);
  /// A guarded copy; wiping the original stays with its owner.
  static SecretBytes copy_of(View bytes);

  SecretBytes(SecretBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  bool operator==(const SecretBytes&) const = delete;

  SecretBytes copy() const { return copy_of(view()); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// The bytes themselves. A look must not outlive the secret, nor be copied to unguarded memory.
  View view() const { return {data_, size_}; }
  std::span<std::uint8_t> span() { return {data_, size_}; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The same with the size in the type: Secret<32> is a key. Using one that was moved from is a bug.
template <std::size_t N>
class Secret {
 public:
  static constexpr std::size_t size_bytes = N;

  /// N zero bytes.
  Secret() : bytes_(N) {}
  /// N bytes of chance.
  static Secret random(Chance& chance) {
    Secret secret;
    chance.fill(secret.span());
    return secret;
  }
  /// A guarded copy of exactly N bytes.
  static Secret copy_of(View bytes) {
    CHECK_THAT(bytes.size() == N);
    return Secret(SecretBytes::copy_of(bytes));
  }

  bool operator==(const Secret&) const = delete;

  Secret copy() const { return copy_of(view()); }
  View view() const {
    CHECK_THAT(bytes_.size() == N);
    return bytes_.view();
  }
  std::span<std::uint8_t> span() {
    CHECK_THAT(bytes_.size() == N);
    return bytes_.span();
  }

 private:
  explicit Secret(SecretBytes bytes) : bytes_(std::move(bytes)) {}

  SecretBytes bytes_;
};

/// Whether two runs of bytes are equal, in a time that depends on their lengths alone.
bool equal_constant_time(View a, View b);

/// Overwrites with zeros in a way no compiler takes away: for secrets that had to pass through
/// unguarded memory (a buffer, a text).
void wipe(std::span<std::uint8_t> bytes);

}  // namespace usufruct
