#include "trustee/client.h"

#include <utility>

#include "ledger/export.h"
#include "ledger/log.h"
#include "ledger/snapshot.h"
#include "ledger/store/rocksdb_store.h"
#include "ledger/view/store_graph.h"
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

Result<Submitted> answer_to(const RecordId& id, const Result<Receipt>& receipt) {
  if (!receipt) return std::unexpected(receipt.error());
  const Time time = TRY(time_of(*receipt));
  return Submitted{id, receipt->index.value, time, print_receipt(*receipt)};
}

}  // namespace

Result<Submitted> Client::submit(Verified record) {
  std::vector<Verified> one;
  one.push_back(std::move(record));
  return std::move(submit(std::move(one)).front());
}

struct LocalClient::Parts {
  std::unique_ptr<RocksdbStore> store;
  std::unique_ptr<FileHeadGuard> guard;
  std::unique_ptr<Log> log;
  std::unique_ptr<StoreGraph> graph;
};

LocalClient::LocalClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LocalClient::~LocalClient() = default;

Result<std::unique_ptr<LocalClient>> LocalClient::open(const Workspace& workspace,
                                                       const Clock& clock) {
  auto parts = std::make_unique<Parts>();
  LogKey key = TRY(read_log_key(workspace));
  parts->store = TRY(RocksdbStore::open(workspace.ledger()));
  parts->guard = TRY(FileHeadGuard::open(workspace.root() / "log.guard"));
  parts->log =
      TRY(Log::open(*parts->store, std::move(key), usufruct_law, clock, parts->guard.get()));
  parts->graph = TRY(StoreGraph::open(*parts->store));
  return std::unique_ptr<LocalClient>(new LocalClient(std::move(parts)));
}

std::vector<Result<Submitted>> LocalClient::submit(std::vector<Verified> records) {
  std::vector<RecordId> ids;
  for (const auto& record : records) ids.push_back(record.id());
  std::vector<Result<Submitted>> answers;
  answers.reserve(ids.size());
  auto receipts = parts_->log->append_all(std::move(records));
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    answers.push_back(answer_to(ids[i], receipts[i]));
  }
  if (auto graph = StoreGraph::open(*parts_->store)) {
    parts_->graph = std::move(*graph);
  } else {
    // The records are in; what is asked of the graph from here on answers with the error.
    answers.back() = std::unexpected(std::move(graph).error());
  }
  return answers;
}

const Graph& LocalClient::graph() const { return *parts_->graph; }
Result<void> LocalClient::health() const { return parts_->graph->health(); }
std::string LocalClient::checkpoint() const { return parts_->log->checkpoint().note; }

Result<void> LocalClient::export_to(const std::filesystem::path& folder) const {
  const auto reader = TRY(Snapshot::open(*parts_->store));
  return export_log(*reader, folder);
}

}  // namespace usufruct
