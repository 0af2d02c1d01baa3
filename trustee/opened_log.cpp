#include "trustee/opened_log.h"

#include <utility>

#include "trustee/law.h"
#include "trustee/log_key.h"

namespace usufruct {
Result<OpenedLog> OpenedLog::open(const Workspace& workspace, const Clock& clock,
                                  Cosigner* cosigner) {
  OpenedLog opened;
  LogKey key = TRY(read_log_key(workspace));
  opened.store_ = TRY(RocksdbStore::open(workspace.ledger()));
  opened.guard_ = TRY(FileHeadGuard::open(workspace.log_guard()));
  opened.log_ = TRY(Log::open(*opened.store_, std::move(key), usufruct_law, clock,
                              opened.guard_.get(), cosigner));
  return opened;
}

}  // namespace usufruct
