#include "ledger/mirror.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "crypto/stream.h"
#include "ledger/fork.h"
#include "ledger/fsck.h"
#include "ledger/retry_reader.h"
#include "tests/support/public_log.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

Result<SignedCheckpoint> open(std::string_view note) {
  return open_checkpoint(note, test_verifier());
}

bool is_whole(const fs::path& folder, std::uint64_t size) {
  const auto report = fsck_folder(folder, {.policy = policy_of(test_verifier())});
  for (const auto& finding : report.findings) MESSAGE(finding.path << ": " << finding.message);
  return report.is_clean() && report.size.value == size && report.strays.empty();
}

std::string text_of(const fs::path& path) {
  return std::string(as_text(*read_file(path, 1 << 20)));
}

TEST_CASE("mirror: a copy is whole, for every kind of edge, and the same as the source's files") {
  for (const std::uint64_t n : {0, 1, 255, 256, 257, 65'536, 70'000}) {
    CAPTURE(n);
    const PublicLog log(n);
    const Scratch folder;
    const auto report = mirror(log, folder.path() / "copy", open);
    REQUIRE(report);
    CHECK(report->checkpoint == log.head());
    CHECK(report->fetched_entries == n);
    CHECK(is_whole(folder.path() / "copy", n));
    for (const auto& [path, bytes] : log.files()) {
      CHECK(*read_file(folder.path() / "copy" / path, 1 << 25) == bytes);
    }
  }
}

TEST_CASE(
    "mirror: only what is new is asked for, and partial tiles go when the full one is there") {
  PublicLog log(5'000);
  const Scratch folder;
  REQUIRE(mirror(log, folder.path(), open));
  log.grow(70'000);
  log.reads = 0;
  const auto grown = mirror(log, folder.path(), open);
  REQUIRE(grown);
  CHECK(grown->from.value == 5'000);
  CHECK(grown->fetched_entries == 70'000 - 5'000 / 256 * 256);
  CHECK(is_whole(folder.path(), 70'000));
  CHECK_FALSE(fs::exists(folder.path() / "tile/0/019.p"));
  CHECK_FALSE(fs::exists(folder.path() / "tile/entries/019.p"));
  log.reads = 0;
  const auto again = mirror(log, folder.path(), open);
  REQUIRE(again);
  CHECK(again->fetched_entries == 0);
  CHECK(log.reads == 1);  // the checkpoint
}

TEST_CASE(
    "mirror: a checkpoint with more cosignatures takes the place of the same one with fewer") {
  PublicLog log(300);
  const Scratch folder;
  REQUIRE(mirror(log, folder.path(), open));
  Note note = *parse_note_unverified(*log.checkpoint());
  note.signatures.push_back(*cosign_note(note.text, "witness.example/w", key_from(7), {1'000'000}));
  log.put("checkpoint", to_bytes(print_note(note)));
  REQUIRE(mirror(log, folder.path(), open));
  CHECK(text_of(folder.path() / "checkpoint") == print_note(note));
}

TEST_CASE("mirror: whatever a source makes false is refused, and nothing of it becomes visible") {
  struct Lie {
    std::string name;
    std::function<void(PublicLog&)> tell;
    Code code;
  };
  const std::vector<Lie> lies = {
      {"a bit in an entry", [](auto& log) { log.flip_bit("tile/entries/100", 2'000); },
       Code::unverified},
      {"a bit in the last bundle", [](auto& log) { log.flip_bit("tile/entries/273.p/112", 5); },
       Code::unverified},
      {"a bit in a tile above", [](auto& log) { log.flip_bit("tile/1/000", 64); },
       Code::unverified},
      {"a bit at the edge", [](auto& log) { log.flip_bit("tile/2/000.p/1", 3); }, Code::unverified},
      {"a cut bundle", [](auto& log) { log.cut("tile/entries/100", 1); }, Code::malformed},
      {"a bundle of fewer", [](auto& log) { log.cut("tile/entries/100", 12); }, Code::malformed},
      {"an empty bundle", [](auto& log) { log.put("tile/entries/100", {}); }, Code::malformed},
      {"another's bundle",
       [](auto& log) { log.put("tile/entries/100", log.file("tile/entries/101")); },
       Code::unverified},
      {"another's tile", [](auto& log) { log.put("tile/1/000", log.file("tile/0/000")); },
       Code::unverified},
      {"data without end", [](auto& log) { log.put("tile/entries/100", Bytes(40 << 20, 0)); },
       Code::malformed},
      {"a missing bundle", [](auto& log) { log.drop("tile/entries/100"); }, Code::not_found},
      {"a missing tile", [](auto& log) { log.drop("tile/1/000"); }, Code::not_found},
      {"a missing checkpoint", [](auto& log) { log.drop("checkpoint"); }, Code::not_found},
      {"a checkpoint that is none", [](auto& log) { log.put("checkpoint", Bytes(9, 'x')); },
       Code::malformed},
      {"a signature that fails", [](auto& log) { log.flip_bit("checkpoint", 20); },
       Code::unverified},
      {"a size it has no tiles for",
       [](auto& log) {
         Checkpoint head = log.head();
         head.size.value = std::uint64_t{1} << 62;
         log.sign(head);
       },
       Code::not_found},
  };
  for (const auto& lie : lies) {
    CAPTURE(lie.name);
    PublicLog log(70'000);
    lie.tell(log);
    const Scratch folder;
    const auto report = mirror(log, folder.path(), open);
    REQUIRE_FALSE(report);
    CHECK(report.error().code == lie.code);
    CHECK_FALSE(fs::exists(folder.path() / "checkpoint"));
    CHECK_FALSE(fs::exists(folder.path() / "tile/entries/100.tmp"));
    // Once the source tells the truth, the run goes on where it ended.
    REQUIRE(mirror(PublicLog(70'000), folder.path(), open));
    CHECK(is_whole(folder.path(), 70'000));
  }
}

TEST_CASE("mirror: a log that shrank is refused, with both checkpoints kept") {
  const Scratch folder;
  REQUIRE(mirror(PublicLog(1'000), folder.path(), open));
  const PublicLog older(900);
  const auto refused = mirror(older, folder.path(), open);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::unverified);
  CHECK(refused.error().message.find("rolled back") != std::string::npos);
  CHECK(is_whole(folder.path(), 1'000));
  const auto place = fs::directory_iterator(folder.path() / "evidence")->path();
  CHECK(refused.error().hint.find(place.native()) != std::string::npos);
  CHECK(text_of(place / "older") == *older.checkpoint());
  CHECK(text_of(place / "newer") == *PublicLog(1'000).checkpoint());

  const auto fork = mirror(PublicLog(900, "other"), folder.path(), open);
  CHECK(fork.error().message.find("forked") != std::string::npos);
  const auto empty = mirror(PublicLog(0), folder.path(), open);
  CHECK(empty.error().code == Code::unverified);
}

TEST_CASE("mirror: a fork is refused, with both checkpoints and the failing proof kept") {
  for (const std::uint64_t n : {1'000, 1'200, 70'000}) {
    CAPTURE(n);
    const Scratch folder;
    const PublicLog honest(1'000);
    REQUIRE(mirror(honest, folder.path(), open));
    const PublicLog forked(n, "other");
    const auto refused = mirror(forked, folder.path(), open);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::unverified);
    CHECK(refused.error().message.find("forked") != std::string::npos);
    CHECK(is_whole(folder.path(), 1'000));
    const auto place = fs::directory_iterator(folder.path() / "evidence")->path();
    const auto older = open(text_of(place / "older"));
    const auto newer = open(text_of(place / "newer"));
    REQUIRE(older);
    REQUIRE(newer);
    CHECK(older->checkpoint == honest.head());
    CHECK(newer->checkpoint == forked.head());
    const std::string body = text_of(place / "add-checkpoint");
    CHECK(body.starts_with("old 1000\n"));
    CHECK(body.ends_with("\n\n" + newer->note));
    // Told again it is kept once.
    CHECK_FALSE(mirror(forked, folder.path(), open));
    CHECK(std::distance(fs::directory_iterator(folder.path() / "evidence"), {}) == 1);
  }
}

TEST_CASE("mirror: a source that breaks off is gone on with, and nothing is fetched twice") {
  PublicLog log(70'000);
  const Scratch folder;
  std::atomic<int> left = 120;
  log.before_read = [&](const std::string&) -> std::optional<Error> {
    if (left-- > 0) return std::nullopt;
    return Error{Code::unavailable, "the connection broke"};
  };
  const auto broken = mirror(log, folder.path(), open);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code == Code::unavailable);
  log.before_read = nullptr;
  const auto resumed = mirror(log, folder.path(), open);
  REQUIRE(resumed);
  CHECK(resumed->kept_entries > 100 * 256);
  CHECK(resumed->kept_entries + resumed->fetched_entries == 70'000);
  CHECK(is_whole(folder.path(), 70'000));
}

TEST_CASE("mirror: what an ended run left is looked at before it is kept") {
  PublicLog log(70'000);
  const Scratch folder;
  REQUIRE(mirror(log, folder.path(), open));
  fs::remove(folder.path() / "checkpoint");
  // As after a crash of the machine: torn, empty, and of somebody else.
  fs::resize_file(folder.path() / "tile/entries/000", 100);
  fs::resize_file(folder.path() / "tile/entries/001", 0);
  std::ofstream(folder.path() / "tile/0/002", std::ios::binary) << std::string(8'192, 'x');
  std::ofstream(folder.path() / "tile/1/000", std::ios::binary) << "x";
  const auto again = mirror(log, folder.path(), open);
  REQUIRE(again);
  CHECK(again->fetched_entries == 512);
  CHECK(is_whole(folder.path(), 70'000));
}

TEST_CASE("mirror: killed at any point it goes on, and no reader ever sees a broken copy") {
  for (const int at : {1, 2, 5, 50, 150, 279, 290}) {
    CAPTURE(at);
    const Scratch folder;
    REQUIRE(mirror(PublicLog(1'000), folder.path(), open));
    const PublicLog truth(70'000);
    const pid_t child = fork();
    if (child == 0) {
      PublicLog log(70'000);
      std::atomic<int> left = at;
      log.before_read = [&](const std::string&) -> std::optional<Error> {
        if (--left <= 0) ::kill(::getpid(), SIGKILL);
        return std::nullopt;
      };
      (void)mirror(log, folder.path(), open);
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    const auto seen = fsck_folder(folder.path(), {.policy = policy_of(test_verifier())});
    CHECK(seen.is_clean());
    CHECK((seen.size.value == 1'000 || seen.size.value == 70'000));
    REQUIRE(mirror(truth, folder.path(), open));
    CHECK(fsck_folder(folder.path(), {.policy = policy_of(test_verifier())}).is_clean());
  }
}

TEST_CASE("mirror: partial tiles that go when the log grows meanwhile are had from the full ones") {
  PublicLog log(1'000);
  const std::string note = *log.checkpoint();
  log.grow(70'000);
  log.put("checkpoint", to_bytes(note));  // An old checkpoint still in a cache on the way.
  const Scratch folder;
  REQUIRE(mirror(log, folder.path(), open));
  CHECK(is_whole(folder.path(), 1'000));
}

TEST_CASE("mirror: a folder that holds something else, or another log, is left alone") {
  const PublicLog log(300);
  const Scratch folder;
  std::ofstream(folder.path() / "thesis.txt") << "mine";
  CHECK(mirror(log, folder.path(), open).error().code == Code::conflict);
  fs::remove(folder.path() / "thesis.txt");
  REQUIRE(mirror(log, folder.path(), open));
  Checkpoint other = log.head();
  other.origin = "other.example/log";
  const auto any = [](std::string_view note) -> Result<SignedCheckpoint> {
    return SignedCheckpoint{TRY(parse_checkpoint_unverified(TRY(parse_note_unverified(note)).text)),
                            std::string(note)};
  };
  PublicLog renamed(300);
  renamed.sign(other);
  CHECK(mirror(renamed, folder.path(), any).error().code == Code::conflict);
}

TEST_CASE("retry reader: asks again what is unavailable, waiting longer each time, and no more") {
  PublicLog log(300);
  int failures = 3;
  log.before_read = [&](const std::string&) -> std::optional<Error> {
    if (failures-- > 0) return Error{Code::unavailable, "busy"};
    return std::nullopt;
  };
  std::vector<std::int64_t> waits;
  RetryOptions options;
  options.attempts = 4;
  options.first = std::chrono::milliseconds(100);
  options.most = std::chrono::milliseconds(250);
  options.wait = [&](std::chrono::milliseconds delay) { waits.push_back(delay.count()); };
  const RetryReader reader(log, options);
  CHECK(reader.bundle({0}));
  REQUIRE(waits.size() == 3);
  CHECK((75 <= waits[0] && waits[0] <= 125));
  CHECK((150 <= waits[1] && waits[1] <= 250));
  CHECK((187 <= waits[2] && waits[2] <= 313));

  failures = 100;
  CHECK(reader.checkpoint().error().code == Code::unavailable);
  CHECK(waits.size() == 6);
  failures = 0;
  CHECK(reader.tile({0, 7}).error().code == Code::not_found);
  CHECK(waits.size() == 6);
}

}  // namespace
}  // namespace usufruct
