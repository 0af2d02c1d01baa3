// How much of a log an audit looks at: all, hashes alone, what came after a checkpoint it trusts;
// and logs made to wear it out.
#include <doctest/doctest.h>

#include <stdexcept>

#include "ledger/view/memory_graph.h"
#include "tests/support/audited.h"

namespace usufruct {
namespace {

Checkpoint head_of(std::uint64_t size, const Digest& root) {
  return {std::string(test_origin), {size}, root, {}};
}

/// A log of a made-up size whose files are what the test says: each is asked for by its path.
class MadeUpLog final : public Reader {
 public:
  MadeUpLog(std::uint64_t size, Result<Bytes> file) : file_(std::move(file)) {
    note_ = sign_checkpoint(head_of(size, {}), test_log_key().key)->note;
  }
  Result<std::string> checkpoint() const override { return note_; }
  Result<Bytes> tile(const TileId&) const override { return file_; }
  Result<Bytes> bundle(const BundleId&) const override { return file_; }

 private:
  std::string note_;
  Result<Bytes> file_;
};

TEST_CASE("audit: what is trusted is hashed, and its signatures and the law are not judged again") {
  const PublishedLog log(600, [](std::uint64_t i, Bytes& entry) {
    if (i == 3 || i == 299 || i == 300 || i == 599) entry.back() ^= 1;
  });
  CHECK(log.audit().findings.size() == 4);
  std::vector<std::uint64_t> asked;
  const Law law = [&](const Graph& graph, const Candidate& candidate) -> Result<void> {
    asked.push_back(candidate.index);
    CHECK(graph.size() == candidate.index);
    CHECK(graph.of_kind(Kind::party).size() == candidate.index);
    return {};
  };
  const auto report = log.audit({.trusted = {300}}, law);
  CHECK(report.findings.size() == 2);
  CHECK(finds(report, "signature", 300));
  CHECK(finds(report, "signature", 599));
  CHECK(report.signatures == 298);
  CHECK(report.trusted.value == 300);
  CHECK(report.entries_by_kind[0] == 600);
  CHECK(asked.size() == 298);
  CHECK(asked.front() == 301);
}

TEST_CASE("audit: an entry changed below what is trusted is found by its hash") {
  PublishedLog log(600);
  const auto head = log.head();
  log.rewrite("tile/entries/000", [](Bytes& bytes) { bytes[bytes.size() - 1] ^= 1; });
  const auto report = log.audit({.trusted = {600}, .against = {head}});
  CHECK(finds(report, "entry-changed", 255));
  CHECK(report.compared == 1);
}

TEST_CASE("audit: a trusted checkpoint of another history, or of more entries, is found") {
  const PublishedLog log(600);
  const PublishedLog other(300, forge(7));
  CHECK(finds(log.audit({.trusted = {300}, .against = {other.head()}}), "fork", {}));
  CHECK(finds(log.audit({.trusted = {601}}), "rolled-back", 600));
  CHECK(log.audit({.trusted = {600}}).is_clean());
}

TEST_CASE("audit: hashes alone need no signature and no law, and find what moved") {
  PublishedLog log(600, forge(3));
  const Law law = [](const Graph&, const Candidate&) -> Result<void> {
    FAIL("the law was asked");
    return {};
  };
  const AuditOptions hashes{.depth = AuditDepth::hashes};
  CHECK(log.audit(hashes, law).is_clean());
  CHECK(log.audit(hashes, law).graph_bytes < 1 << 20);
  log.rewrite("tile/entries/001", [](Bytes& bytes) { bytes[bytes.size() - 1] ^= 1; });
  const auto report = log.audit(hashes, law);
  CHECK(finds(report, "entry-changed", 511));
  CHECK(report.findings.size() == 1);
}

TEST_CASE("audit: tells the same on one thread and on many") {
  const PublishedLog log(3'000, [](std::uint64_t i, Bytes& entry) {
    if (i % 500 == 17) entry.back() ^= 1;
  });
  const auto alone = log.audit({.threads = 1});
  CHECK(alone.findings.size() == 6);
  for (const std::size_t threads : {2U, 3U, 8U}) {
    const auto report = log.audit({.threads = threads});
    CAPTURE(threads);
    REQUIRE(report.findings.size() == alone.findings.size());
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
      CHECK(report.findings[i].message == alone.findings[i].message);
      CHECK(report.findings[i].index == alone.findings[i].index);
    }
  }
}

TEST_CASE("audit: a log that claims more entries than there can be is cut off soon") {
  for (const std::uint64_t size : {std::uint64_t{1} << 62, UINT64_MAX, std::uint64_t{1} << 40}) {
    const MadeUpLog log(size, not_found("nothing is there"));
    const auto report = audit(log, test_verifier(), permit, {.findings_max = 100});
    CAPTURE(size);
    CHECK(report.is_cut);
    CHECK(report.findings.size() == 100);
    CHECK(finds(report, "bundle", 0));
    CHECK(finds(report, "tile", 0));
    CHECK(report.graph_bytes < 64 << 20);
  }
}

TEST_CASE("audit: bundles of nothing, of garbage, and without end are found, not followed") {
  for (const Bytes& bytes : {Bytes(), Bytes(1 << 20, 0), Bytes(1 << 20, 0xFF), Bytes(31, 7)}) {
    const MadeUpLog log(700, bytes);
    const auto report = audit(log, test_verifier(), permit, {.findings_max = 50});
    CAPTURE(bytes.size());
    CHECK_FALSE(report.is_clean());
    CHECK(report.findings.size() <= 50);
    CHECK(finds(report, "tile", 0));
  }
}

TEST_CASE("audit: a tile file of gigabytes is refused by its size, not read") {
  PublishedLog log(300);
  std::filesystem::resize_file(log.path() / "tile/0/000", std::uintmax_t{4} << 30);
  const auto report = log.audit();
  CHECK(finds(report, "tile", 0));
  CHECK(report.findings.size() == 1);
}

TEST_CASE("audit: a law that breaks on a record is a finding, and the audit goes on") {
  const PublishedLog log(300);
  const Law law = [](const Graph&, const Candidate& candidate) -> Result<void> {
    if (candidate.index == 5) throw std::out_of_range("no such seat");
    if (candidate.index == 299) return denied("no", "", "the-rule");
    return {};
  };
  const auto report = log.audit({}, law);
  CHECK(finds(report, "law-failed", 5));
  CHECK(finds(report, "the-rule", 299));
  CHECK(report.findings.size() == 2);
}

TEST_CASE("audit: records let go are read again, and a log changing meanwhile is found") {
  // More than the graph keeps decoded, so that the first ones must be read again.
  constexpr std::uint64_t size = memory_graph_cached_max + 2'000;
  PublishedLog log(size);
  const RecordId first = test_record(1).id();
  bool is_changed = false;
  const Law law = [&](const Graph& graph, const Candidate& candidate) -> Result<void> {
    if (candidate.index == size - 500) {
      const auto logged = graph.find(first);
      CHECK(logged);
      if (logged) CHECK(logged->record == test_record(1).record());
      log.rewrite("tile/entries/001", [](Bytes& bytes) { bytes[9] ^= 1; });
      is_changed = true;
    }
    if (candidate.index == size - 100) CHECK_FALSE(graph.find(test_record(256).id()));
    return {};
  };
  const auto report = log.audit({.depth = AuditDepth::full, .trusted = {size - 1'000}}, law);
  CHECK(is_changed);
  CHECK(finds(report, "bundle", size - 100));
  CHECK(report.findings.size() == 1);
}

TEST_CASE("audit: a cut report says so, and progress never falls") {
  const PublishedLog log(2'000, [](std::uint64_t, Bytes& entry) { entry.back() ^= 1; });
  std::uint64_t last = 0;
  const auto report = log.audit({.findings_max = 700, .progress = [&](TreeSize done, TreeSize all) {
                                   CHECK(done.value >= last);
                                   CHECK(done <= all);
                                   last = done.value;
                                 }});
  CHECK(report.is_cut);
  CHECK(report.findings.size() == 700);
  CHECK(last < 2'000);
}

}  // namespace
}  // namespace usufruct
