#include "cli/log_source.h"

#include <fmt/format.h>

#include "crypto/base/text.h"
#include "ledger/retry_reader.h"
#include "ledger/snapshot.h"
#include "ledger/store/rocksdb_store.h"
#include "trustee/http_reader.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

/// Reading over a network waits most of the time.
constexpr std::size_t network_threads = 16;

bool is_url(std::string_view place) {
  return place.starts_with("http://") || place.starts_with("https://");
}

Result<void> check_folder(const std::string& place) {
  std::error_code error;
  const std::string hint = "name the folder that `usufruct log export` or `log mirror` wrote";
  if (!fs::is_directory(place, error)) {
    return not_found(fmt::format("{} is not a folder", printable(place)), hint);
  }
  if (!fs::exists(fs::path(place) / "checkpoint", error) &&
      !fs::exists(fs::path(place) / "tile", error)) {
    return not_found(
        fmt::format("{} holds no copy of a log: no checkpoint, no tiles", printable(place)), hint);
  }
  return {};
}

}  // namespace

Result<LogSource> LogSource::open(Context& context, const std::string& place) {
  LogSource source;
  if (place.empty()) {
    const Workspace& workspace = *TRY(context.workspace());
    auto store = TRY(RocksdbStore::open(workspace.ledger(), Access::read_only));
    source.reader_ = TRY(Snapshot::open(*store));
    source.parts_ = std::shared_ptr<const RocksdbStore>(std::move(store));
    source.name_ = "the workspace's log";
    source.is_own_ = true;
    return source;
  }
  if (is_url(place)) {
    auto server = TRY(HttpReader::open(place));
    source.reader_ = std::make_shared<const RetryReader>(*server);
    source.parts_ = std::shared_ptr<const HttpReader>(std::move(server));
    source.name_ = place;
    source.threads_ = network_threads;
    return source;
  }
  CHECK_OK(check_folder(place));
  source.reader_ = std::make_shared<const FolderReader>(place);
  source.folder_ = place;
  source.name_ = place;
  return source;
}

}  // namespace usufruct::cli
