#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

struct SettlementLine {
  Digest source;  ///< record id of what was used
  std::string basis;
  std::int64_t amount = 0;  ///< minor units

  auto operator<=>(const SettlementLine&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("source", self.source);
    io("basis", self.basis);
    io("amount", self.amount);
  }
};

/// Who is owed what for a period of use.
struct Settlement {
  Time period_from;
  Time period_to;
  std::string currency;
  std::vector<SettlementLine> lines;

  auto operator<=>(const Settlement&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("periodFrom", self.period_from);
    io("periodTo", self.period_to);
    io("currency", self.currency);
    io("lines", self.lines);
  }
};

}  // namespace usufruct
