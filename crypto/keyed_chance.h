#pragma once

#include <cstdint>
#include <span>

#include "crypto/base/chance.h"
#include "crypto/secret.h"

namespace usufruct {

/// Chance that whoever has the key can draw again, and nobody else foresees: ChaCha20 under the
/// key, a stream of its own for each fill(), numbered from 0. The same key and the same fills give
/// the same bytes, on every machine. Not safe between threads.
class KeyedChance final : public Chance {
 public:
  explicit KeyedChance(Secret<32> key);
  void fill(std::span<std::uint8_t> bytes) override;

 private:
  Secret<32> key_;
  std::uint64_t fills_ = 0;
};

}  // namespace usufruct
