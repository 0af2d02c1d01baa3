#pragma once

#include <fmt/format.h>

#include "crypto/base/result.h"
#include "ledger/record/wire.h"

namespace usufruct::wire {

/// Runs what may be Refused; says which message it was.
template <class Run>
auto guarded(std::string_view what, Run run) -> Result<decltype(run())> {
  try {
    return run();
  } catch (const Refused& refused) {
    return malformed(fmt::format("{}: {}", what, refused.message), refused.hint);
  }
}

}  // namespace usufruct::wire
