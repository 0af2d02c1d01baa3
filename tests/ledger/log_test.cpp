#include "ledger/log.h"

#include <doctest/doctest.h>

#include "ledger/store/layout.h"
#include "ledger/store/memory_store.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/fault_store.h"
#include "tests/support/memory_guard.h"
#include "tests/support/records.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

using Fault = FaultStore::Fault;

std::unique_ptr<Log> must_open(Store& store, const Clock& clock, HeadGuard* guard = nullptr,
                               Law law = permit) {
  auto log = Log::open(store, test_log_key(), std::move(law), clock, guard);
  INFO((log ? "" : log.error().message));
  REQUIRE(log);
  return *std::move(log);
}

Code open_code(Store& store, HeadGuard* guard = nullptr, LogKey key = test_log_key()) {
  const ManualClock clock({1});
  const auto log = Log::open(store, std::move(key), permit, clock, guard);
  REQUIRE_FALSE(log);
  return log.error().code;
}

bool proves(const Receipt& receipt, const Verified& record) {
  return verify_envelope_receipt(receipt, record.envelope(), test_verifier()).has_value();
}

TEST_CASE("log: a receipt verifies offline, with the ledger time in it") {
  MemoryStore store;
  const ManualClock clock({1'790'000'000'000});
  const auto log = must_open(store, clock);
  for (std::uint64_t n = 0; n < 20; ++n) {
    const auto receipt = log->append(test_record(n));
    REQUIRE(receipt);
    CHECK(receipt->index.value == n);
    CHECK(*time_of(*receipt) == clock.now());
    CHECK(proves(*parse_receipt_unverified(print_receipt(*receipt)), test_record(n)));
    CHECK_FALSE(proves(*receipt, test_record(n + 1)));
  }
  CHECK(log->checkpoint().checkpoint.size == TreeSize{20});
}

TEST_CASE("log: many at once, in their order, over tiles' edges, and again after opening") {
  MemoryStore store;
  const ManualClock clock({5});
  const auto records = test_records(0, 700);
  for (std::size_t from = 0; from < 700; from += 350) {
    const auto log = must_open(store, clock);
    const auto begin = records.begin() + static_cast<std::ptrdiff_t>(from);
    const auto receipts = log->append_all({begin, begin + 350});
    REQUIRE(receipts.size() == 350);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < 350; ++i) {
      wrong += !receipts[i] || receipts[i]->index.value != from + i ||
               !proves(*receipts[i], records[from + i]);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE(
    "log: a record that is there already is answered with its place, old or of the same round") {
  MemoryStore store;
  ManualClock clock({100});
  auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
  writer.write(test_records(0, 300));
  clock.advance_ms(50);
  const std::vector<Verified> again = {test_record(7), test_record(400), test_record(400)};
  const auto answers = writer.write(again);
  CHECK(answers[0]->index.value == 7);
  CHECK(answers[0]->time == Time{100});
  CHECK(answers[1]->index.value == 300);
  CHECK(answers[2]->index.value == 300);
  for (std::size_t i = 0; i < 3; ++i) CHECK(proves(answers[i]->receipt(), again[i]));
  const std::string note = writer.checkpoint().note;
  const auto alone = writer.write({again.data(), 1});
  CHECK(alone[0]->index.value == 7);
  CHECK(writer.checkpoint().note == note);
}

TEST_CASE("log: ledger time never falls, whatever the clock does") {
  MemoryStore store;
  ManualClock clock({100});
  const auto log = must_open(store, clock);
  CHECK(*time_of(*log->append(test_record(0))) == Time{100});
  clock.advance_ms(-90);
  CHECK(*time_of(*log->append(test_record(1))) == Time{100});
  clock.advance_ms(91);
  CHECK(*time_of(*log->append(test_record(2))) == Time{101});
}

TEST_CASE(
    "log: the law sees every earlier record, those of the same round too, and its no is final") {
  MemoryStore store;
  const ManualClock clock({1});
  std::vector<std::uint64_t> seen;
  const Law law = [&](const Graph& graph, const Candidate& candidate) -> Result<void> {
    CHECK(graph.size() == candidate.index);
    CHECK(graph.of_kind(Kind::party).size() == candidate.index);
    seen.push_back(candidate.index);
    if (candidate.verified.id() == test_record(2).id()) return denied("no", "", "the-rule");
    return {};
  };
  auto writer = *Writer::open(store, test_log_key(), law, clock, nullptr);
  const auto answers = writer.write(test_records(0, 5));
  CHECK(seen == std::vector<std::uint64_t>{0, 1, 2, 2, 3});
  REQUIRE_FALSE(answers[2]);
  CHECK(answers[2].error().rule == "the-rule");
  CHECK(answers[4]->index.value == 3);
  CHECK(writer.checkpoint().checkpoint.size == TreeSize{4});
}

TEST_CASE("log: many threads, each record once, each answered") {
  MemoryStore store;
  const SystemClock clock;
  const auto log = must_open(store, clock);
  std::vector<std::thread> threads;
  std::atomic<std::size_t> good = 0;
  for (std::uint64_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t n = 0; n < 40; ++n) {
        const auto record = test_record(t * 30 + n);  // overlapping
        const auto receipt = log->append(record);
        if (receipt && proves(*receipt, record)) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 320);
  CHECK(log->checkpoint().checkpoint.size == TreeSize{250});
}

TEST_CASE("log: a key, an origin or a store of another log is refused") {
  MemoryStore store;
  const ManualClock clock({1});
  must_open(store, clock)->append_all(test_records(0, 3));
  CHECK(open_code(store, nullptr, {std::string(test_origin), key_from(9)}) == Code::unverified);
  CHECK(open_code(store, nullptr, {"other.example/log", key_from(1)}) == Code::conflict);
  CHECK(open_code(store, nullptr, {"two words", key_from(1)}) == Code::malformed);
}

TEST_CASE("log: a store that was tampered with does not open") {
  const ManualClock clock({1});
  const auto after = [&](const std::string& key, const Bytes& value) {
    MemoryStore store;
    must_open(store, clock)->append_all(test_records(0, 300));
    Batch batch;
    batch.put(key, value);
    REQUIRE(store.commit(batch));
    return open_code(store);
  };
  CHECK(after(layout::entry_key({299}), to_bytes("entry")) == Code::unverified);
  CHECK(after(layout::entry_key({256}), {}) == Code::unverified);
  CHECK(after(layout::entry_key({300}), to_bytes("entry")) == Code::unverified);
  CHECK(after(layout::tile_key(0, 0), Bytes(8192)) == Code::unverified);
  CHECK(after(layout::tile_key(0, 0), Bytes(8191)) == Code::unverified);
  CHECK(after(std::string(layout::head_key), {}) == Code::unverified);
  CHECK(after(std::string(layout::head_key), Bytes(100)) == Code::malformed);
}

TEST_CASE("log: a store rolled back behind what was signed does not open") {
  const ManualClock clock({1});
  MemoryGuard guard;
  MemoryStore newer;
  MemoryStore backup;
  must_open(newer, clock, &guard)->append_all(test_records(0, 5));
  must_open(backup, clock)->append_all(test_records(0, 4));
  CHECK(open_code(backup, &guard) == Code::unverified);
  MemoryStore emptied;
  CHECK(open_code(emptied, &guard) == Code::unverified);
  // As long, or longer, but another history.
  MemoryStore forked;
  must_open(forked, clock)->append_all(test_records(1, 9));
  CHECK(open_code(forked, &guard) == Code::unverified);
  // The guard of a log that has entries is gone.
  MemoryGuard lost;
  CHECK(open_code(newer, &lost) == Code::unverified);
  // A guard one round behind is what a crash between the two leaves.
  MemoryGuard behind;
  MemoryStore store;
  must_open(store, clock, &behind)->append_all(test_records(0, 5));
  const auto saved = behind.saved;
  must_open(store, clock, &behind)->append_all(test_records(5, 9));
  behind.saved = saved;
  must_open(store, clock, &behind);
  CHECK(behind.saved != saved);
}

TEST_CASE("log: after a failed commit nothing is written until it is opened again") {
  for (const Fault fault : {Fault::before, Fault::after}) {
    MemoryStore under;
    const ManualClock clock({1});
    MemoryGuard guard;
    FaultStore store(under, {.commit = [&](int n) { return n == 3 ? fault : Fault::none; }});
    const auto log = must_open(store, clock, &guard);
    REQUIRE(log->append(test_record(0)));
    CHECK(log->append(test_record(1)).error().code == Code::unavailable);
    CHECK(log->append(test_record(1)).error().code == Code::unavailable);
    CHECK(log->append(test_record(0)).error().code == Code::unavailable);
    CHECK(store.commits() == 3);
    const auto again = must_open(under, clock, &guard);
    const auto receipt = again->append(test_record(1));
    REQUIRE(receipt);
    CHECK(receipt->index.value == 1);
    CHECK(proves(*receipt, test_record(1)));
  }
}

TEST_CASE("log: every commit failing in turn never loses what was acknowledged, never forks") {
  for (const Fault fault : {Fault::before, Fault::after}) {
    for (int failing = 1; failing <= 12; ++failing) {
      MemoryStore under;
      const ManualClock clock({1});
      MemoryGuard guard;
      std::vector<Receipt> acknowledged;
      std::vector<SignedCheckpoint> published;
      for (int attempt = 0; attempt < 2; ++attempt) {
        FaultStore store(under, {.commit = [&](int n) {
                           return attempt == 0 && n == failing ? fault : Fault::none;
                         }});
        auto writer = Writer::open(store, test_log_key(), permit, clock, &guard);
        if (!writer) continue;
        for (std::uint64_t n = 0; n < 10; ++n) {
          const auto record = test_record(n);
          const auto answer = writer->write({&record, 1});
          if (answer[0]) acknowledged.push_back(answer[0]->receipt());
          published.push_back(writer->checkpoint());
        }
      }
      CAPTURE(failing);
      const auto tree = StoredTree::open(under, {10});
      REQUIRE(tree);
      for (const auto& receipt : acknowledged) {
        CHECK(proves(receipt, test_record(receipt.index.value)));
      }
      for (const auto& [checkpoint, note] : published) {
        CHECK(*root_of(*tree, checkpoint.size) == checkpoint.root);
      }
      CHECK(acknowledged.size() >= 10);
    }
  }
}

TEST_CASE("log: every read failing in turn refuses rather than admits") {
  const Law law = [](const Graph& graph, const Candidate& candidate) -> Result<void> {
    // Not twice by the same issuer: which a graph that cannot be read would let pass.
    if (graph.issued_by(candidate.verified.record().issuer, Kind::party).empty()) return {};
    return denied("only one");
  };
  for (int failing = 1; failing <= 40; ++failing) {
    MemoryStore under;
    const ManualClock clock({1});
    REQUIRE(must_open(under, clock, nullptr, law)->append(test_record(0)));
    FaultStore store(under, {.read = [&](int n) { return n == failing; }});
    auto log = Log::open(store, test_log_key(), law, clock, nullptr);
    if (!log) continue;
    CHECK_FALSE((*log)->append(test_record(1)));
    CHECK((*log)->checkpoint().checkpoint.size == TreeSize{1});
  }
}

TEST_CASE("log: a guard that cannot be written stops the log") {
  MemoryStore store;
  const ManualClock clock({1});
  MemoryGuard guard;
  const auto log = must_open(store, clock, &guard);
  guard.fails = true;
  CHECK(log->append(test_record(0)).error().code == Code::unavailable);
  guard.fails = false;
  CHECK(log->append(test_record(1)).error().code == Code::unavailable);
}

TEST_CASE("log: of two logs on copies of one store, the guard lets one go on") {
  const ManualClock clock({1});
  MemoryGuard guard;
  MemoryStore store;
  MemoryStore copy;
  must_open(copy, clock)->append_all(test_records(0, 5));
  const auto log = must_open(store, clock, &guard);
  log->append_all(test_records(0, 5));
  const auto other = must_open(copy, clock, &guard);
  REQUIRE(log->append(test_record(5)));
  CHECK(other->append(test_record(6)).error().code == Code::unavailable);
  REQUIRE(log->append(test_record(6)));
  CHECK(open_code(copy, &guard) == Code::unverified);
}

TEST_CASE("log: a head changed behind its back is not extended") {
  MemoryStore store;
  const ManualClock clock({1});
  auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
  auto second = *Writer::open(store, test_log_key(), permit, clock, nullptr);
  const auto record = test_record(0);
  REQUIRE(writer.write({&record, 1})[0]);
  const auto other = test_record(1);
  CHECK_FALSE(second.write({&other, 1})[0]);
}

TEST_CASE("log: in RocksDB, with a guard beside it") {
  const Scratch folder;
  const SystemClock clock;
  for (std::uint64_t from = 0; from < 600; from += 300) {
    const auto store = *RocksdbStore::open(folder.path() / "store");
    const auto guard = *FileHeadGuard::open(folder.path() / "head");
    const auto log = must_open(*store, clock, guard.get());
    for (const auto& receipt : log->append_all(test_records(from, from + 300))) CHECK(receipt);
    CHECK(log->checkpoint().checkpoint.size == TreeSize{from + 300});
  }
}

}  // namespace
}  // namespace usufruct
