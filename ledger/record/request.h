#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// What a trainer asks for: one version, for purposes, under conditions it offers.
struct Request {
  std::vector<std::string> purposes;
  std::vector<std::string> actions;
  std::vector<std::string> recipients;     ///< classes the result may reach; empty: the issuer's
  std::vector<std::string> jurisdictions;  ///< where it is stored and processed
  std::uint32_t duration_days = 0;
  std::uint32_t count = 0;  ///< how many releases
  std::vector<std::string> attestations;
  std::vector<std::string> flags;
  std::int64_t price_offered = 0;  ///< minor units
  std::string currency;
  std::string justification;
  std::string project;

  auto operator<=>(const Request&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("purposes", self.purposes);
    io("actions", self.actions);
    io("recipients", self.recipients);
    io("jurisdictions", self.jurisdictions);
    io("durationDays", self.duration_days);
    io("count", self.count);
    io("attestations", self.attestations);
    io("flags", self.flags);
    io("priceOffered", self.price_offered);
    io("currency", self.currency);
    io("justification", self.justification);
    io("project", self.project);
  }
};

}  // namespace usufruct
