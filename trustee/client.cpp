#include "trustee/client.h"

#include <utility>

#include "ledger/snapshot.h"
#include "ledger/view/store_graph.h"
#include "trustee/log_witnesses.h"
#include "trustee/opened_log.h"

namespace usufruct {
namespace {

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
  std::unique_ptr<LogWitnesses> witnesses;  ///< null: there are none
  OpenedLog opened;                         ///< borrows them
  std::unique_ptr<StoreGraph> graph;
};

LocalClient::LocalClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LocalClient::~LocalClient() = default;

Result<std::unique_ptr<LocalClient>> LocalClient::open(const Workspace& workspace,
                                                       const Clock& clock) {
  auto witnesses = TRY(LogWitnesses::open(workspace, clock, witness_mode_of(workspace)));
  OpenedLog opened =
      TRY(OpenedLog::open(workspace, clock, witnesses ? &witnesses->cosigner() : nullptr));
  auto graph = TRY(StoreGraph::open(opened.store()));
  auto parts =
      std::make_unique<Parts>(Parts{std::move(witnesses), std::move(opened), std::move(graph)});
  return std::unique_ptr<LocalClient>(new LocalClient(std::move(parts)));
}

std::vector<Result<Submitted>> LocalClient::submit(std::vector<Verified> records) {
  std::vector<RecordId> ids;
  for (const auto& record : records) ids.push_back(record.id());
  std::vector<Result<Submitted>> answers;
  answers.reserve(ids.size());
  auto receipts = parts_->opened.log().append_all(std::move(records));
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    answers.push_back(answer_to(ids[i], receipts[i]));
  }
  if (auto graph = StoreGraph::open(parts_->opened.store())) {
    parts_->graph = std::move(*graph);
  } else {
    // The records are in; what is asked of the graph from here on answers with the error.
    answers.back() = std::unexpected(std::move(graph).error());
  }
  return answers;
}

const Graph& LocalClient::graph() const { return *parts_->graph; }
Result<void> LocalClient::health() const { return parts_->graph->health(); }
std::string LocalClient::checkpoint() const { return parts_->opened.log().checkpoint().note; }

Result<void> LocalClient::export_to(const std::filesystem::path& folder,
                                    const ExportOptions& options) const {
  const auto reader = TRY(Snapshot::open(parts_->opened.store()));
  return export_log(*reader, folder, options);
}

}  // namespace usufruct
