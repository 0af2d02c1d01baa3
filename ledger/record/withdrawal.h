#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

enum class WithdrawalEffect : std::uint16_t { stop_future, erase, retrain, quarantine, notify };

/// Takes back a consent, terms, a dataset, a version, a grant's request: whatever its refs revoke.
struct Withdrawal {
  std::string reason;
  WithdrawalEffect effect = WithdrawalEffect::stop_future;
  std::uint32_t deadline_days = 0;

  auto operator<=>(const Withdrawal&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("reason", self.reason);
    io("effect", self.effect);
    io("deadlineDays", self.deadline_days);
  }
};

}  // namespace usufruct
