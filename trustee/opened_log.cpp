#include "trustee/opened_log.h"

#include <utility>

#include "trustee/law.h"

namespace usufruct {
namespace {

constexpr std::size_t log_key_bytes_max = 4096;

Result<LogKey> read_log_key(const Workspace& workspace) {
  const Bytes text = TRY(read_file(workspace.log_key(), log_key_bytes_max));
  NoteSigner signer = TRY_IN(workspace.log_key().string(), parse_skey(as_text(text)));
  if (signer.name != workspace.origin()) {
    return malformed(workspace.log_key().string() + " is the key of another log",
                     "put back the log.key that came with this workspace");
  }
  return LogKey{std::move(signer.name), std::move(signer.key)};
}

}  // namespace

Result<OpenedLog> OpenedLog::open(const Workspace& workspace, const Clock& clock,
                                  Cosigner* cosigner) {
  OpenedLog opened;
  LogKey key = TRY(read_log_key(workspace));
  opened.store_ = TRY(RocksdbStore::open(workspace.ledger()));
  opened.guard_ = TRY(FileHeadGuard::open(workspace.root() / "log.guard"));
  opened.log_ = TRY(Log::open(*opened.store_, std::move(key), usufruct_law, clock,
                              opened.guard_.get(), cosigner));
  return opened;
}

}  // namespace usufruct
