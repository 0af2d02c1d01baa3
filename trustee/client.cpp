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

/// The log's newest graph. Its own address stays while that changes, so that who holds it sees what
/// was recorded since, and nothing that is gone.
class NewestGraph final : public Graph {
 public:
  explicit NewestGraph(std::unique_ptr<StoreGraph> graph) : graph_(std::move(graph)) {}
  void replace(std::unique_ptr<StoreGraph> graph) { graph_ = std::move(graph); }
  Result<void> health() const { return graph_->health(); }

  std::uint64_t size() const override { return graph_->size(); }
  std::shared_ptr<const Logged> find(const RecordId& id) const override { return graph_->find(id); }
  void visit_edges(const RecordId& target, Role role, Order order,
                   const VisitEdge& visit) const override {
    graph_->visit_edges(target, role, order, visit);
  }
  void visit_edges_before(const RecordId& target, Role role, std::uint64_t size,
                          const VisitEdge& visit) const override {
    graph_->visit_edges_before(target, role, size, visit);
  }
  void visit_kind(Kind kind, Order order, const VisitRecord& visit) const override {
    graph_->visit_kind(kind, order, visit);
  }
  void visit_issued(std::string_view did, Kind kind, Order order,
                    const VisitRecord& visit) const override {
    graph_->visit_issued(did, kind, order, visit);
  }
  std::vector<RecordId> beginning_with(std::string_view digits,
                                       std::size_t count_max) const override {
    return graph_->beginning_with(digits, count_max);
  }
  std::optional<Digest> root_at(std::uint64_t size) const override { return graph_->root_at(size); }

 private:
  std::unique_ptr<StoreGraph> graph_;
};

}  // namespace

Result<Submitted> Client::submit(Verified record) {
  std::vector<Verified> one;
  one.push_back(std::move(record));
  return std::move(submit(std::move(one)).front());
}

struct LocalClient::Parts {
  std::unique_ptr<LogWitnesses> witnesses;  ///< null: there are none
  OpenedLog opened;                         ///< borrows them
  NewestGraph graph;
};

LocalClient::LocalClient(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LocalClient::~LocalClient() = default;

Result<std::unique_ptr<LocalClient>> LocalClient::open(const Workspace& workspace,
                                                       const Clock& clock) {
  auto witnesses = TRY(LogWitnesses::open(workspace, clock, witness_mode_of(workspace)));
  OpenedLog opened =
      TRY(OpenedLog::open(workspace, clock, witnesses ? &witnesses->cosigner() : nullptr));
  auto graph = TRY(StoreGraph::open(opened.store()));
  auto parts = std::make_unique<Parts>(
      Parts{std::move(witnesses), std::move(opened), NewestGraph(std::move(graph))});
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
    parts_->graph.replace(std::move(*graph));
  } else {
    // The records are in; what is asked of the graph from here on answers with the error.
    answers.back() = std::unexpected(std::move(graph).error());
  }
  return answers;
}

const Graph& LocalClient::graph() const { return parts_->graph; }
Result<void> LocalClient::health() const { return parts_->graph.health(); }
std::string LocalClient::checkpoint() const { return parts_->opened.log().checkpoint().note; }

Result<void> LocalClient::export_to(const std::filesystem::path& folder,
                                    const ExportOptions& options) const {
  const auto reader = TRY(Snapshot::open(parts_->opened.store()));
  return export_log(*reader, folder, options);
}

}  // namespace usufruct
