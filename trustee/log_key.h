#pragma once

#include "ledger/writer.h"
#include "trustee/workspace.h"

namespace usufruct {

/// The keys a workspace's log signs with: `log.key`, and `log.key.former` while a former key gives
/// way. `malformed` when one is of another log.
Result<LogKey> read_log_key(const Workspace& workspace);

/// Puts them in their place: first the former, then the new one, each whole or not at all. A
/// process that dies in between leaves the old key under both names, which is read as one key.
Result<void> write_log_key(const Workspace& workspace, const LogKey& key);

}  // namespace usufruct
