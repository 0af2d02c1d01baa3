#include "ledger/audit_fork.h"

#include <doctest/doctest.h>

#include "ledger/audit_receipts.h"
#include "ledger/hash_levels.h"
#include "tests/support/audited.h"

namespace usufruct {
namespace {

struct Kept {
  Finding finding;
  std::vector<EvidenceFile> files;
  const Bytes* file(const std::string& name) const {
    const auto found = std::ranges::find(files, name, &EvidenceFile::name);
    return found == files.end() ? nullptr : &found->bytes;
  }
};

AuditReport audit_against(const PublishedLog& log, std::vector<SignedCheckpoint> against,
                          std::vector<Kept>& kept) {
  AuditOptions options{.against = std::move(against)};
  options.evidence = [&](const Finding& finding, const std::vector<EvidenceFile>& files) {
    kept.push_back({finding, files});
  };
  return log.audit(options);
}

HashLevels levels_of(const PublishedLog& log) {
  HashLevels levels;
  const FolderReader reader(log.path());
  for (std::uint64_t at = 0; at * tile_width < log.size(); ++at) {
    const unsigned width = width_of(0, at, {log.size()});
    const std::vector<Digest> hashes = *decode_tile(*reader.tile({0, at, width}), width);
    for (const auto& hash : hashes) levels.append(hash);
  }
  return levels;
}

SignedCheckpoint at_size(const PublishedLog& log, std::uint64_t size) {
  const Digest root = *root_of(levels_of(log), {size});
  return *sign_checkpoint({std::string(test_origin), {size}, root, {}}, test_log_key().key);
}

TEST_CASE("fork: checkpoints of this history are no fork, of whatever size") {
  const PublishedLog log(700);
  std::vector<SignedCheckpoint> against;
  for (const std::uint64_t size : {0U, 1U, 255U, 256U, 257U, 512U, 699U, 700U}) {
    against.push_back(at_size(log, size));
  }
  std::ranges::reverse(against);  // the order they are given in does not matter
  std::vector<Kept> kept;
  const auto report = audit_against(log, against, kept);
  CHECK(report.is_clean());
  CHECK(report.compared == against.size());
  CHECK(kept.empty());
}

TEST_CASE("fork: two heads of one size are kept, both of them") {
  const PublishedLog log(300);
  const PublishedLog other(300, forge(299));
  std::vector<Kept> kept;
  const auto report = audit_against(log, {other.head()}, kept);
  REQUIRE(report.findings.size() == 1);
  CHECK(finds(report, "fork", {}));
  REQUIRE(kept.size() == 1);
  const auto here = open_checkpoint(as_text(*kept[0].file("checkpoint")), test_verifier());
  const auto there =
      open_checkpoint(as_text(*kept[0].file("checkpoint-elsewhere")), test_verifier());
  REQUIRE(here);
  REQUIRE(there);
  CHECK(here->checkpoint.size == there->checkpoint.size);
  CHECK(here->checkpoint.root != there->checkpoint.root);
}

TEST_CASE("fork: an older checkpoint of another history is kept with the proof that fails") {
  const PublishedLog log(700);
  for (const std::uint64_t size : {1U, 255U, 256U, 300U, 699U}) {
    const PublishedLog other(size, forge(0));
    std::vector<Kept> kept;
    const auto report = audit_against(log, {other.head(), at_size(log, 100)}, kept);
    CAPTURE(size);
    CHECK(report.findings.size() == 1);
    CHECK(report.compared == 1);
    CHECK(finds(report, "fork", {}));
    const Fork fork = show_fork(FolderReader(log.path()), log.head(), other.head());
    const Growth growth{{size}, {700}};
    // The proof is the log's own: it holds from what the log itself had at that size.
    CHECK(verify_consistency(
        growth, {at_size(log, size).checkpoint.root, log.head().checkpoint.root}, fork.proof));
    CHECK(verify_consistency(growth, {other.head().checkpoint.root, log.head().checkpoint.root},
                             fork.proof)
              .error()
              .code == Code::unverified);
    REQUIRE(kept.size() == 1);
    const std::string request(as_text(*kept[0].file("proof")));
    CHECK(request == print_proof_request(fork));
    CHECK(request.starts_with(fmt::format("old {}\n", size)));
    CHECK(request.ends_with("\n\n" + log.head().note));
  }
}

TEST_CASE("fork: an older copy put back is found by a checkpoint seen before") {
  const PublishedLog before(300);
  const PublishedLog after(301);
  std::vector<Kept> kept;
  const auto report = audit_against(before, {after.head(), before.head()}, kept);
  CHECK(finds(report, "rolled-back", 300));
  CHECK(report.findings.size() == 1);
  CHECK(*kept.at(0).file("checkpoint-elsewhere") == to_bytes(after.head().note));
  // The same found with hashes alone, and by an empty log.
  CHECK(finds(before.audit({.depth = AuditDepth::hashes, .against = {after.head()}}), "rolled-back",
              300));
  const PublishedLog empty(0);
  CHECK(finds(empty.audit({.against = {before.head()}}), "rolled-back", 0));
  CHECK(empty.audit({.against = {empty.head()}}).compared == 1);
}

TEST_CASE("evidence: a changed entry is kept with its tile and its bundle") {
  PublishedLog log(300);
  log.rewrite("tile/entries/000", [](Bytes& bytes) { bytes[bytes.size() - 1] ^= 1; });
  std::vector<Kept> kept;
  audit_against(log, {}, kept);
  REQUIRE_FALSE(kept.empty());
  CHECK(kept[0].finding.rule == "entry-changed");
  const auto* entry = kept[0].file("entry");
  const auto* tile = kept[0].file("tile");
  const auto* bundle = kept[0].file("bundle");
  REQUIRE(entry);
  REQUIRE(tile);
  REQUIRE(bundle);
  CHECK(*entry == to_bytes(read_bundle(*bundle).entries[255]));
  CHECK(hash_leaf(*entry) != decode_tile(*tile, 256)->at(255));
}

TEST_CASE("receipts: the entry of each must stand at its place") {
  const PublishedLog log(300);
  const PublishedLog other(300, forge(7));
  const auto receipt_in = [](const PublishedLog& from, std::uint64_t index) {
    return Receipt{
        {index}, std::nullopt, *prove_inclusion(levels_of(from), {index}, {300}), from.head().note};
  };
  const FolderReader reader(log.path());
  const auto check = [&](const Receipt& receipt, const PublishedLog& from) {
    return check_receipt_leaf(reader, {300}, receipt, from.head().checkpoint);
  };
  CHECK(check(receipt_in(log, 7), log));
  CHECK(check(receipt_in(log, 299), log));
  CHECK(check(receipt_in(other, 7), other).error().code == Code::unverified);
  Receipt beyond = receipt_in(log, 7);
  beyond.index = {300};
  CHECK(check(beyond, log).error().code == Code::unverified);
}

}  // namespace
}  // namespace usufruct
