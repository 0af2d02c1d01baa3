#include "ledger/audit_views.h"

#include <doctest/doctest.h>

#include "ledger/export.h"
#include "ledger/snapshot.h"
#include "ledger/store/memory_store.h"
#include "ledger/view/store_graph.h"
#include "tests/support/audited.h"

namespace usufruct {
namespace {

/// A graph that lies in one answer: a rewritten view, whatever the store keeps it in.
class RewrittenGraph final : public Graph {
 public:
  explicit RewrittenGraph(const Graph& graph) : graph_(graph) {}

  std::optional<std::uint64_t> size_is;
  std::optional<RecordId> forgotten;                     ///< find() does not find it
  std::optional<RecordId> misplaced;                     ///< find() says it is elsewhere
  std::optional<Kind> kind_cut;                          ///< the newest of the kind is left out
  std::optional<std::string> issuer_cut;                 ///< the newest of the issuer is left out
  std::optional<std::pair<RecordId, Role>> edges_cut;    ///< no such edges
  std::optional<std::pair<RecordId, Role>> edge_forged;  ///< one edge that is not there
  RecordId forged_from;

  std::uint64_t size() const override { return size_is ? *size_is : graph_.size(); }
  std::shared_ptr<const Logged> find(const RecordId& id) const override {
    if (id == forgotten) return nullptr;
    auto logged = graph_.find(id);
    if (!logged || id != misplaced) return logged;
    Logged moved = *logged;
    ++moved.index;
    return std::make_shared<const Logged>(moved);
  }
  void visit_edges(const RecordId& target, Role role, Order order,
                   const VisitEdge& visit) const override {
    if (edges_cut == std::pair(target, role)) return;
    if (edge_forged == std::pair(target, role) && !visit({0, role, forged_from})) return;
    graph_.visit_edges(target, role, order, visit);
  }
  void visit_kind(Kind kind, Order order, const VisitRecord& visit) const override {
    graph_.visit_kind(kind, order, [&](std::uint64_t index, const RecordId& id) {
      return (kind == kind_cut && index + 1 == graph_.size()) || visit(index, id);
    });
  }
  void visit_issued(std::string_view did, Kind kind, Order order,
                    const VisitRecord& visit) const override {
    graph_.visit_issued(did, kind, order, [&](std::uint64_t index, const RecordId& id) {
      return (did == issuer_cut && index + 1 == graph_.size()) || visit(index, id);
    });
  }
  std::optional<Digest> root_at(std::uint64_t size) const override { return graph_.root_at(size); }

 private:
  const Graph& graph_;
};

/// A log of 300 parties, the last of which supersedes the first and withdraws the second.
struct KeptLog {
  MemoryStore store;
  Scratch folder;
  std::unique_ptr<StoreGraph> graph;
  RecordId last;
  std::string did = print_did_key(key_from(2).verify_key());

  KeptLog() {
    ManualClock clock({1'000});
    auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
    writer.write(test_records(0, 299));
    Record record = test_record(299).record();
    record.add(Role::supersedes, test_record(0).id());
    record.add(Role::revokes, test_record(1).id());
    const auto verified = *sign(record, key_from(2));
    last = verified.id();
    writer.write(std::vector{verified});
    graph = *StoreGraph::open(store);
    REQUIRE(export_log(**Snapshot::open(store), folder.path()));
  }
  AuditReport audit(const Graph& view) const {
    return usufruct::audit(FolderReader(folder.path()), test_verifier(), permit, {.view = &view});
  }
};

TEST_CASE("audit views: a graph kept honestly answers as a replay does") {
  const KeptLog kept;
  const auto report = kept.audit(*kept.graph);
  for (const auto& finding : report.findings) MESSAGE(finding.rule << ": " << finding.message);
  CHECK(report.is_clean());
}

TEST_CASE("audit views: each rewritten view is found, with the record it is about") {
  const KeptLog kept;
  const auto finds_only = [&](const RewrittenGraph& graph, const std::string& rule,
                              std::optional<std::uint64_t> index) {
    const auto report = kept.audit(graph);
    CAPTURE(rule);
    CHECK(report.findings.size() == 1);
    CHECK(finds(report, rule, index));
  };
  RewrittenGraph forgets(*kept.graph);
  forgets.forgotten = test_record(17).id();
  finds_only(forgets, "view-record", 17);
  RewrittenGraph moves(*kept.graph);
  moves.misplaced = test_record(18).id();
  finds_only(moves, "view-record", 18);
  RewrittenGraph cuts_kind(*kept.graph);
  cuts_kind.kind_cut = Kind::party;
  finds_only(cuts_kind, "view-kind", 299);
  RewrittenGraph cuts_issuer(*kept.graph);
  cuts_issuer.issuer_cut = kept.did;
  finds_only(cuts_issuer, "view-issuer", 299);
  RewrittenGraph hides_withdrawal(*kept.graph);
  hides_withdrawal.edges_cut = {test_record(1).id(), Role::revokes};
  finds_only(hides_withdrawal, "view-edge", 299);
  RewrittenGraph forges_withdrawal(*kept.graph);
  forges_withdrawal.edge_forged = {test_record(40).id(), Role::revokes};
  forges_withdrawal.forged_from = test_record(41).id();
  finds_only(forges_withdrawal, "view-edge", 41);
  RewrittenGraph shrinks(*kept.graph);
  shrinks.size_is = 299;
  finds_only(shrinks, "view-size", {});
}

TEST_CASE("audit views: a view over fewer entries is found entry by entry, up to the limit") {
  const KeptLog kept;
  MemoryStore store;
  ManualClock clock({1'000});
  auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
  writer.write(test_records(0, 100));
  const auto behind = *StoreGraph::open(store);
  const auto report = usufruct::audit(FolderReader(kept.folder.path()), test_verifier(), permit,
                                      {.findings_max = 20, .view = behind.get()});
  CHECK(report.is_cut);
  CHECK(finds(report, "view-size", {}));
  CHECK(finds(report, "view-kind", 100));
  CHECK(finds(report, "view-record", 100));
}

}  // namespace
}  // namespace usufruct
