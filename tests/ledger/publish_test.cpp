#include <doctest/doctest.h>

#include "ledger/log.h"
#include "ledger/log_statement.h"
#include "ledger/store/memory_store.h"
#include "tests/support/records.h"

// A log with witnesses: what is durable, what is published, and what those who wait are told.

namespace usufruct {
namespace {

class Witness final : public Cosigner {
 public:
  bool is_cosigned(std::string_view note) const override { return cosigned(std::string(note)); }
  Result<std::string> cosign(const SignedCheckpoint& newer, const ProveGrowth& prove) override {
    ++asked;
    if (is_away) return unavailable("no witness answers");
    const TreeSize to = newer.checkpoint.size;
    const auto proof = TRY(prove(seen));
    CHECK_OK(verify_consistency({seen, to}, {root, newer.checkpoint.root}, proof));
    if (lies) {
      return sign_checkpoint({newer.checkpoint.origin, {seen.value + 99}, root, {}}, key_from(1))
          ->note;
    }
    seen = to;
    root = newer.checkpoint.root;
    const Note note = TRY(parse_note_unverified(newer.note));
    return newer.note + print_note_signature(
                            TRY(cosign_note(note.text, "witness.example", key_from(7), {5'000})));
  }
  static bool cosigned(const std::string& note) {
    const auto witness =
        *note_verifier("witness.example", NoteKeyType::cosignature, key_from(7).verify_key());
    const auto parsed = parse_note_unverified(note);
    return parsed && verify_note(*parsed, {&witness, 1}).has_value();
  }
  TreeSize seen{};
  Digest root = root_of_empty();
  int asked = 0;
  bool is_away = false;
  bool lies = false;
};

Writer open(Store& store, const Clock& clock, Cosigner* cosigner) {
  auto writer = Writer::open(store, test_log_key(), permit, clock, nullptr, cosigner);
  INFO((writer ? "" : writer.error().message));
  REQUIRE(writer);
  return *std::move(writer);
}

TEST_CASE("publishing: receipts and the public face carry the cosignatures") {
  MemoryStore store;
  const ManualClock clock({1});
  Witness witness;
  auto writer = open(store, clock, &witness);
  const auto answers = writer.write(test_records(0, 40));
  for (std::size_t i = 0; i < 40; ++i) {
    REQUIRE(answers[i]);
    const Receipt receipt = answers[i]->receipt();
    CHECK(Witness::cosigned(receipt.checkpoint));
    CHECK(verify_envelope_receipt(receipt, test_record(i).envelope(), test_verifier()));
  }
  CHECK(Witness::cosigned(*writer.snapshot()->checkpoint()));
}

TEST_CASE("publishing: while the witnesses are away a record is durable, and nobody is shown it") {
  MemoryStore store;
  const ManualClock clock({1});
  Witness witness;
  auto writer = open(store, clock, &witness);
  writer.write(test_records(0, 3));
  witness.is_away = true;
  const auto record = test_record(3);
  CHECK(writer.write({&record, 1})[0].error().code == Code::unavailable);
  CHECK_FALSE(writer.is_failed());
  CHECK_FALSE(writer.is_published());
  CHECK(writer.checkpoint().checkpoint.size == TreeSize{3});
  CHECK(writer.snapshot()->tile({0, 0, 3}));
  CHECK_FALSE(writer.snapshot()->tile({0, 0, 4}));
  // What was published before still has its receipt.
  const auto old = test_record(1);
  const auto again = writer.write({&old, 1});
  REQUIRE(again[0]);
  CHECK(verify_envelope_receipt(again[0]->receipt(), old.envelope(), test_verifier()));
  witness.is_away = false;
  const auto later = writer.write({&record, 1});
  REQUIRE(later[0]);
  CHECK(later[0]->index.value == 3);
  CHECK(verify_envelope_receipt(later[0]->receipt(), record.envelope(), test_verifier()));
  CHECK(writer.is_published());
}

TEST_CASE("publishing: a log opened again asks, and shows what was published when nobody answers") {
  MemoryStore store;
  const ManualClock clock({1});
  Witness witness;
  {
    auto writer = open(store, clock, &witness);
    writer.write(test_records(0, 3));
    REQUIRE(writer.keep_published());
    witness.is_away = true;
    writer.write(test_records(3, 5));
    auto again = open(store, clock, &witness);
    CHECK(again.checkpoint().checkpoint.size == TreeSize{3});
    CHECK(Witness::cosigned(again.checkpoint().note));
    CHECK_FALSE(again.publish());
  }
  witness.is_away = false;
  auto writer = open(store, clock, &witness);
  CHECK(writer.is_published());
  CHECK(writer.checkpoint().checkpoint.size == TreeSize{5});
  CHECK(Witness::cosigned(writer.checkpoint().note));
  // A log that never published shows that it is empty.
  MemoryStore other;
  witness.is_away = true;
  auto fresh = open(other, clock, &witness);
  fresh.write(test_records(0, 2));
  CHECK(fresh.checkpoint().checkpoint.size == TreeSize{0});
  // Without witnesses again, what was kept of them does not hold it back.
  CHECK(open(store, clock, nullptr).checkpoint().checkpoint.size == TreeSize{5});
}

TEST_CASE("publishing: another checkpoint than the one that was asked for is not published") {
  MemoryStore store;
  const ManualClock clock({1});
  Witness witness;
  auto writer = open(store, clock, &witness);
  witness.lies = true;
  const auto record = test_record(0);
  CHECK_FALSE(writer.write({&record, 1})[0]);
  CHECK(writer.checkpoint().checkpoint.size == TreeSize{0});
}

TEST_CASE("publishing: a log asks again by itself when its witnesses come back") {
  MemoryStore store;
  const SystemClock clock;
  Witness witness;
  witness.is_away = true;
  const auto log = *Log::open(store, test_log_key(), permit, clock, nullptr, &witness);
  CHECK(log->append(test_record(0)).error().code == Code::unavailable);
  // The log's thread asks about once a second; a stop in between must not wait for it.
  CHECK(log->checkpoint().checkpoint.size == TreeSize{0});
}

TEST_CASE("closing: a closed log takes nothing more, stays verifiable, and names its successor") {
  MemoryStore store;
  const ManualClock clock({1});
  const auto successor =
      *note_verifier("test.example/next", NoteKeyType::ed25519, key_from(4).verify_key());
  {
    auto writer = open(store, clock, nullptr);
    writer.write(test_records(0, 5));
    const auto note = writer.close(successor);
    REQUIRE(note);
    CHECK(open_closing(*note, test_verifier())->successor == successor);
    CHECK(writer.close(successor).error().code == Code::conflict);
  }
  auto writer = open(store, clock, nullptr);
  REQUIRE(writer.closing());
  CHECK(open_closing(*writer.closing(), test_verifier())->size == TreeSize{5});
  const std::vector<Verified> records = {test_record(2), test_record(9)};
  const auto answers = writer.write(records);
  REQUIRE(answers[0]);  // what it holds it goes on proving
  CHECK(verify_envelope_receipt(answers[0]->receipt(), records[0].envelope(), test_verifier()));
  CHECK(answers[1].error().code == Code::conflict);
  CHECK(writer.checkpoint().checkpoint.size == TreeSize{5});
}

TEST_CASE("log key: while a key gives way both sign, and either reader is served") {
  MemoryStore store;
  const ManualClock clock({1});
  const auto with = [&](std::uint64_t now, std::optional<std::uint64_t> former) {
    LogKey key{std::string(test_origin), key_from(now)};
    if (former) key.former = key_from(*former);
    return Writer::open(store, std::move(key), permit, clock, nullptr);
  };
  const auto knows = [&](const SignedCheckpoint& checkpoint, std::uint64_t seed) {
    const auto key = *note_verifier(test_origin, NoteKeyType::ed25519, key_from(seed).verify_key());
    return open_checkpoint(checkpoint.note, key).has_value();
  };
  with(1, {})->write(test_records(0, 3));
  CHECK_FALSE(with(2, {}));
  {
    auto writer = with(2, 1);
    REQUIRE(writer);
    CHECK(knows(writer->checkpoint(), 1));
    CHECK(knows(writer->checkpoint(), 2));
    writer->write(test_records(3, 5));
    CHECK(knows(writer->checkpoint(), 1));
    CHECK(knows(writer->checkpoint(), 2));
  }
  auto retired = with(2, {});
  REQUIRE(retired);
  retired->write(test_records(5, 6));
  CHECK_FALSE(knows(retired->checkpoint(), 1));
  CHECK(knows(retired->checkpoint(), 2));
  CHECK(retired->checkpoint().checkpoint.size == TreeSize{6});
  CHECK_FALSE(with(1, {}));
}

}  // namespace
}  // namespace usufruct
