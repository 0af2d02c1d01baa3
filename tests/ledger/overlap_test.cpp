// A round is admitted while the one before is being written.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "ledger/log.h"
#include "ledger/store/layout.h"
#include "ledger/store/memory_store.h"
#include "ledger/view/postings.h"
#include "ledger/view/record_ids.h"
#include "ledger/view/store_graph.h"
#include "tests/support/fault_store.h"
#include "tests/support/records.h"

namespace usufruct {
namespace {

using Fault = FaultStore::Fault;
using Placements = std::vector<Result<Placement>>;

std::map<std::string, Bytes> all_of(const Store& store) {
  std::map<std::string, Bytes> all;
  REQUIRE(store.scan("", [&](std::string_view key, View value) {
    all.emplace(key, to_bytes(value));
    return true;
  }));
  return all;
}

Writer open(Store& store, const Clock& clock, Law law = permit) {
  auto writer = Writer::open(store, test_log_key(), std::move(law), clock, nullptr);
  REQUIRE(writer);
  return *std::move(writer);
}

/// Two rounds, the second admitted before the first is written.
std::pair<Placements, Placements> overlapped(Writer& writer, std::vector<Verified> first,
                                             std::vector<Verified> second) {
  Draft a = writer.admit(std::move(first));
  writer.close_round(a);
  Draft b = writer.admit(std::move(second));
  Placements of_a = writer.seal(a);
  writer.settle(a);
  writer.close_round(b);
  Placements of_b = writer.seal(b);
  writer.settle(b);
  return {std::move(of_a), std::move(of_b)};
}

TEST_CASE("overlap: two rounds leave the store as they do one after the other") {
  const ManualClock clock({1});
  MemoryStore one_by_one;
  MemoryStore together;
  auto sequential = open(one_by_one, clock);
  auto writer = open(together, clock);
  // Over a tile's edge; with records of the round before again, and of the one before that.
  std::uint64_t from = 0;
  for (const std::uint64_t size : {40, 300, 5, 1, 700, 64}) {
    const std::uint64_t back = from / 2;
    CAPTURE(from);
    sequential.write(test_records(from, from + size));
    sequential.write(test_records(back, from + 2 * size));
    const auto [a, b] =
        overlapped(writer, test_records(from, from + size), test_records(back, from + 2 * size));
    for (const auto& answer : a) REQUIRE(answer);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
      const auto record = test_record(back + i);
      wrong += !b[i] || b[i]->index.value != back + i ||
               !verify_envelope_receipt(b[i]->receipt(), record.envelope(), test_verifier());
    }
    CHECK(wrong == 0);
    from += 2 * size;
  }
  CHECK(writer.checkpoint().note == sequential.checkpoint().note);
  CHECK(all_of(together) == all_of(one_by_one));
}

TEST_CASE("overlap: the law sees the round that is not written yet") {
  MemoryStore store;
  const ManualClock clock({1});
  const Law law = [&](const Graph& graph, const Candidate& candidate) -> Result<void> {
    CHECK(graph.size() == candidate.index);
    CHECK(graph.of_kind(Kind::party).size() == candidate.index);
    std::size_t newest_first = 0;
    graph.visit_kind(Kind::party, Order::newest_first, [&](std::uint64_t index, const RecordId&) {
      CHECK(index == candidate.index - ++newest_first);
      return true;
    });
    if (candidate.index > 0) {
      const auto last = graph.of_kind(Kind::party).back();
      REQUIRE(graph.find(last));
      CHECK(graph.find(last)->index == candidate.index - 1);
    }
    return {};
  };
  auto writer = open(store, clock, law);
  const auto [a, b] = overlapped(writer, test_records(0, 50), test_records(50, 90));
  for (const auto& answer : b) CHECK(answer);
  CHECK((*StoreGraph::open(store))->of_kind(Kind::party).size() == 90);
}

TEST_CASE("overlap: when a round fails, so does the one admitted after it") {
  for (const Fault fault : {Fault::before, Fault::after}) {
    MemoryStore under;
    const ManualClock clock({1});
    const Law law = [](const Graph&, const Candidate& candidate) -> Result<void> {
      if (candidate.verified.id() == test_record(7).id()) return denied("no", "", "the-rule");
      return {};
    };
    std::uint64_t size = 0;
    {
      // Beginning the log is the first commit.
      FaultStore store(under, {.commit = [&](int n) { return n == 2 ? fault : Fault::none; }});
      auto writer = open(store, clock, law);
      const auto [a, b] = overlapped(writer, test_records(0, 5), test_records(3, 9));
      for (const auto& answer : a) CHECK(answer.error().code == Code::unavailable);
      // Also what was there already, and what the law refused: both may rest on what is not there.
      for (const auto& answer : b) CHECK(answer.error().code == Code::unavailable);
      CHECK(writer.is_failed());
      CHECK(store.commits() == 2);
      size = writer.checkpoint().checkpoint.size.value;
    }
    CHECK(size == 0);
    auto again = open(under, clock, law);
    CHECK(again.checkpoint().checkpoint.size.value == (fault == Fault::after ? 5 : 0));
  }
}

TEST_CASE("overlap: ids that start alike in two rounds are both found") {
  MemoryStore store;
  const auto tree = *StoredTree::open(store, {});
  auto ids = *RecordIds::open(store, tree);
  const auto id_of = [](std::uint8_t last) {
    RecordId id;
    id.digest.bytes.fill(9);
    id.digest.bytes.back() = last;
    return id;
  };
  Batch first;
  REQUIRE_FALSE(*ids.index_of(id_of(1)));
  REQUIRE(ids.add(id_of(1), first));
  ids.flush(first);
  Batch second;
  REQUIRE_FALSE(*ids.index_of(id_of(2)));  // the store does not have the first yet
  REQUIRE(ids.add(id_of(2), second));
  REQUIRE(store.commit(first));
  ids.settle(1);
  ids.flush(second);
  REQUIRE(store.commit(second));
  ids.settle(2);
  CHECK(ids.index_of(id_of(1))->value().value == 0);
  CHECK(ids.index_of(id_of(2))->value().value == 1);
  CHECK_FALSE(*ids.index_of(id_of(3)));
}

TEST_CASE("overlap: a posting list is whole whatever was asked when") {
  const auto list = layout::kind_list(Kind::dataset);
  // Asked before it is there, while it is on its way, after it came; in each pattern.
  for (unsigned pattern = 0; pattern < 64; ++pattern) {
    CAPTURE(pattern);
    MemoryStore store;
    Postings postings(store, 0);
    Indexes due;
    const auto ask = [&](unsigned bit) {
      if ((pattern >> bit & 1) == 0) return;
      Indexes seen;
      REQUIRE(postings.visit(list, Order::oldest_first,
                             [&](std::uint64_t index) { return seen.push_back(index), true; }));
      CHECK(seen == due);
    };
    std::optional<Batch> on_its_way;
    std::uint64_t index = 0;
    for (unsigned round = 0; round < 3; ++round) {
      ask(2 * round);
      for (int i = 0; i < 3; ++i) {
        postings.add(list, index);
        due.push_back(index++);
      }
      ask(2 * round + 1);
      if (on_its_way) {
        REQUIRE(store.commit(*on_its_way));
        ask(2 * round);
        postings.settle(index - 3);
      }
      on_its_way.emplace();
      REQUIRE(postings.flush(*on_its_way));
      ask(2 * round + 1);
    }
    REQUIRE(store.commit(*on_its_way));
    postings.settle(index);
    Postings again(store, index);
    Indexes seen;
    REQUIRE(again.visit(list, Order::newest_first,
                        [&](std::uint64_t at) { return seen.push_back(at), true; }));
    std::ranges::reverse(seen);
    CHECK(seen == due);
  }
}

/// Cosigns nothing while it is away.
class Away final : public Cosigner {
 public:
  Result<std::string> cosign(const SignedCheckpoint& newer, const ProveGrowth&) override {
    if (is_away) return unavailable("no witness answers");
    return newer.note;
  }
  bool is_cosigned(std::string_view) const override { return false; }
  std::atomic<bool> is_away = true;
};

TEST_CASE("overlap: rounds that could not be published are, when the witnesses come back") {
  MemoryStore store;
  const SystemClock clock;
  Away witnesses;
  const auto log = *Log::open(store, test_log_key(), permit, clock, nullptr, &witnesses);
  constexpr std::uint64_t count = 9'000;  // several rounds, so that some overlap
  for (const auto& receipt : log->append_all(test_records(0, count))) {
    CHECK(receipt.error().code == Code::unavailable);
  }
  CHECK(log->checkpoint().checkpoint.size == TreeSize{0});
  witnesses.is_away = false;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (log->checkpoint().checkpoint.size.value < count) {
    REQUIRE(std::chrono::steady_clock::now() < patience);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(log->append(test_record(17)));
}

}  // namespace
}  // namespace usufruct
