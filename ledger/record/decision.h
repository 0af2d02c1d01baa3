#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// return_: this seat asks for changes before it decides. Do not renumber: written to disk.
enum class Outcome : std::uint16_t { approve, deny, recuse, return_ };

/// One trustee's vote on one request, bound to the request's content, to what the terms said of it
/// and to the state of the log the trustee had seen.
struct Decision {
  Outcome outcome = Outcome::approve;
  std::vector<std::string> reasons;
  std::optional<Digest> assessment;
  std::uint64_t checkpoint_size = 0;
  std::optional<Digest> checkpoint_root;

  auto operator<=>(const Decision&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("outcome", self.outcome);
    io("reasons", self.reasons);
    io("assessment", self.assessment);
    io("checkpointSize", self.checkpoint_size);
    io("checkpointRoot", self.checkpoint_root);
  }
};

}  // namespace usufruct
