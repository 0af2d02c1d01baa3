#include <doctest/doctest.h>

#include "crypto/hash.h"
#include "ledger/audit.h"
#include "ledger/log.h"
#include "ledger/snapshot.h"
#include "ledger/store/memory_store.h"
#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"
#include "world.h"

namespace usufruct {
namespace {

/// A log whose operator lets everything in: what the law forbids stands in it, signed and provable.
class LawlessLog {
 public:
  LawlessLog()
      : key_(SigningKey::generate(chance_)),
        verifier_(*note_verifier(origin, NoteKeyType::ed25519, key_.verify_key())) {
    const Law anything = [](const Graph&, const Candidate&) { return Result<void>(); };
    log_ = *Log::open(store_, {origin, key_.copy()}, anything, clock_);
  }

  void append(Time time, const Verified& record) {
    clock_.advance_ms(time.ms - clock_.now().ms);
    REQUIRE(log_->append(record));
  }
  AuditReport audit_with_law() {
    const auto reader = *Snapshot::open(store_);
    return audit(*reader, verifier_, usufruct_law);
  }

 private:
  static constexpr const char* origin = "lawless.example/log";
  SeededChance chance_{5};
  SigningKey key_;
  NoteVerifier verifier_;
  ManualClock clock_{Time{0}};
  MemoryStore store_;
  std::unique_ptr<Log> log_;
};

/// The story of a world in a lawless log, then one record more.
AuditReport audit_of(World& world, const std::string& signer, const Record* forced = nullptr) {
  LawlessLog log;
  for (const auto& [time, record] : world.history()) log.append(time, record);
  if (forced != nullptr) {
    const auto verified = sign(*forced, world.key(signer).signing);
    REQUIRE(verified);
    log.append(world.now().plus_seconds(1), *verified);
  }
  return log.audit_with_law();
}

void check_found(World& world, const std::string& signer, const Record& forced,
                 const std::string& rule) {
  CAPTURE(rule);
  const auto report = audit_of(world, signer, &forced);
  REQUIRE(report.findings.size() == 1);
  const auto& finding = report.findings.front();
  CHECK(finding.rule == rule);
  REQUIRE(finding.index);
  CHECK(finding.index->value == world.history().size());
  CHECK(finding.id == sign(forced, world.key(signer).signing)->id());
}

TEST_CASE("audit: what the law admitted, it admits again from a copy") {
  World world = granted_world();
  world.last["release"] = world.must("ama", world.release());
  world.last["run"] = world.must("trainer", world.run());
  world.must("trainer", world.model());
  const auto report = audit_of(world, "");
  CHECK(report.findings.empty());
  CHECK(report.size.value == world.history().size());
}

TEST_CASE("audit: what an operator let in against the law is found, with its rule") {
  {
    World world = granted_world();
    check_found(world, "ama", world.decision("ama"), "decision-second-vote");
    check_found(world, "trainer", world.decision("trainer"), "decision-trustee");
  }
  {
    World world;
    world.consent("s1");
    world.consent("s2");
    world.request();
    world.must("ama", world.decision("ama"));
    Record other = world.decision("ben");
    std::get<Decision>(other.body).assessment->bytes[0] ^= 1;
    check_found(world, "ben", other, "decision-assessment");
    check_found(world, "ama", world.release(), "release-grant");
  }
  {
    World world = granted_world();
    Record run = world.draft("trainer", Run{});
    run.add(Role::used, RecordId{sha256(as_view("unknown release"))});
    check_found(world, "trainer", run, "ref-known");
    Record parent = world.draft("owner", Version{});
    parent.add(Role::of, world.last["dataset"]);
    parent.add(Role::derived_from, RecordId{sha256(as_view("unknown parent"))});
    check_found(world, "owner", parent, "ref-known");
    Record terms = world.graph().find(world.last["terms"])->record;
    terms.issuer = world.did("trainer");
    terms.add(Role::supersedes, world.last["terms"]);
    check_found(world, "trainer", terms, "terms-owner");
    Record release = world.release();
    std::get<Release>(release.body).k = 1;
    check_found(world, "ama", release, "release-floor");
  }
}

TEST_CASE("audit: each false claim of a certificate is found, with its rule") {
  World world = released_world();
  world.request();
  for (const auto* trustee : {"ama", "ben"}) world.must(trustee, world.decision(trustee));
  struct Lie {
    std::string rule;
    void (*tell)(Release&);
  };
  const Lie lies[] = {
      {"release-met", [](Release& r) { r.met.clear(); }},
      {"release-met", [](Release& r) { r.met[0].demanded = 3; }},
      {"release-claims", [](Release& r) { r.marketer_risk_ppm = 0; }},
      {"release-utility", [](Release& r) { r.gap_ppm = 0; }},
      {"release-utility", [](Release& r) { r.discernibility = 1; }},
      {"release-making", [](Release& r) { r.recoding_sha256.reset(); }},
      {"release-columns", [](Release& r) { r.recipe[0].level_max = 3; }},
      {"release-composition", [](Release& r) { r.composition.clear(); }},
      {"release-reuse", [](Release& r) { r.reuses = r.package_sha256; }},
  };
  for (const auto& lie : lies) {
    Record release = world.release();
    lie.tell(std::get<Release>(release.body));
    check_found(world, "ama", release, lie.rule);
  }
  Terms terms = *world.graph().find(world.last["terms"])->record.as<Terms>();
  terms.floor.l_recursive = 3;
  check_found(world, "owner", world.terms_record(terms, world.last["dataset"]), "terms-floor");
}

TEST_CASE(
    "audit: a log of thousands of consents is admitted again, and what breaks the law found") {
  const SampleLog sample(600);
  const SigningKey stranger = key_from(77);
  // Entries of a consent nobody may give, and of a second one that supersedes nothing.
  constexpr std::uint64_t size = 3'000;
  constexpr std::uint64_t forged = 1'234;
  constexpr std::uint64_t repeated = 2'777;
  const Scratch honest;
  const Scratch dishonest;
  const auto entry = [&](std::uint64_t i) {
    return encode_entry(SampleLog::begins(), sample.envelope(i));
  };
  LogFolder::write(honest.path(), test_log_key(), size, entry);
  LogFolder::write(dishonest.path(), test_log_key(), size, [&](std::uint64_t i) {
    if (i == forged) {
      Record record = sample.consent(size);  // of a subject with no other
      record.issuer = print_did_key(stranger.verify_key());
      return encode_entry(SampleLog::begins(), sign(record, stranger)->envelope());
    }
    if (i == repeated) {
      Record record = sample.consent(5);
      std::get<Consent>(record.body).jurisdiction = "FR";
      return encode_entry(SampleLog::begins(), sign(record, sample.key())->envelope());
    }
    return entry(i);
  });
  const auto clean = audit(FolderReader(honest.path()), test_verifier(), usufruct_law);
  for (const auto& finding : clean.findings) MESSAGE(finding.rule << ": " << finding.message);
  CHECK(clean.is_clean());
  CHECK(clean.signatures == size);
  CHECK(clean.entries_by_kind[static_cast<std::size_t>(Kind::consent)] == size - 6);
  const auto report = audit(FolderReader(dishonest.path()), test_verifier(), usufruct_law);
  REQUIRE(report.findings.size() == 2);
  CHECK(report.findings[0].rule == "issuer-registered");
  CHECK(report.findings[0].index == LeafIndex{forged});
  CHECK(report.findings[1].rule == "consent-succession");
  CHECK(report.findings[1].index == LeafIndex{repeated});
  // Judged before up to there: only what came after.
  const auto later =
      audit(FolderReader(dishonest.path()), test_verifier(), usufruct_law, {.trusted = {2'000}});
  REQUIRE(later.findings.size() == 1);
  CHECK(later.findings[0].rule == "consent-succession");
}

TEST_CASE("audit: consents signed in batches are admitted again, each one's place in its batch") {
  const SampleLog sample(600);
  constexpr std::uint64_t size = 1'500;
  constexpr std::uint64_t moved = 700;
  BatchedSample batched(sample, size, 500);
  const auto entry = [&](std::uint64_t i) {
    return encode_entry(SampleLog::begins(), batched.envelope(i));
  };
  const Scratch honest;
  LogFolder::write(honest.path(), test_log_key(), size, entry);
  const auto clean = audit(FolderReader(honest.path()), test_verifier(), usufruct_law);
  CHECK(clean.is_clean());
  CHECK(clean.signatures == size);
  // A record with the place of its neighbour in the batch is signed by nobody.
  const Scratch dishonest;
  LogFolder::write(dishonest.path(), test_log_key(), size, [&](std::uint64_t i) {
    if (i != moved) return entry(i);
    Envelope envelope = *decode_envelope(batched.envelope(i));
    envelope.signatures = decode_envelope(batched.envelope(i + 1))->signatures;
    return encode_entry(SampleLog::begins(), *encode(envelope));
  });
  const auto report = audit(FolderReader(dishonest.path()), test_verifier(), usufruct_law);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].rule == "signature");
  CHECK(report.findings[0].index == LeafIndex{moved});
}

}  // namespace
}  // namespace usufruct
