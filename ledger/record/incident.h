#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

enum class Severity : std::uint16_t { low, medium, high, critical };

/// Something went wrong: a breach, misuse, a wrong licence, a re-identification.
struct Incident {
  std::string class_;
  Severity severity = Severity::low;
  std::string description;
  Time discovered_at;

  auto operator<=>(const Incident&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("class", self.class_);
    io("severity", self.severity);
    io("description", self.description);
    io("discoveredAt", self.discovered_at);
  }
};

}  // namespace usufruct
