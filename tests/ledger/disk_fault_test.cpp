// A log on a disk that is full, was cut short or has flipped bits: it gives the state that was
// acknowledged, or refuses. It never signs a shorter history, or another one.
//
// USUFRUCT_EVERY_BYTE=1 tries every byte instead of some.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>

#include "ledger/audit.h"
#include "ledger/head.h"
#include "ledger/log.h"
#include "ledger/snapshot.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/records.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t all_entries = 40;

void copy_folder(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

/// What a crash leaves of a log of `entries` entries: half of them in files RocksDB has finished,
/// half in its write-ahead log.
void make_image(const fs::path& image) {
  const Scratch folder;
  const SystemClock clock;
  for (std::uint64_t half = 0; half < 2; ++half) {
    const auto store = *RocksdbStore::open(folder.path() / "store");
    const auto guard = *FileHeadGuard::open(folder.path() / "head");
    const auto log = *Log::open(*store, test_log_key(), permit, clock, guard.get());
    const std::uint64_t first = half * all_entries / 2;
    for (std::uint64_t n = first; n < first + all_entries / 2; ++n) {
      REQUIRE(log->append(test_record(n, 400)));
    }
    if (half == 1) copy_folder(folder.path(), image);
  }
}

struct Outcome {
  bool is_open = false;
  bool is_whole = false;  ///< open with the history that was acknowledged
  bool is_clean = false;  ///< and the audit finds nothing
  Code code = Code::unverified;
};

Outcome open_as_writer(const fs::path& folder, const std::string& acknowledged) {
  const SystemClock clock;
  const auto store = RocksdbStore::open(folder / "store");
  if (!store) return {.code = store.error().code};
  const auto guard = FileHeadGuard::open(folder / "head");
  if (!guard) return {.code = guard.error().code};
  const auto writer = Writer::open(**store, test_log_key(), permit, clock, guard->get());
  if (!writer) return {.code = writer.error().code};
  Outcome outcome{.is_open = true, .is_whole = writer->checkpoint().note == acknowledged};
  const auto face = Snapshot::open(**store);
  outcome.is_clean = face && audit(**face, test_verifier(), permit).is_clean();
  return outcome;
}

std::string note_of(const fs::path& folder) {
  const auto store = *RocksdbStore::open(folder / "store", Access::read_only);
  return (*load_head(*store))->checkpoint.note;
}

std::uintmax_t stride(std::uintmax_t some) {
  return std::getenv("USUFRUCT_EVERY_BYTE") != nullptr ? 1 : some;
}

fs::path newest_wal(const fs::path& folder) {
  fs::path newest;
  for (const auto& file : fs::directory_iterator(folder / "store")) {
    if (file.path().extension() == ".log" && file.path() > newest) newest = file.path();
  }
  return newest;
}

void flip_bit(const fs::path& path, std::uintmax_t at, unsigned bit) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char was = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(was ^ (1 << bit)));
}

TEST_CASE("disk: a write-ahead log cut at any byte of its last rounds is found behind the guard") {
  const Scratch folder;
  const fs::path image = folder.path() / "image";
  const fs::path copy = folder.path() / "copy";
  make_image(image);
  const std::string acknowledged = note_of(image);
  const auto size = fs::file_size(newest_wal(image));
  REQUIRE(size > 10'000);
  copy_folder(image, copy);
  CHECK(open_as_writer(copy, acknowledged).is_clean);
  for (std::uintmax_t lost = 1; lost < 4'000; lost += stride(149)) {
    copy_folder(image, copy);
    fs::resize_file(newest_wal(copy), size - lost);
    const auto outcome = open_as_writer(copy, acknowledged);
    CAPTURE(lost);
    CHECK(!outcome.is_open);
    CHECK(outcome.code == Code::unverified);
  }
}

TEST_CASE("disk: a bit flipped in any file is refused, harmless, or found by the audit") {
  const Scratch folder;
  const fs::path image = folder.path() / "image";
  const fs::path copy = folder.path() / "copy";
  make_image(image);
  const std::string acknowledged = note_of(image);
  SeededChance chance(1);
  int refused = 0;
  for (const auto& file : fs::recursive_directory_iterator(image)) {
    if (!file.is_regular_file() || file.file_size() == 0) continue;
    const auto relative = file.path().lexically_relative(image);
    // RocksDB's own diary, and what it made of its options: nobody reads them.
    if (relative.filename().native().starts_with("LOG")) continue;
    const auto step = std::max<std::uintmax_t>(stride(file.file_size() / 12), 1);
    for (std::uintmax_t at = chance.next() % step; at < file.file_size(); at += step) {
      copy_folder(image, copy);
      flip_bit(copy / relative, at, static_cast<unsigned>(chance.next() % 8));
      const auto outcome = open_as_writer(copy, acknowledged);
      CAPTURE(relative.native());
      CAPTURE(at);
      // Open with another history than was acknowledged: that is what must not be.
      CHECK((!outcome.is_open || outcome.is_whole));
      refused += !outcome.is_open;
    }
  }
  MESSAGE(refused << " refused");
  CHECK(refused > 0);
}

TEST_CASE("disk: what opening saw in the write-ahead log is in finished files before it goes on") {
  const Scratch folder;
  const fs::path image = folder.path() / "image";
  const fs::path without = folder.path() / "without";
  make_image(image);
  const std::string acknowledged = note_of(image);
  const auto store = *RocksdbStore::open(image / "store");
  copy_folder(image, without);
  for (const auto& file : fs::directory_iterator(without / "store")) {
    if (file.path().extension() == ".log") fs::remove(file.path());
  }
  const auto outcome = open_as_writer(without, acknowledged);
  CHECK(outcome.is_whole);
  CHECK(outcome.is_clean);
}

TEST_CASE("disk: a full disk stops the log, and takes nothing that was acknowledged") {
  const Scratch folder;
  const SystemClock clock;
  std::vector<std::pair<std::uint64_t, Receipt>> acknowledged;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handled = ::signal(SIGXFSZ, SIG_IGN);
  {
    const auto store = *RocksdbStore::open(folder.path() / "store");
    const auto guard = *FileHeadGuard::open(folder.path() / "head");
    const auto log = *Log::open(*store, test_log_key(), permit, clock, guard.get());
    const rlimit small{100'000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    std::uint64_t refused = 0;
    for (std::uint64_t n = 0; refused < 3 && n < 1'000; ++n) {
      const auto receipt = log->append(test_record(n, 1'000));
      if (receipt) {
        CHECK(refused == 0);
        acknowledged.emplace_back(n, *receipt);
      } else {
        CHECK(receipt.error().code == Code::unavailable);
        ++refused;
      }
    }
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(refused == 3);
    CHECK(log->append(test_record(0, 1'000)).error().code == Code::unavailable);
  }
  ::signal(SIGXFSZ, handled);
  CHECK(acknowledged.size() > 10);
  const auto store = *RocksdbStore::open(folder.path() / "store");
  const auto guard = *FileHeadGuard::open(folder.path() / "head");
  const auto log = *Log::open(*store, test_log_key(), permit, clock, guard.get());
  for (const auto& [n, receipt] : acknowledged) {
    CHECK(log->append(test_record(n, 1'000))->index == receipt.index);
  }
  CHECK(log->append(test_record(5'000)));
  CHECK(audit(*log->snapshot(), test_verifier(), permit).is_clean());
}

}  // namespace
}  // namespace usufruct
