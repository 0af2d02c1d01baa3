#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// The charter of a data trust: k of the n trustees named in its refs decide on access. Carries the
/// signature of every trustee: they accept the duty.
enum class AutoApprove : std::uint16_t { never, permitted };

struct Trust {
  std::string name;
  std::string purpose;
  std::uint8_t threshold = 0;       ///< k, at least 1 and at most the count of trustees
  std::uint16_t deadline_days = 0;  ///< a request lapses this long after it was recorded; 0: never
  AutoApprove auto_approve = AutoApprove::never;
  std::string jurisdiction;

  auto operator<=>(const Trust&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("name", self.name);
    io("purpose", self.purpose);
    io("threshold", self.threshold);
    io("deadlineDays", self.deadline_days);
    io("autoApprove", self.auto_approve);
    io("jurisdiction", self.jurisdiction);
  }
};

}  // namespace usufruct
