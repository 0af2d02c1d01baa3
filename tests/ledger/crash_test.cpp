// Kills a writer at random moments, again and again on one log, and at every step of a round, and
// holds it to what it acknowledged.
//
//     USUFRUCT_CRASH_CYCLES=1000 build/release/test_ledger -tc='crash: killed at any moment*'
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <span>
#include <sstream>
#include <thread>

#include "ledger/audit.h"
#include "ledger/log.h"
#include "ledger/snapshot.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/records.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

struct Acknowledged {
  std::uint64_t number;
  Receipt receipt;
};

/// Runs the child for at most so long and gives what it printed; whether it came to its end.
std::pair<std::string, bool> run_child(const std::filesystem::path& folder, std::uint64_t first,
                                       std::uint64_t count, std::chrono::microseconds life,
                                       std::uint64_t step = 0) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const std::string from = std::to_string(first);
  const std::string many = std::to_string(count);
  const std::string end = std::to_string(step);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execl(USUFRUCT_CRASH_CHILD, "crash_child", folder.c_str(), from.c_str(), many.c_str(),
            end.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::mutex mutex;
  std::condition_variable ended;
  bool is_ended = false;
  std::thread killer([&] {
    std::unique_lock lock(mutex);
    ended.wait_for(lock, life, [&] { return is_ended; });
    ::kill(child, SIGKILL);
  });
  std::string printed;
  std::array<char, 65'536> part;
  for (ssize_t size; (size = ::read(ends[0], part.data(), part.size())) > 0;) {
    printed.append(part.data(), static_cast<std::size_t>(size));
  }
  {
    const std::lock_guard lock(mutex);
    is_ended = true;
  }
  ended.notify_one();
  // Reaped only after the killer is done with its pid, so that no other process can have it.
  killer.join();
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ends[0]);
  const bool is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  const bool is_done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  CHECK((is_killed || is_done));
  return {printed, is_done};
}

void read_lines(const std::string& printed, std::vector<Acknowledged>& into) {
  std::istringstream lines(printed);
  std::uint64_t number = 0;
  std::uint64_t index = 0;
  for (std::string hex; lines >> number >> index >> hex;) {
    const auto receipt = parse_receipt_unverified(as_text(*parse_hex(hex)));
    REQUIRE(receipt);
    into.push_back({number, *receipt});
  }
}

enum class Depth { quick, audited };

/// Opens the log as the next writer would, and finds every record and every checkpoint that was
/// acknowledged in its one history.
void hold(const std::filesystem::path& folder, std::span<const Acknowledged> acknowledged,
          Depth depth) {
  const auto store = *RocksdbStore::open(folder / "store");
  const auto guard = *FileHeadGuard::open(folder / "head");
  const SystemClock clock;
  const auto writer = Writer::open(*store, test_log_key(), permit, clock, guard.get());
  INFO((writer ? "" : writer.error().message));
  REQUIRE(writer);
  if (depth == Depth::audited) {
    CHECK(audit(**Snapshot::open(*store), test_verifier(), permit).is_clean());
  }
  const auto graph = *StoreGraph::open(*store);
  std::size_t wrong = 0;
  for (const auto& [number, receipt] : acknowledged) {
    const Verified record = test_record(number);
    const auto index = graph->index_of(record.id());
    const auto proven = verify_envelope_receipt(receipt, record.envelope(), test_verifier());
    // Every checkpoint anybody ever saw is one of this history.
    wrong += index != receipt.index || !proven ||
             graph->root_at(proven->checkpoint.size.value) != proven->checkpoint.root;
  }
  CHECK(wrong == 0);
}

std::uint64_t cycles() {
  const char* asked = std::getenv("USUFRUCT_CRASH_CYCLES");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : 12;
}

TEST_CASE("crash: killed at any moment, no acknowledged record is lost and no history is forked") {
  constexpr std::uint64_t lives_a_log = 50;
  constexpr std::uint64_t records_a_life = 800;
  SeededChance chance(20'261'123);
  std::uint64_t kills = 0;
  std::uint64_t answered = 0;
  for (std::uint64_t lived = 0; lived < cycles();) {
    const Scratch folder;
    std::vector<Acknowledged> acknowledged;
    for (std::uint64_t life = 0; life < lives_a_log && lived < cycles(); ++life, ++lived) {
      const std::size_t before = acknowledged.size();
      // Every third life ends while the log opens, or soon after; the others last longer from life
      // to life, so that a slow machine comes to acknowledge something too.
      const std::uint64_t longest = life % 3 == 1 ? 40'000 : 400'000 + life * 5'000;
      const auto [printed, is_done] =
          run_child(folder.path(), life * records_a_life / 8, records_a_life,
                    std::chrono::microseconds(chance.next() % longest));
      read_lines(printed, acknowledged);
      kills += !is_done;
      hold(folder.path(), std::span(acknowledged).subspan(before), Depth::quick);
    }
    hold(folder.path(), acknowledged, Depth::audited);
    answered += acknowledged.size();
  }
  MESSAGE(answered << " acknowledged, " << kills << " kills in " << cycles() << " lives");
  CHECK(kills > 0);
  CHECK(answered > 0);
}

TEST_CASE("crash: killed before and after each commit and each save of the guard") {
  constexpr std::uint64_t records_a_life = 12;
  constexpr auto long_enough = std::chrono::seconds(10);
  const Scratch folder;
  std::vector<Acknowledged> acknowledged;
  std::uint64_t step = 1;
  for (bool is_done = false; !is_done; ++step) {
    REQUIRE(step < 100);
    const std::uint64_t first = step * records_a_life;
    std::string printed;
    std::tie(printed, is_done) = run_child(folder.path(), first, records_a_life, long_enough, step);
    read_lines(printed, acknowledged);
    hold(folder.path(), acknowledged, Depth::audited);
  }
  // Beginning a log: two for the store, two for the guard; then four for each round.
  CHECK(step > 8);
}

}  // namespace
}  // namespace usufruct
