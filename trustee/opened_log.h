#pragma once

#include <memory>

#include "crypto/base/time.h"
#include "ledger/cosigner.h"
#include "ledger/head_guard.h"
#include "ledger/log.h"
#include "ledger/store/rocksdb_store.h"
#include "trustee/workspace.h"

namespace usufruct {

/// A workspace's log, open for writing: its store, its guard, its key and Usufruct's law, put
/// together in the one way there is. One process at a time: a second is refused with `conflict`.
class OpenedLog {
 public:
  /// `cosigner` null: a checkpoint is published when it is durable. Borrows clock and cosigner.
  static Result<OpenedLog> open(const Workspace& workspace, const Clock& clock,
                                Cosigner* cosigner = nullptr);

  Store& store() const { return *store_; }
  Log& log() const { return *log_; }

 private:
  OpenedLog() = default;
  std::unique_ptr<RocksdbStore> store_;
  std::unique_ptr<FileHeadGuard> guard_;
  std::unique_ptr<Log> log_;  ///< borrows the two above: the first to go
};

}  // namespace usufruct
