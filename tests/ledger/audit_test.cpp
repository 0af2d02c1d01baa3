#include "ledger/audit.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "crypto/stream.h"
#include "ledger/entry.h"
#include "ledger/export.h"
#include "ledger/log.h"
#include "ledger/snapshot.h"
#include "ledger/store/memory_store.h"
#include "tests/support/audited.h"
#include "tests/support/records.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

constexpr std::uint64_t entries = 600;

/// A log of 600 entries, exported: bundles and tiles of 256, 256 and 88.
const MemoryStore& sample() {
  static MemoryStore store;
  static const bool is_made = [] {
    ManualClock clock({1'000});
    auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
    for (std::uint64_t from = 0; from < entries; from += 100) {
      writer.write(test_records(from, from + 100));
      clock.advance_ms(1);
    }
    return true;
  }();
  CHECK(is_made);
  return store;
}

class Exported {
 public:
  Exported() { REQUIRE(export_log(**Snapshot::open(sample()), folder_.path())); }

  const std::filesystem::path& path() const { return folder_.path(); }
  AuditReport audit(const Law& law = permit) const {
    return usufruct::audit(FolderReader(folder_.path()), test_verifier(), law);
  }

  // What somebody might do to it.
  void flip_bit(const std::string& file, std::size_t bit) {
    change(file,
           [&](Bytes& bytes) { bytes.at(bit / 8) ^= static_cast<std::uint8_t>(1U << bit % 8); });
  }
  void truncate(const std::string& file, std::size_t size) {
    change(file, [&](Bytes& bytes) { bytes.resize(size); });
  }
  void remove(const std::string& file) { std::filesystem::remove(folder_.path() / file); }
  void change_entries(const std::string& file,
                      const std::function<void(std::vector<Bytes>&)>& how) {
    change(file, [&](Bytes& bytes) {
      std::vector<Bytes> entries_in;
      for (const View entry : read_bundle(bytes).entries) entries_in.push_back(to_bytes(entry));
      how(entries_in);
      bytes.clear();
      for (const auto& entry : entries_in) append_to_bundle(bytes, entry);
    });
  }

 private:
  void change(const std::string& file, const std::function<void(Bytes&)>& how) {
    const auto path = folder_.path() / file;
    Bytes bytes = *read_file(path, bundle_bytes_max);
    how(bytes);
    REQUIRE(write_file(path, bytes));
  }
  Scratch folder_;
};

TEST_CASE("audit: a good log is clean, from the folder and from the store") {
  const Exported exported;
  const auto report = exported.audit();
  for (const auto& finding : report.findings) MESSAGE(finding.rule << ": " << finding.message);
  CHECK(report.is_clean());
  CHECK(report.size == TreeSize{entries});
  CHECK(report.entries_by_kind[0] == entries);
  CHECK(report.signatures == entries);
  CHECK(audit(**Snapshot::open(sample()), test_verifier(), permit).is_clean());
  MemoryStore empty;
  const ManualClock clock({1});
  REQUIRE(Writer::open(empty, test_log_key(), permit, clock, nullptr));
  CHECK(audit(**Snapshot::open(empty), test_verifier(), permit).is_clean());
}

TEST_CASE("audit: a flipped bit in an entry is found at its index, by name") {
  for (const auto& [file, at, base] :
       {std::tuple{"tile/entries/000", 5U, 0U}, std::tuple{"tile/entries/002.p/88", 87U, 512U}}) {
    Exported exported;
    exported.change_entries(file, [&](auto& all) { all[at].back() ^= 1; });
    const auto report = exported.audit();
    CAPTURE(file);
    CHECK(finds(report, "entry-changed", base + at));
    CHECK(report.findings.size() == 2);  // and its envelope no longer stands
  }
}

TEST_CASE("audit: a flipped bit in the ledger time or the signature is found") {
  Exported exported;
  exported.change_entries("tile/entries/001", [](auto& all) {
    all[3][7] ^= 0x80;
    all[9][all[9].size() / 2] ^= 1;
  });
  const auto report = exported.audit();
  CHECK(finds(report, "entry-changed", 256 + 3));
  CHECK(finds(report, "entry-changed", 256 + 9));
}

TEST_CASE("audit: a flipped bit in a tile is the tile's, not the entry's") {
  for (const auto& [file, index] : {std::pair{"tile/0/000", 3U}, std::pair{"tile/0/001", 256U + 3},
                                    std::pair{"tile/0/002.p/88", 512U + 3}}) {
    Exported exported;
    exported.flip_bit(file, 3 * 32 * 8 + 1);
    const auto report = exported.audit();
    CAPTURE(file);
    CHECK(finds(report, "tile-hash", index));
    CHECK(report.findings.size() == 1);
    CHECK(report.findings[0].message.find(file) != std::string::npos);
  }
  Exported exported;
  exported.flip_bit("tile/1/000.p/2", 32 * 8);
  CHECK(finds(exported.audit(), "tile-hash", 256));
}

TEST_CASE("audit: a flipped bit anywhere in the checkpoint is found") {
  const Exported good;
  const std::size_t size = std::filesystem::file_size(good.path() / "checkpoint");
  Exported exported;
  for (std::size_t bit = 0; bit < size * 8; bit += 7) {
    exported.flip_bit("checkpoint", bit);
    CAPTURE(bit);
    CHECK(finds(exported.audit(), "checkpoint", {}));
    exported.flip_bit("checkpoint", bit);
  }
  CHECK(exported.audit().is_clean());
}

TEST_CASE("audit: a dropped entry is missing, and those behind it are not blamed") {
  Exported exported;
  exported.change_entries("tile/entries/000", [](auto& all) { all.erase(all.begin() + 100); });
  const auto report = exported.audit();
  CHECK(finds(report, "entry-missing", 100));
  CHECK(report.findings.size() == 1);
}

TEST_CASE("audit: an inserted entry is no leaf") {
  Exported exported;
  exported.change_entries("tile/entries/002.p/88", [](auto& all) {
    all.insert(all.begin() + 10, encode_entry({1'005}, test_record(9'999).envelope()));
  });
  const auto report = exported.audit();
  CHECK(finds(report, "entry-inserted", 512 + 10));
  CHECK(report.findings.size() == 1);
}

TEST_CASE("audit: swapped entries are out of order") {
  Exported exported;
  exported.change_entries("tile/entries/001", [](auto& all) { std::swap(all[20], all[21]); });
  const auto report = exported.audit();
  CHECK(finds(report, "entry-order", 256 + 21));
  CHECK(report.findings.size() == 1);
}

TEST_CASE("audit: a replaced entry is changed, even when it is properly signed") {
  Exported exported;
  exported.change_entries("tile/entries/001", [](auto& all) {
    all[50] = encode_entry({1'003}, test_record(9'999).envelope());
  });
  const auto report = exported.audit();
  CHECK(finds(report, "entry-changed", 256 + 50));
  CHECK(report.findings[0].id == test_record(9'999).id());
}

TEST_CASE("audit: truncated and missing files are found") {
  const auto found = [](const std::string& file, std::optional<std::size_t> size) {
    Exported exported;
    if (size) {
      exported.truncate(file, *size);
    } else {
      exported.remove(file);
    }
    return exported.audit();
  };
  CHECK(finds(found("tile/entries/001", 1'000), "bundle", 256 + 3));
  CHECK(finds(found("tile/entries/001", 0), "entry-missing", 256));
  CHECK(finds(found("tile/entries/002.p/88", {}), "bundle", 512));
  CHECK(finds(found("tile/0/000", 8'000), "tile", 0));
  CHECK(finds(found("tile/0/001", {}), "tile", 256));
  CHECK(finds(found("tile/1/000.p/2", 32), "tile", 0));
  CHECK(finds(found("checkpoint", {}), "checkpoint", {}));
  CHECK(finds(found("checkpoint", 50), "checkpoint", {}));
  CHECK(found("tile/0/001", {}).findings.size() == 1);
}

TEST_CASE("audit: tiles rewritten with the entries still miss the root") {
  Exported exported;
  Bytes last;
  exported.change_entries("tile/entries/002.p/88", [&](auto& all) {
    last = encode_entry({1'006}, test_record(9'999).envelope());
    all[87] = last;
  });
  Bytes tile = *read_file(exported.path() / "tile/0/002.p/88", 1 << 20);
  std::ranges::copy(hash_leaf(last).bytes, tile.begin() + 87 * 32);
  REQUIRE(write_file(exported.path() / "tile/0/002.p/88", tile));
  const auto report = exported.audit();
  CHECK(finds(report, "root", {}));
}

TEST_CASE("audit: the law is replayed in order; what it refuses is named with its rule") {
  const Exported exported;
  const Law law = [](const Graph& graph, const Candidate& candidate) -> Result<void> {
    CHECK(graph.size() == candidate.index);
    if (candidate.index % 200 == 7) return denied("no", "", "the-rule");
    return {};
  };
  const auto report = exported.audit(law);
  CHECK(report.findings.size() == 3);
  CHECK(finds(report, "the-rule", 407));
  CHECK(report.findings[0].code == Code::denied);
  CHECK(report.findings[0].id == test_record(7).id());
}

TEST_CASE("audit: a log that admitted a record twice, or fell back in time, is found out") {
  // Signed by the log's own key: what a dishonest operator can do.
  MemoryStore store;
  Batch batch;
  std::uint64_t index = 0;
  auto tree = *StoredTree::open(store, {});
  const Scratch folder;
  Bytes bundle;
  std::vector<Digest> hashes;
  for (const auto& [n, time] : {std::pair{0, 10}, std::pair{1, 9}, std::pair{0, 11}}) {
    const Bytes entry = encode_entry({time}, test_record(static_cast<unsigned>(n)).envelope());
    append_to_bundle(bundle, entry);
    hashes.push_back(hash_leaf(entry));
    tree.append(hashes.back(), batch);
    ++index;
  }
  std::filesystem::create_directories(folder.path() / "tile/0/000.p");
  std::filesystem::create_directories(folder.path() / "tile/entries/000.p");
  REQUIRE(write_file(folder.path() / "tile/0/000.p/3", encode_tile(hashes)));
  REQUIRE(write_file(folder.path() / "tile/entries/000.p/3", bundle));
  const Checkpoint checkpoint{std::string(test_origin), {index}, tree.tree().root(), {}};
  REQUIRE(write_file(folder.path() / "checkpoint",
                     as_view(sign_checkpoint(checkpoint, key_from(1))->note)));
  const auto report = audit(FolderReader(folder.path()), test_verifier(), permit);
  CHECK(finds(report, "ledger-time", 1));
  CHECK(finds(report, "duplicate", 2));
  CHECK(report.findings.size() == 2);
}

TEST_CASE("audit: stops at the limit of findings and says so; progress reaches the end") {
  const Exported exported;
  const Law law = [](const Graph&, const Candidate&) -> Result<void> {
    return denied("no", "", "never");
  };
  std::uint64_t done = 0;
  const AuditOptions options{.findings_max = 10,
                             .progress = [&](TreeSize at, TreeSize) { done = at.value; }};
  const auto report = audit(FolderReader(exported.path()), test_verifier(), law, options);
  CHECK(report.findings.size() == 10);
  CHECK(report.is_cut);
  CHECK(audit(FolderReader(exported.path()), test_verifier(), permit, options).is_clean());
  CHECK(done == entries);
}

TEST_CASE("export: grows with the log, and drops partial tiles that are full now") {
  MemoryStore store;
  const ManualClock clock({1});
  auto writer = *Writer::open(store, test_log_key(), permit, clock, nullptr);
  const Scratch folder;
  for (const std::uint64_t size : {0U, 3U, 3U, 200U, 256U, 300U, 700U}) {
    writer.write(test_records(0, size));
    REQUIRE(export_log(**Snapshot::open(store), folder.path()));
    const auto report = audit(FolderReader(folder.path()), test_verifier(), permit);
    CAPTURE(size);
    CHECK(report.is_clean());
    CHECK(report.size.value == size);
  }
  CHECK_FALSE(std::filesystem::exists(folder.path() / "tile/0/000.p"));
  CHECK(std::filesystem::exists(folder.path() / "tile/entries/002.p/188"));
  // An earlier state, or another log, does not go there.
  CHECK(export_log(**Snapshot::open(sample()), folder.path()).error().code == Code::conflict);
  MemoryStore other;
  REQUIRE(Writer::open(other, {"other.example/log", key_from(1)}, permit, clock, nullptr));
  CHECK(export_log(**Snapshot::open(other), folder.path()).error().code == Code::conflict);
}

TEST_CASE("reader: a wider tile serves a narrower one") {
  const Exported exported;
  const FolderReader folder(exported.path());
  const auto store = *Snapshot::open(sample());
  for (const unsigned width : {1U, 100U, 256U}) {
    CHECK(*folder.tile({0, 1, width}) == *store->tile({0, 1, width}));
    CHECK(*folder.bundle({1, width}) == *store->bundle({1, width}));
  }
  CHECK(folder.tile({0, 3, 1}).error().code == Code::not_found);
  CHECK(store->tile({0, 3, 1}).error().code == Code::not_found);
  CHECK(store->bundle({2, 89}).error().code == Code::not_found);
}

}  // namespace
}  // namespace usufruct
