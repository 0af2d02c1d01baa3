// Kills a writer at random moments, again and again on one log, and holds it to what it
// acknowledged.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
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
                                       std::uint64_t count, std::chrono::microseconds life) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const std::string from = std::to_string(first);
  const std::string many = std::to_string(count);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execl(USUFRUCT_CRASH_CHILD, "crash_child", folder.c_str(), from.c_str(), many.c_str(),
            nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::thread killer([&] {
    std::this_thread::sleep_for(life);
    ::kill(child, SIGKILL);
  });
  std::string printed;
  std::array<char, 65'536> part;
  for (ssize_t size; (size = ::read(ends[0], part.data(), part.size())) > 0;) {
    printed.append(part.data(), static_cast<std::size_t>(size));
  }
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

TEST_CASE("crash: killed at any moment, no acknowledged record is lost and no history is forked") {
  constexpr std::uint64_t appends = 1'000;
  constexpr std::uint64_t records_a_life = 800;
  const Scratch folder;
  SeededChance chance(20'261'123);
  std::vector<Acknowledged> acknowledged;
  int kills = 0;
  for (int life = 0; life < 12 || acknowledged.size() < appends; ++life) {
    REQUIRE(life < 200);
    const std::uint64_t first = static_cast<std::uint64_t>(life) * records_a_life / 8;
    // Longer from life to life, so that a slow machine comes to acknowledge something too.
    const std::uint64_t longest = 150'000 + static_cast<std::uint64_t>(life) * 20'000;
    const auto [printed, is_done] =
        run_child(folder.path(), first, records_a_life,
                  std::chrono::microseconds(5'000 + chance.next() % longest));
    read_lines(printed, acknowledged);
    if (!is_done) ++kills;
  }
  MESSAGE(acknowledged.size() << " acknowledged, " << kills << " kills");
  CHECK(kills > 0);

  const auto store = *RocksdbStore::open(folder.path() / "store");
  const auto guard = *FileHeadGuard::open(folder.path() / "head");
  const SystemClock clock;
  REQUIRE(Writer::open(*store, test_log_key(), permit, clock, guard.get()));
  const auto reader = *Snapshot::open(*store);
  CHECK(audit(*reader, test_verifier(), permit).is_clean());
  const auto graph = *StoreGraph::open(*store);
  std::size_t wrong = 0;
  for (const auto& [number, receipt] : acknowledged) {
    const Verified record = test_record(number);
    const auto logged = graph->find(record.id());
    const auto proven = verify_envelope_receipt(receipt, record.envelope(), test_verifier());
    if (!logged || !proven || LeafIndex{logged->index} != receipt.index) {
      ++wrong;
      continue;
    }
    // Every checkpoint anybody ever saw is one of this history.
    wrong += graph->root_at(proven->checkpoint.size.value) != proven->checkpoint.root;
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace usufruct
