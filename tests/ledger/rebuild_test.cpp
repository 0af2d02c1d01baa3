#include "ledger/rebuild.h"

#include <doctest/doctest.h>

#include "ledger/store/layout.h"
#include "ledger/store/memory_store.h"
#include "tests/support/fault_store.h"
#include "tests/support/records.h"

namespace usufruct {
namespace {

const RebuildProgress silent = [](std::uint64_t, std::uint64_t) {};

/// Records that refer to one another, in rounds of many sizes.
void fill(Store& store) {
  const ManualClock clock({1});
  auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
  const SigningKey key = key_from(3);
  RecordId before;
  for (std::uint64_t n = 0; n < 600;) {
    std::vector<Verified> round;
    for (std::uint64_t i = 0; i <= n % 90; ++i, ++n) {
      Record record;
      record.issuer = print_did_key(key.verify_key());
      record.body = Withdrawal{.reason = fmt::format("reason {}", n)};
      record.add(Role::revokes, before);
      record.add(Role::about, {});
      round.push_back(*sign(record, key));
      before = round.back().id();
    }
    for (const auto& answer : writer.write(std::move(round))) REQUIRE(answer);
  }
}

std::map<std::string, Bytes> keys_of(const Store& store, std::string_view letters) {
  std::map<std::string, Bytes> found;
  for (const char letter : letters) {
    REQUIRE(store.scan({&letter, 1}, [&](std::string_view key, View value) {
      found.emplace(key, to_bytes(value));
      return true;
    }));
  }
  return found;
}

/// Everything a graph answers of what fill() wrote.
std::string answers_of(const Store& store) {
  const auto graph = *StoreGraph::open(store);
  std::string all;
  const auto ids = graph->of_kind(Kind::withdrawal);
  for (const auto& id : ids) {
    all += fmt::format("{} {}", print_id(id), graph->find(id)->index);
    for (const auto& edge : graph->edges_to(id)) {
      all += fmt::format(" {}:{}:{}", edge.index, static_cast<int>(edge.role), print_id(edge.from));
    }
  }
  all += fmt::format(" {}", graph->edges_to({}, Role::about).size());
  const std::string did = print_did_key(key_from(3).verify_key());
  for (const auto& id : graph->issued_by(did, Kind::withdrawal)) all += print_short(id);
  CHECK(graph->health());
  return all;
}

TEST_CASE("rebuild: makes the views again as they were, and touches nothing else") {
  MemoryStore store;
  fill(store);
  const std::string good = answers_of(store);
  const auto kept = keys_of(store, "FHETW");
  Batch damage;
  for (const auto& [key, value] : keys_of(store, layout::view_letters)) {
    if (key.size() % 3 == 0) damage.erase(key);
    if (key.size() % 3 == 1) damage.put(key, to_bytes("damage"));
  }
  damage.put("R and what was never there", to_bytes("x"));
  REQUIRE(store.commit(damage));
  std::uint64_t last = 0;
  const auto size = rebuild_views(store, [&](std::uint64_t done, std::uint64_t of) {
    CHECK(done > last);
    CHECK(done <= of);
    last = done;
  });
  REQUIRE(size);
  CHECK(*size == last);
  CHECK(answers_of(store) == good);
  CHECK(keys_of(store, "FHETW") == kept);
  CHECK_FALSE(*store.get("R and what was never there"));
  const ManualClock clock({1});
  auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
  CHECK(writer.write(test_records(0, 3))[2]->index.value == *size + 2);
}

TEST_CASE("rebuild: cut short at any commit, the log does not open before it was run to its end") {
  MemoryStore full;
  fill(full);
  const std::string good = answers_of(full);
  int commits = 0;
  {
    MemoryStore store;
    fill(store);
    FaultStore counting(store, {});
    REQUIRE(rebuild_views(counting, silent));
    commits = counting.commits();
  }
  REQUIRE(commits > 5);
  for (int failing = 1; failing <= commits; ++failing) {
    CAPTURE(failing);
    MemoryStore store;
    fill(store);
    FaultStore faulty(store, {.commit = [&](int n) {
                        return n == failing ? FaultStore::Fault::before : FaultStore::Fault::none;
                      }});
    CHECK(rebuild_views(faulty, silent).error().code == Code::unavailable);
    const ManualClock clock({1});
    const auto writer = Writer::open(store, test_log_key(), permit, clock, nullptr);
    CHECK(writer.has_value() == (failing == 1));
    if (!writer) CHECK(writer.error().code == Code::conflict);
    REQUIRE(rebuild_views(store, silent));
    CHECK(answers_of(store) == good);
  }
}

TEST_CASE("rebuild: of an entry that is not what was logged it makes nothing") {
  MemoryStore store;
  fill(store);
  const std::string key = layout::entry_key({64});
  Bytes page = **store.get(key);
  page[40] ^= 1;
  Batch damage;
  damage.put(key, page);
  REQUIRE(store.commit(damage));
  const auto rebuilt = rebuild_views(store, silent);
  REQUIRE_FALSE(rebuilt);
  CHECK(rebuilt.error().code == Code::unverified);
  CHECK(rebuilt.error().message.find("entry 64") != std::string::npos);
  MemoryStore empty;
  CHECK(rebuild_views(empty, silent).error().code == Code::not_found);
}

}  // namespace
}  // namespace usufruct
