#include "ledger/view/earlier_graph.h"

#include <doctest/doctest.h>

#include "ledger/view/memory_graph.h"
#include "tests/support/each_kind.h"

using namespace usufruct;

namespace {

/// Records about three things, by two issuers; each the first entries of the next.
Logged logged(std::uint64_t index) {
  Record record;
  record.body = one_of_each_kind()[index % 3];
  record.issuer = index % 2 == 0 ? "did:key:a" : "did:key:b";
  record.refs.clear();
  record.add(index % 4 == 0 ? Role::about : Role::on,
             RecordId{digest_of(static_cast<std::uint8_t>(index % 3))});
  Digest name;
  name.bytes[0] = static_cast<std::uint8_t>(index + 1);
  return {RecordId{name}, index, Time{1'000 + static_cast<std::int64_t>(index)}, record, {}};
}

MemoryGraph graph_of(std::uint64_t size) {
  MemoryGraph graph;
  for (std::uint64_t index = 0; index < size; ++index) graph.add(logged(index), Digest{});
  return graph;
}

/// Everything it can be asked, as text.
std::vector<std::uint64_t> answers_of(const Graph& graph) {
  std::vector<std::uint64_t> said{graph.size()};
  const auto note = [&](std::uint64_t index, const RecordId& id) {
    said.push_back(index);
    said.push_back(id.digest.bytes[0]);
    return said.size() % 5 != 0;
  };
  for (std::uint64_t size : {0, 5, 11, 40, 99}) {
    for (std::uint8_t target = 0; target < 3; ++target) {
      graph.visit_edges_before(RecordId{digest_of(target)}, Role::on, size,
                               [&](const Edge& edge) { return note(edge.index, edge.from); });
    }
  }
  for (const auto order : {Order::oldest_first, Order::newest_first}) {
    for (std::uint8_t target = 0; target < 3; ++target) {
      for (const auto role : {Role::about, Role::on, Role::of}) {
        graph.visit_edges(RecordId{digest_of(target)}, role, order,
                          [&](const Edge& edge) { return note(edge.index, edge.from); });
      }
    }
    for (std::uint16_t kind = 0; kind < kind_count; ++kind) {
      graph.visit_kind(static_cast<Kind>(kind), order, note);
      graph.visit_issued("did:key:a", static_cast<Kind>(kind), order, note);
    }
  }
  for (std::uint64_t index = 0; index < 40; ++index) {
    const auto found = graph.find(logged(index).id);
    said.push_back(found ? found->index : 999);
  }
  for (std::uint64_t size = 0; size < 42; ++size) {
    said.push_back(graph.root_at(size) ? graph.root_at(size)->bytes[0] : 999);
  }
  return said;
}

TEST_CASE("earlier graph: shows what the graph showed when it had so many entries") {
  const MemoryGraph whole = graph_of(40);
  // One that keeps every list, one that forgets them again and again.
  for (const std::size_t edges_max : {earlier_graph_edges_max, std::size_t{20}}) {
    EarlierGraph earlier(whole, edges_max);
    CHECK(answers_of(earlier) == answers_of(whole));
    for (const std::uint64_t size : {0, 1, 2, 7, 39, 40, 12, 11, 25}) {
      CAPTURE(size);
      earlier.show(size);
      CHECK(answers_of(earlier) == answers_of(graph_of(size)));
    }
  }
}

TEST_CASE("earlier graph: tells where an answer may change, and no sooner") {
  const MemoryGraph whole = graph_of(40);
  EarlierGraph earlier(whole);
  earlier.show(10);
  CHECK(earlier.changes_at() == 40);
  // The next entry about the first thing, after the tenth.
  CHECK(earlier.has_edge(RecordId{digest_of(0)}, Role::about));
  CHECK(earlier.changes_at() == 12);
  earlier.show(12);
  CHECK(earlier.has_edge(RecordId{digest_of(0)}, Role::about));
  CHECK(earlier.changes_at() == 12);
  earlier.show(37);
  CHECK(earlier.has_edge(RecordId{digest_of(0)}, Role::about));
  CHECK(earlier.changes_at() == 40);
  // What is not there yet.
  earlier.show(10);
  CHECK_FALSE(earlier.find(logged(30).id));
  CHECK(earlier.changes_at() == 30);
  CHECK(earlier.find(logged(3).id));
  CHECK(earlier.changes_at() == 30);
}

}  // namespace
