#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct {

/// What came back from a witness, whatever its status.
struct WitnessReply {
  int status = 0;
  std::string content_type{};
  std::string body{};
};

/// How a log reaches its witnesses: HTTP, or a test's own.
class WitnessTransport {
 public:
  virtual ~WitnessTransport() = default;
  /// POSTs a body to `<prefix>/add-checkpoint` and waits for the answer. `unavailable` when none
  /// comes; it bounds the time it waits and the bytes it takes. Called from several threads at
  /// once, but for one prefix by one at a time.
  virtual Result<WitnessReply> add_checkpoint(const std::string& prefix, std::string_view body) = 0;
};

}  // namespace usufruct
