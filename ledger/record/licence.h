#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

enum class LicenceSource : std::uint16_t { declared, audited, inferred };

/// A licence on a dataset, version or model, and how we know.
struct Licence {
  std::string expression;  ///< SPDX
  LicenceSource source = LicenceSource::declared;
  std::optional<Digest> text_sha256;

  auto operator<=>(const Licence&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("expression", self.expression);
    io("source", self.source);
    io("textSha256", self.text_sha256);
  }
};

}  // namespace usufruct
