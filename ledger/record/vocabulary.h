#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// A version of a vocabulary: decisions cite the digest of the document they were made under.
struct Vocabulary {
  std::string name;
  std::string label;
  std::optional<Digest> sha256;

  auto operator<=>(const Vocabulary&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("name", self.name);
    io("label", self.label);
    io("sha256", self.sha256);
  }
};

}  // namespace usufruct
