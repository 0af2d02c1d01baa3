#pragma once

#include <functional>

#include "crypto/base/result.h"
#include "ledger/signed.h"
#include "ledger/view/graph.h"

namespace usufruct {

/// A record about to be logged, at the place and time it would get.
struct Candidate {
  const Verified& verified;
  std::uint64_t index = 0;
  Time time;
};

/// What may follow what: a deterministic function of the graph before a record and the record. The
/// log calls it to admit, the audit calls the same one to replay. A refusal is `denied` (or
/// `not_found`, `malformed`) and carries the stable name of the rule in Error::rule.
using Law = std::function<Result<void>(const Graph&, const Candidate&)>;

}  // namespace usufruct
