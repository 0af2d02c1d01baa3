#pragma once

#include <optional>

#include "crypto/base/time.h"
#include "ledger/checkpoint.h"
#include "ledger/store/store.h"

namespace usufruct {

/// What a log's store says last: the signed checkpoint, and the ledger time of the last entry (0 in
/// an empty log), below which no later one may fall.
struct Head {
  Time time;
  SignedCheckpoint checkpoint;
};

/// None in a store without a log. The note is parsed, its signature is not looked at.
Result<std::optional<Head>> load_head(const Store& store);
void put_head(const Head& head, Batch& batch);

/// The newest checkpoint that was published, cosignatures and all; the head's when none was kept
/// apart. None in a store without a log. Parsed only, as above.
Result<std::optional<SignedCheckpoint>> load_published(const Store& store);
void put_published(const SignedCheckpoint& checkpoint, Batch& batch);

}  // namespace usufruct
