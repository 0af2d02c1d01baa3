#include "ledger/fsck.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/public_log.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

constexpr std::uint64_t log_size = 70'000;  // three levels of tiles, none of them full at the edge

FsckReport check(const PublicLog& log) { return fsck(log, {.policy = policy_of(test_verifier())}); }

std::vector<std::string> rules_of(const FsckReport& report) {
  std::vector<std::string> rules;
  for (const auto& finding : report.findings) {
    rules.push_back(fmt::format("{} {}", finding.path, finding.rule));
  }
  return rules;
}

using Rules = std::vector<std::string>;

TEST_CASE("fsck: logs of every kind of edge are whole") {
  for (const std::uint64_t n : {0, 1, 2, 255, 256, 257, 511, 512, 65'535, 65'536, 65'537, 70'000}) {
    CAPTURE(n);
    const PublicLog log(n);
    const auto report = check(log);
    CHECK(rules_of(report) == Rules{});
    CHECK(report.size == TreeSize{n});
    CHECK(report.root == log.root());
    CHECK(report.is_signed);
    CHECK(report.bundles == (n + 255) / 256);
  }
}

TEST_CASE("fsck: a flipped bit anywhere is found, and what was changed is named") {
  PublicLog log(log_size);
  struct Case {
    std::string path;
    std::size_t byte;
    std::string rule;
    std::uint64_t index;
  };
  const std::vector<Case> cases = {
      {"tile/entries/000", 5, "entry-changed", 0},
      {"tile/entries/100", 2'000, "entry-changed", 25'766},
      {"tile/entries/273.p/112", 30, "entry-changed", 69'890},
      {"tile/0/000", 0, "tile-hash", 0},
      {"tile/0/200", 8'191, "tile-hash", 51'455},
      {"tile/0/273.p/112", 32, "tile-hash", 69'889},
      {"tile/1/000", 33, "tile-hash", 256},
      {"tile/1/001.p/17", 0, "tile-hash", 65'536},
      {"tile/2/000.p/1", 0, "tile-hash", 0},
  };
  for (const auto& one : cases) {
    CAPTURE(one.path);
    log.flip_bit(one.path, one.byte);
    const auto report = check(log);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].path == one.path);
    CHECK(report.findings[0].rule == one.rule);
    CHECK(report.findings[0].index == LeafIndex{one.index});
    log.flip_bit(one.path, one.byte);
  }
  CHECK(check(log).is_clean());
}

TEST_CASE("fsck: dropped, inserted, swapped and cut entries are told apart") {
  const PublicLog whole(log_size);
  const std::string path = "tile/entries/007";
  const Bytes good = whole.files().at(path);
  const auto entries = read_bundle(good).entries;
  const auto bundle_of = [&](std::vector<View> some) {
    Bytes bytes;
    for (const View one : some) append_to_bundle(bytes, one);
    return bytes;
  };
  PublicLog log(log_size);
  auto dropped = entries;
  dropped.erase(dropped.begin() + 9);
  log.put(path, bundle_of(dropped));
  CHECK(rules_of(check(log)) == Rules{path + " entry-missing"});
  CHECK(check(log).findings[0].index == LeafIndex{7 * 256 + 9});

  auto swapped = entries;
  std::swap(swapped[3], swapped[200]);
  log.put(path, bundle_of(swapped));
  for (const auto& rule : rules_of(check(log))) CHECK(rule == path + " entry-order");
  CHECK_FALSE(check(log).is_clean());

  Bytes longer = good;
  append_to_bundle(longer, entries[0]);
  log.put(path, longer);
  CHECK(rules_of(check(log)) == Rules{path + " bundle"});

  log.put(path, good);
  log.cut(path, 1);
  CHECK(rules_of(check(log)) == Rules{path + " bundle", path + " entry-missing"});
  log.put(path, {});
  const auto emptied = check(log);
  CHECK(emptied.findings.size() == 256);
  for (const auto& rule : rules_of(emptied)) CHECK(rule == path + " entry-missing");
}

TEST_CASE("fsck: missing and short files are named, and what lies above is not blamed") {
  for (const std::string path :
       {"tile/entries/100", "tile/entries/273.p/112", "tile/0/100", "tile/0/273.p/112",
        "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"}) {
    CAPTURE(path);
    PublicLog log(log_size);
    log.drop(path);
    const auto missing = check(log);
    CHECK_FALSE(missing.is_clean());
    for (const auto& finding : missing.findings) CHECK(finding.path == path);
    CHECK(missing.findings[0].code == Code::not_found);
  }
  for (const std::string path : {"tile/0/100", "tile/1/000", "tile/0/273.p/112"}) {
    CAPTURE(path);
    PublicLog log(log_size);
    log.cut(path, 32);
    CHECK(rules_of(check(log)) == Rules{path + " tile"});
    log.put(path, Bytes(10'000, 7));
    CHECK(rules_of(check(log)) == Rules{path + " tile"});
  }
  PublicLog neither(log_size);
  neither.drop("tile/0/100");
  neither.drop("tile/entries/100");
  CHECK(rules_of(check(neither)) == Rules{"tile/entries/100 bundle", "tile/0/100 tile"});
}

TEST_CASE("fsck: a log that agrees with itself but not with its checkpoint has another root") {
  PublicLog log(log_size);
  Checkpoint other = log.head();
  other.root.bytes[3] ^= 1;
  log.sign(other);
  CHECK(rules_of(check(log)) == Rules{"checkpoint root"});
  // Another history in every file, made to fit throughout: the signed root stands against it.
  PublicLog rewritten(300, "other");
  rewritten.sign(PublicLog(300).head());
  CHECK(rules_of(check(rewritten)) == Rules{"checkpoint root"});
}

TEST_CASE("fsck: a checkpoint that is missing, broken or another's is all there is to say") {
  PublicLog log(1'000);
  const Bytes note = log.file("checkpoint");
  log.drop("checkpoint");
  CHECK(rules_of(check(log)) == Rules{"checkpoint checkpoint"});
  CHECK(check(log).findings[0].code == Code::not_found);
  log.put("checkpoint", to_bytes("no note"));
  CHECK(check(log).findings[0].code == Code::malformed);
  log.put("checkpoint", note);
  log.flip_bit("checkpoint", note.size() - 10);
  CHECK(check(log).findings[0].code == Code::unverified);
  log.put("checkpoint", note);
  const auto other = *note_verifier(test_origin, NoteKeyType::ed25519, key_from(9).verify_key());
  CHECK_FALSE(fsck(log, {.policy = policy_of(other)}).is_clean());
  // Without a key the tree is checked all the same, and the report says that nobody vouches for it.
  const auto unsigned_report = fsck(log);
  CHECK(unsigned_report.is_clean());
  CHECK_FALSE(unsigned_report.is_signed);
}

TEST_CASE("fsck: the number of findings is limited, and the report says that it ended there") {
  PublicLog log(log_size);
  for (int i = 0; i < 5; ++i) log.put(fmt::format("tile/entries/{:03}", i), {});
  const auto report = fsck(log, {.policy = policy_of(test_verifier()), .findings_max = 300});
  CHECK(report.findings.size() == 300);
  CHECK(report.is_cut);
}

TEST_CASE("fsck: a folder's strays are named, and old partial tiles must be beginnings") {
  const PublicLog log(1'000);
  const Scratch folder;
  log.write_to(folder.path());
  PublicLog(900).write_to(folder.path() / "old");
  std::filesystem::create_directories(folder.path() / "tile/0/003.p");
  std::filesystem::copy_file(folder.path() / "old/tile/0/003.p/132",
                             folder.path() / "tile/0/003.p/132");
  std::filesystem::copy_file(folder.path() / "old/tile/entries/003.p/132",
                             folder.path() / "tile/entries/003.p/132");
  std::filesystem::remove_all(folder.path() / "old");
  const FsckOptions options{.policy = policy_of(test_verifier())};
  CHECK(fsck_folder(folder.path(), options).is_clean());
  CHECK(fsck_folder(folder.path(), options).strays.empty());

  std::ofstream(folder.path() / "tile/0/004") << "left over";
  std::ofstream(folder.path() / "notes.txt") << "mine";
  const auto named = fsck_folder(folder.path(), options);
  CHECK(named.is_clean());
  CHECK(named.strays == std::vector<std::string>{"notes.txt", "tile/0/004"});

  std::ofstream(folder.path() / "tile/0/003.p/131", std::ios::binary) << std::string(131 * 32, 'x');
  CHECK(rules_of(fsck_folder(folder.path(), options)) == Rules{"tile/0/003.p/131 tile-hash"});
  std::filesystem::remove(folder.path() / "tile/0/003.p/131");
  std::ofstream(folder.path() / "tile/entries/003.p/3", std::ios::binary) << "xx";
  CHECK(rules_of(fsck_folder(folder.path(), options)) == Rules{"tile/entries/003.p/3 bundle"});
}

TEST_CASE("fsck: progress is told, and ends at the size") {
  const PublicLog log(5'000);
  std::atomic<std::uint64_t> most = 0;
  FsckOptions options{.policy = policy_of(test_verifier())};
  options.progress = [&](TreeSize done, TreeSize total) {
    CHECK(total.value == 5'000);
    std::uint64_t before = most;
    while (before < done.value && !most.compare_exchange_weak(before, done.value)) {
    }
  };
  CHECK(fsck(log, options).is_clean());
  CHECK(most == 5'000);
}

}  // namespace
}  // namespace usufruct
