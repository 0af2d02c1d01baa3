#pragma once

#include <cstdint>
#include <span>

#include "crypto/base/chance.h"

namespace usufruct {

/// The system's randomness, fit for keys. Safe to share between threads. Never fails: a system
/// without randomness stops the program.
class SystemChance final : public Chance {
 public:
  SystemChance();
  void fill(std::span<std::uint8_t> bytes) override;
};

/// Makes the cryptographic library ready. Called by everything here that needs it; calling it
/// again, or from two threads, does no harm.
void init_crypto();

}  // namespace usufruct
