#pragma once

#include <cstdint>
#include <span>

namespace usufruct {

/// Where randomness comes from. SystemChance (crypto/random.h) is the only one for secrets.
class Chance {
 public:
  virtual ~Chance() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

/// A reproducible stream from a seed (SplitMix64): for tests and simulation. Not secret, not safe.
class SeededChance final : public Chance {
 public:
  explicit SeededChance(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override;
  std::uint64_t next();

 private:
  std::uint64_t state_;
};

}  // namespace usufruct
