#include "trustee/log_node.h"

#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <utility>

#include "ledger/view/store_graph.h"

namespace usufruct {
namespace {

/// Where records lie. The graph it asks shows the log as it was when opened, so it is opened again
/// when a record is not in it and the log has grown since.
class RecordPlaces {
 public:
  RecordPlaces(const Store& store, const Log& log) : store_(store), log_(log) {}

  Result<LeafIndex> find(const RecordId& id) {
    const TreeSize published = log_.checkpoint().checkpoint.size;
    const std::scoped_lock lock(mutex_);
    if (graph_) {
      if (const auto index = graph_->index_of(id)) return *index;
      CHECK_OK(graph_->health());
    }
    if (!graph_ || graph_->size() < published.value) {
      graph_ = TRY(StoreGraph::open(store_, published));
      if (const auto index = graph_->index_of(id)) return *index;
      CHECK_OK(graph_->health());
    }
    return not_found(fmt::format("the log has no record {}", print_id(id)));
  }

 private:
  const Store& store_;
  const Log& log_;
  std::mutex mutex_;
  std::unique_ptr<StoreGraph> graph_;  ///< guarded by mutex_; null before the first question
};

}  // namespace

http::NodeParts node_parts(const Store& store, Log& log, Intake& intake) {
  const auto places = std::make_shared<RecordPlaces>(store, log);  // as long as the function
  return {
      .published = [&log] { return log.snapshot(); },
      .submit =
          [&intake](std::vector<Bytes> envelopes, Intake::Done done) {
            return intake.submit(std::move(envelopes), std::move(done));
          },
      .locate = [places](const RecordId& id) { return places->find(id); },
      .state =
          [&log, &intake] {
            const LogState state = log.state();
            return http::NodeState{state.size, state.rounds, intake.waiting(), state.is_failed};
          },
  };
}

}  // namespace usufruct
