// Appends records to a log and prints each acknowledgement; made to be killed at any moment.
//
//     crash_child <folder> <first> <count> [<step>]
//
// With a step it ends itself there, as kill -9 would (tests/support/killing_store.h). One line for
// each receipt, written at once: "<number> <index> <hex of the receipt>".
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "ledger/log.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/killing_store.h"
#include "tests/support/records.h"

namespace usufruct {
namespace {

Result<void> run(const std::filesystem::path& folder, std::uint64_t first, std::uint64_t count,
                 std::uint64_t step) {
  const SystemClock clock;
  const auto store = TRY(RocksdbStore::open(folder / "store"));
  const auto guard = TRY(FileHeadGuard::open(folder / "head"));
  KillSwitch end(step);
  KillingStore killing_store(*store, end);
  KillingGuard killing_guard(*guard, end);
  const auto log = TRY(Log::open(killing_store, test_log_key(), permit, clock, &killing_guard));
  const auto append = [&](std::uint64_t from) {
    for (std::uint64_t n = from; n < first + count; n += 4) {
      const auto receipt = log->append(test_record(n));
      if (!receipt) std::abort();
      const std::string line = fmt::format("{} {} {}\n", n, receipt->index.value,
                                           to_hex(as_view(print_receipt(*receipt))));
      // Below PIPE_BUF: one write is whole or not there.
      if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
    }
  };
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) threads.emplace_back(append, first + t);
  for (auto& thread : threads) thread.join();
  return {};
}

}  // namespace
}  // namespace usufruct

int main(int argument_count, char** arguments) {
  if (argument_count < 4 || argument_count > 5) return 2;
  const auto number = [&](int at) {
    return at < argument_count ? std::strtoull(arguments[at], nullptr, 10) : 0;
  };
  const auto done = usufruct::run(arguments[1], number(2), number(3), number(4));
  if (!done) fmt::print(stderr, "crash_child: {}\n", done.error().message);
  return done ? 0 : 1;
}
