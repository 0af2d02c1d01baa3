#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// A signed statement about any record, in the manner of in-toto: its type and digest.
struct Attestation {
  std::string predicate_type;
  std::optional<Digest> statement_sha256;
  std::string result;
  std::string tool;

  auto operator<=>(const Attestation&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("predicateType", self.predicate_type);
    io("statementSha256", self.statement_sha256);
    io("result", self.result);
    io("tool", self.tool);
  }
};

}  // namespace usufruct
