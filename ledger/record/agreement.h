#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// What two or more parties agreed, beyond the terms: signed by each.
struct Agreement {
  std::string title;
  std::vector<std::string> purposes;
  std::uint32_t duration_days = 0;
  std::int64_t fee = 0;  ///< minor units
  std::string currency;
  std::string forum;

  auto operator<=>(const Agreement&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("title", self.title);
    io("purposes", self.purposes);
    io("durationDays", self.duration_days);
    io("fee", self.fee);
    io("currency", self.currency);
    io("forum", self.forum);
  }
};

}  // namespace usufruct
