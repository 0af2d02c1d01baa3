#include "ledger/view/graph.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "ledger/entry.h"
#include "ledger/head.h"
#include "ledger/store/layout.h"
#include "ledger/store/memory_store.h"
#include "ledger/store/stored_entries.h"
#include "ledger/view/memory_graph.h"
#include "ledger/view/store_graph.h"
#include "tests/support/records.h"

namespace usufruct {
namespace {

RecordId id_number(std::uint64_t n) { return {hash_leaf(as_view(std::to_string(n)))}; }

/// A few issuers, kinds, roles and targets, so that they meet often.
Verified random_record(std::uint64_t n, SeededChance& chance) {
  const SigningKey key = key_from(10 + chance.next() % 3);
  Record record;
  record.issuer = print_did_key(key.verify_key());
  record.issued_at = {static_cast<std::int64_t>(n)};
  switch (chance.next() % 3) {
    case 0:
      record.body = Party{.name = "p"};
      break;
    case 1:
      record.body = Withdrawal{.reason = "w"};
      break;
    default:
      record.body = Attestation{.result = "a"};
      break;
  }
  for (std::uint64_t refs = chance.next() % 4; refs > 0; --refs) {
    record.add(static_cast<Role>(chance.next() % role_count), id_number(chance.next() % 5));
  }
  return *sign(record, key);
}

bool same_edges(const std::vector<Edge>& one, const std::vector<Edge>& other) {
  return std::ranges::equal(one, other, [](const Edge& a, const Edge& b) {
    return a.index == b.index && a.role == b.role && a.from == b.from;
  });
}

/// Newest first is oldest first from behind, on both, and ends where the visitor says.
bool same_newest_first(const Graph& one, const Graph& other, const RecordId& target, Role role) {
  const auto newest_first = [&](const Graph& graph, std::size_t most) {
    std::vector<Edge> edges;
    graph.visit_edges(target, role, Order::newest_first, [&](const Edge& edge) {
      edges.push_back(edge);
      return edges.size() < most;
    });
    return edges;
  };
  auto all = newest_first(one, SIZE_MAX);
  bool is_same = same_edges(all, newest_first(other, SIZE_MAX));
  const auto two = newest_first(one, 2);
  is_same = is_same && two.size() == std::min<std::size_t>(2, all.size()) &&
            same_edges(two, newest_first(other, 2));
  // The first entries alone: as the whole with what came later left out.
  for (const std::uint64_t size : {std::uint64_t{0}, one.size() / 2, one.size(), one.size() + 1}) {
    std::vector<Edge> before;
    std::ranges::copy_if(all, std::back_inserter(before),
                         [&](const Edge& edge) { return edge.index < size; });
    for (const Graph* graph : {&one, &other}) {
      std::vector<Edge> got;
      graph->visit_edges_before(target, role, size,
                                [&](const Edge& edge) { return got.push_back(edge), true; });
      is_same = is_same && same_edges(got, before);
    }
  }
  std::ranges::reverse(all);
  return is_same && same_edges(all, one.edges_to(target, role)) &&
         one.has_edge(target, role) == !all.empty();
}

bool same_logged(const std::shared_ptr<const Logged>& one,
                 const std::shared_ptr<const Logged>& other) {
  if (!one || !other) return one == other;
  return one->id == other->id && one->index == other->index && one->time == other->time &&
         one->record == other->record && one->signers == other->signers;
}

/// By one digit many are found, by all of them one.
bool same_beginning(const Graph& one, const Graph& other, const std::string& digits) {
  bool is_same = true;
  for (const std::size_t count : {1, 2, 5, 16, 17, 63, 64}) {
    auto found = one.beginning_with(digits.substr(0, count), SIZE_MAX);
    auto others = other.beginning_with(digits.substr(0, count), SIZE_MAX);
    std::ranges::sort(found);
    std::ranges::sort(others);
    is_same = is_same && found == others;
    const auto two = other.beginning_with(digits.substr(0, count), 2);
    is_same = is_same && two.size() == std::min<std::size_t>(2, found.size());
  }
  return is_same;
}

bool same(const Graph& one, const Graph& other, const std::vector<RecordId>& ids) {
  bool is_same = one.size() == other.size();
  for (const auto& id : ids) is_same = is_same && same_logged(one.find(id), other.find(id));
  for (const auto& id : ids) is_same = is_same && same_beginning(one, other, print_id(id));
  for (std::uint64_t n = 0; n < 6; ++n) {
    is_same = is_same && same_edges(one.edges_to(id_number(n)), other.edges_to(id_number(n)));
    for (std::uint16_t role = 0; role < role_count; ++role) {
      is_same = is_same && same_newest_first(one, other, id_number(n), static_cast<Role>(role));
    }
  }
  for (const Kind kind : {Kind::party, Kind::withdrawal, Kind::attestation, Kind::model}) {
    is_same = is_same && one.of_kind(kind) == other.of_kind(kind);
    for (std::uint64_t seed = 9; seed < 13; ++seed) {
      const std::string did = print_did_key(key_from(seed).verify_key());
      const auto issued = one.issued_by(did, kind);
      is_same = is_same && issued == other.issued_by(did, kind);
      for (const Graph* graph : {&one, &other}) {
        const auto newest = graph->newest_issued(did, kind);
        is_same =
            is_same && newest == (issued.empty() ? std::nullopt : std::optional(issued.back()));
      }
    }
  }
  for (std::uint64_t size = 0; size <= one.size() + 1; ++size) {
    is_same = is_same && one.root_at(size) == other.root_at(size);
  }
  return is_same;
}

void commit_head(Store& store, Batch& batch, const StoredTree& tree) {
  const Checkpoint checkpoint{std::string(test_origin), tree.size(), tree.tree().root(), {}};
  put_head({{1}, *sign_checkpoint(checkpoint, key_from(1))}, batch);
  REQUIRE(store.commit(batch));
}

TEST_CASE("graph: memory and store answer alike, within a round, after it, and opened again") {
  const auto is_alike = [](std::uint64_t seed) {
    SeededChance chance(seed);
    MemoryStore store;
    MemoryGraph memory;
    auto stored = *StoreGraph::open(store, {});
    auto entries = *StoredEntries::open(store, {});
    std::vector<RecordId> ids = {id_number(99)};
    std::uint64_t n = 0;
    for (int round = 0; round < 4; ++round) {
      Batch batch;
      for (std::uint64_t left = chance.next() % 5; left > 0; --left, ++n) {
        const Verified record = random_record(n, chance);
        const Time time{static_cast<std::int64_t>(n / 2)};
        Bytes entry = encode_entry(time, record.envelope());
        const Digest leaf = hash_leaf(entry);
        entries.append(entry, batch);
        const Logged logged{record.id(), n, time, record.record(), record.signers()};
        memory.add(logged, leaf);
        RC_ASSERT(!stored->index_of(record.id()));
        RC_ASSERT(stored->add(logged, leaf, batch).has_value());
        ids.push_back(record.id());
      }
      RC_ASSERT(same(memory, *stored, ids));
      entries.flush(batch);
      RC_ASSERT(stored->flush(batch).has_value());
      commit_head(store, batch, stored->tree());
      stored->settle();
      RC_ASSERT(same(memory, *stored, ids));
      stored = *StoreGraph::open(store);
      RC_ASSERT(same(memory, *stored, ids));
      RC_ASSERT(stored->health().has_value());
    }
  };
  CHECK(rc::check("graphs are equivalent", is_alike));
}

TEST_CASE("graph: a store graph does not see what came after it was opened") {
  MemoryStore store;
  ManualClock clock({1});
  auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
  writer.write(test_records(0, 3));
  const auto before = *StoreGraph::open(store);
  writer.write(test_records(3, 400));
  CHECK(before->size() == 3);
  CHECK(before->find(test_record(2).id()));
  CHECK_FALSE(before->find(test_record(3).id()));
  CHECK(before->of_kind(Kind::party).size() == 3);
  CHECK_FALSE(before->root_at(4));
  CHECK((*StoreGraph::open(store))->of_kind(Kind::party).size() == 400);
}

TEST_CASE("graph: what the store cannot give is told by health()") {
  MemoryStore store;
  ManualClock clock({1});
  (*Writer::open(store, test_log_key(), permit, clock, nullptr)).write(test_records(0, 300));
  Batch damage;
  damage.put(layout::entry_key({0}), to_bytes("not an entry"));
  REQUIRE(store.commit(damage));
  const auto graph = *StoreGraph::open(store);
  CHECK(graph->of_kind(Kind::party).size() == 300);
  CHECK(graph->find(test_record(299).id()));
  CHECK(graph->health());
  CHECK_FALSE(graph->find(test_record(0).id()));
  CHECK_FALSE(graph->health());
}

}  // namespace
}  // namespace usufruct
