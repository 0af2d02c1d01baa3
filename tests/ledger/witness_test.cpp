#include "ledger/witness.h"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "crypto/hash.h"
#include "ledger/policy.h"
#include "ledger/store/memory_store.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/fault_store.h"
#include "tests/support/json.h"
#include "tests/support/memory_guard.h"
#include "tests/support/scratch.h"
#include "tests/support/witnessed_log.h"

namespace usufruct {
namespace {

constexpr Time asked_at{1'790'000'000'500};

NoteSigner witness_signer() { return {"witness.example/w1", key_from(40)}; }

std::unique_ptr<Witness> open_witness(Store& store, const Clock& clock, HeadGuard* guard = nullptr,
                                      WitnessOptions options = {}) {
  auto witness = Witness::open(store, witness_signer(), clock, guard, options);
  INFO((witness ? "" : witness.error().message));
  REQUIRE(witness);
  return std::move(*witness);
}

/// A witness of one log of 100 entries, of which it has cosigned none.
struct OneLog {
  explicit OneLog(WitnessOptions options = {}, std::uint64_t seed = 1)
      : log(std::string(test_origin), seed), witness(open_witness(store, clock, nullptr, options)) {
    log.grow_to(100);
    witness->set_logs({log.listed()});
  }
  WitnessAnswer ask(std::string body) { return witness->add_checkpoint(std::move(body)); }

  MemoryStore store;
  ManualClock clock{asked_at};
  WitnessedLog log;
  std::unique_ptr<Witness> witness;
};

WitnessAnswer size_answer(std::string body) { return {409, "text/x.tlog.size", std::move(body)}; }

/// What the answer's lines say of the checkpoint, checked as a client would.
bool is_cosigned(const WitnessAnswer& answer, const std::string& note, const NoteVerifier& witness,
                 Time at) {
  if (answer.status != 200) return false;
  const auto verified =
      verify_note(*parse_note_unverified(note + answer.body), std::span(&witness, 1));
  return verified && verified->size() == 1 &&
         (*verified)[0].cosigned_at == Time{at.ms / 1000 * 1000};
}

TEST_CASE("witness: cosigns a first checkpoint, and what continues it") {
  OneLog place;
  CHECK(is_cosigned(place.ask(place.log.body(0, 7)), place.log.note(7), place.witness->verifier(),
                    asked_at));
  place.clock.advance_ms(5000);
  const auto answer = place.ask(place.log.body(7, 23));
  CHECK(
      is_cosigned(answer, place.log.note(23), place.witness->verifier(), asked_at.plus_seconds(5)));
  CHECK(answer.content_type == "text/plain; charset=utf-8");
  CHECK(answer.body.starts_with("— witness.example/w1 "));
  CHECK(answer.body.find('\n') == answer.body.size() - 1);
  CHECK(place.witness->counts().cosigned == 2);
}

TEST_CASE("witness: cosigns the same checkpoint again, with a newer time") {
  OneLog place;
  REQUIRE(place.ask(place.log.body(0, 7)).status == 200);
  place.clock.advance_ms(60'000);
  CHECK(is_cosigned(place.ask(place.log.body(7, 7)), place.log.note(7), place.witness->verifier(),
                    asked_at.plus_seconds(60)));
}

TEST_CASE("witness: a log of no entries is cosigned, and grows from there") {
  OneLog place;
  CHECK(place.ask(place.log.body(0, 0)).status == 200);
  CHECK(place.ask(place.log.body(0, 0)).status == 200);
  CHECK(place.ask(place.log.body(0, 100)).status == 200);
}

TEST_CASE("witness: every pair of sizes up to 40 is cosigned by its own proof alone") {
  WitnessedLog log;
  log.grow_to(40);
  const std::vector<NoteVerifier> keys = {log.listed().verifier};
  for (std::uint64_t from = 0; from <= 40; ++from) {
    for (std::uint64_t to = from; to <= 40; ++to) {
      Submission submission;
      submission.request = {{from}, log.proof(from, to), log.note(to)};
      submission.head = {{to}, log.root(to)};
      const TreeHead last{{from}, log.root(from)};
      CAPTURE(from);
      CAPTURE(to);
      CHECK_FALSE(judge(submission, last, SplitStatus::conflict).refusal);
      submission.request.proof.push_back(hash_leaf({}));
      CHECK(judge(submission, last, SplitStatus::conflict).refusal->status == 422);
    }
  }
}

// ---- every status, in the order of the specification
// ---------------------------------------------

TEST_CASE("witness: 404 for a log it does not know, whatever else is wrong") {
  OneLog place;
  const WitnessAnswer unknown{404, "text/plain; charset=utf-8",
                              "unknown log 'other.example/log'\n"};
  WitnessedLog other("other.example/log", 9);
  other.grow_to(3);
  CHECK(place.ask(other.body(0, 3)) == unknown);
  CHECK(place.ask("old x\nnonsense\n\nother.example/log\n") == unknown);
  CHECK(place.ask("\n\nother.example/log\n") == unknown);
  // Known by name only: under its own origin it is another log.
  place.witness->set_logs({});
  CHECK(place.ask(place.log.body(0, 7)).status == 404);
}

TEST_CASE("witness: 403 without a signature of a trusted key, before anything is parsed") {
  OneLog place;
  const auto text = print_checkpoint(place.log.checkpoint(7));
  const auto stranger = print_note_signature(*sign_note(text, "stranger.example", key_from(9)));
  const auto namesake = print_note_signature(*sign_note(text, test_origin, key_from(9)));
  for (const auto& lines : {stranger, namesake, stranger + namesake}) {
    CHECK(place.ask("old 0\n\n" + text + "\n" + lines).status == 403);
    CHECK(place.ask("old x\n\n" + text + "\n" + lines).status == 403);
    CHECK(place.ask("old 8\n\n" + text + "\n" + lines).status == 403);
  }
  CHECK(place.ask("old 0\n\n" + text) ==
        WitnessAnswer{403, "text/plain; charset=utf-8", "the checkpoint is not signed\n"});
  CHECK(place.ask("old 0\n\n" + text + "\n").status == 403);
}

TEST_CASE("witness: 403 for a trusted key's line that does not hold, beside one that does") {
  OneLog place;
  const auto text = print_checkpoint(place.log.checkpoint(7));
  auto line = *sign_note(text, test_origin, place.log.key());
  const auto good = print_note_signature(line);
  line.blob.back() ^= 1;
  const auto bad = print_note_signature(line);
  CHECK(place.ask("old 0\n\n" + text + "\n" + bad).status == 403);
  CHECK(place.ask("old 0\n\n" + text + "\n" + bad + good).status == 403);
  CHECK(place.ask("old 0\n\n" + text + "\n" + good + bad).status == 403);
  // Signed by the log, for another checkpoint.
  const auto other = print_note_signature(
      *sign_note(print_checkpoint(place.log.checkpoint(8)), test_origin, place.log.key()));
  CHECK(place.ask("old 0\n\n" + text + "\n" + other).status == 403);
}

TEST_CASE("witness: lines of strangers are ignored, and not kept") {
  OneLog place;
  const auto text = print_checkpoint(place.log.checkpoint(7));
  const auto line = print_note_signature(*sign_note(text, test_origin, place.log.key()));
  std::string body = "old 0\n\n" + text + "\n";
  for (std::uint64_t i = 0; i < 60; ++i) {
    body += print_note_signature(*sign_note(text, fmt::format("s{}.example", i), key_from(70 + i)));
  }
  const auto answer = place.ask(body + line);
  REQUIRE(answer.status == 200);
  CHECK(place.witness->checkpoint(to_hex(sha256(as_view(test_origin)))).body ==
        text + "\n" + line + answer.body);
}

TEST_CASE("witness: 400 for what does not parse, or an old size beyond the checkpoint's") {
  OneLog place;
  const std::string note = place.log.note(7);
  const std::string hash = to_base64(hash_leaf({}).view()) + "\n";
  std::string many;
  for (std::size_t i = 0; i < proof_hashes_max; ++i) many += hash;
  const std::vector<std::string> bodies = {
      "",
      "old 0",
      "old 8\n\n" + note,
      "old -1\n\n" + note,
      "old 00\n\n" + note,
      "old 07\n\n" + note,
      "old  0\n\n" + note,
      "old 0 \n\n" + note,
      "old 0\r\n\n" + note,
      "old\n\n" + note,
      "Old 0\n\n" + note,
      "0\n\n" + note,
      "old 0x0\n\n" + note,
      "old 18446744073709551616\n\n" + note,
      " old 0\n\n" + note,
      "old 0\nsize 7\n\n" + note,
      "old 0\n" + hash.substr(1) + "\n" + note,
      "old 0\nAAAA\n\n" + note,
      "old 0\n" + hash.substr(0, 44) + " \n\n" + note,
      "old 0\n" + many + hash + "\n" + note,
      "old 0\n\n" + note.substr(0, note.size() - 1),
      "old 0\n\n" + note + "\n",
      "old 0\n\n" + note + "x",
      "old 0\n\n" + std::string(test_origin) + "\n7\n\n— x y\n",
      "old 0\n\n" + note + std::string(add_checkpoint_bytes_max, 'x'),
  };
  for (const auto& body : bodies) {
    CAPTURE(body.substr(0, 60));
    CHECK(place.ask(body).status == 400);
  }
  CHECK(place.ask("old 0\n" + many + "\n" + note).status == 422);
  // Where the empty line is not where it should be, another line stands for the origin.
  CHECK(place.ask("old 0\n" + note).status == 404);
  CHECK(place.ask("\n\nold 0\n\n" + note).status == 404);
}

TEST_CASE("witness: 400 for a signed text that is no checkpoint") {
  OneLog place;
  const std::string root = to_base64(place.log.root(7).view()) + "\n";
  const std::string origin = std::string(test_origin) + "\n";
  for (const auto& text : {origin, origin + "7\n", origin + "7\n" + root.substr(1),
                           origin + "07\n" + root, origin + "-7\n" + root, origin + "7\nAAAA\n",
                           origin + "0\nAAAA\n", origin + root + "7\n"}) {
    CAPTURE(text);
    Note note{text, {*sign_note(text, test_origin, place.log.key())}};
    CHECK(place.ask("old 0\n\n" + print_note(note)).status == 400);
  }
}

TEST_CASE("witness: 409 with the size it cosigned last") {
  OneLog place;
  CHECK(place.ask(place.log.body(3, 7)) == size_answer("0\n"));
  REQUIRE(place.ask(place.log.body(0, 7)).status == 200);
  CHECK(place.ask(place.log.body(0, 23)) == size_answer("7\n"));
  CHECK(place.ask(place.log.body(6, 23)) == size_answer("7\n"));
  CHECK(place.ask(place.log.body(8, 23)) == size_answer("7\n"));
  CHECK(place.ask(place.log.body(0, 7)) == size_answer("7\n"));
  // A log that shrank, however it asks.
  CHECK(place.ask(place.log.body(0, 5)) == size_answer("7\n"));
  CHECK(place.ask(place.log.body(5, 5)) == size_answer("7\n"));
  // Before 422: the proof is not looked at.
  CHECK(place.ask(print_add_checkpoint({{6}, {}, place.log.note(23)})) == size_answer("7\n"));
  CHECK(place.ask(place.log.body(7, 23)).status == 200);
  CHECK(place.ask(place.log.body(7, 23)) == size_answer("23\n"));
}

TEST_CASE("witness: 422 for a proof that does not verify") {
  OneLog place;
  const std::string line = to_base64(hash_leaf({}).view()) + "\n";
  CHECK(place.ask("old 0\n" + line + "\n" + place.log.note(7)).status == 422);
  REQUIRE(place.ask(place.log.body(0, 7)).status == 200);
  const Proof proof = place.log.proof(7, 23);
  const auto ask = [&](Proof changed) {
    return place.ask(print_add_checkpoint({{7}, std::move(changed), place.log.note(23)})).status;
  };
  CHECK(ask({}) == 422);
  for (std::size_t i = 0; i < proof.size(); ++i) {
    Proof changed = proof;
    changed[i].bytes[0] ^= 1;
    CHECK(ask(changed) == 422);
    changed = proof;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(ask(changed) == 422);
  }
  Proof longer = proof;
  longer.push_back(hash_leaf({}));
  CHECK(ask(longer) == 422);
  Proof swapped = proof;
  std::swap(swapped[0], swapped[1]);
  CHECK(ask(swapped) == 422);
  CHECK(place.ask("old 7\n" + line + "\n" + place.log.note(7)).status == 422);
  CHECK(ask(proof) == 200);
}

TEST_CASE("witness: 422 for no entries with a root of some") {
  OneLog place;
  const std::string text =
      std::string(test_origin) + "\n0\n" + to_base64(place.log.root(7).view()) + "\n";
  const Note note{text, {*sign_note(text, test_origin, place.log.key())}};
  CHECK(place.ask("old 0\n\n" + print_note(note)) ==
        WitnessAnswer{422, "text/plain; charset=utf-8", "the root is not that of this size\n"});
  CHECK(place.ask("old 1\n\n" + print_note(note)).status == 400);
  REQUIRE(place.ask(place.log.body(0, 7)).status == 200);
  CHECK(place.ask("old 0\n\n" + print_note(note)) == size_answer("7\n"));
}

TEST_CASE("witness: two roots of one size are 409 by v1.0.0, or 422 by its draft") {
  for (const auto split : {SplitStatus::conflict, SplitStatus::unprocessable}) {
    OneLog place({.split_status = split});
    WitnessedLog fork;
    fork.grow_to(7, "b");
    REQUIRE(place.ask(place.log.body(0, 7)).status == 200);
    const auto answer = place.ask(print_add_checkpoint({{7}, {}, fork.note(7)}));
    CHECK(answer.status == static_cast<int>(split));
    if (split == SplitStatus::conflict) CHECK(answer == size_answer("7\n"));
    CHECK(place.ask(place.log.body(7, 9)).status == 200);
  }
}

// ---- evidence
// ------------------------------------------------------------------------------------

TEST_CASE("witness: a fork of the operator's is found and kept, with both signed checkpoints") {
  OneLog place;
  WitnessedLog fork;
  fork.grow_to(5);
  fork.grow_to(30, "another history");
  REQUIRE(place.ask(place.log.body(0, 7)).status == 200);
  // Growth along the other branch: its proof cannot hold.
  CHECK(place.ask(print_add_checkpoint({{7}, fork.proof(7, 12), fork.note(12)})).status == 422);
  // The same size, asked with whatever old size.
  CHECK(place.ask(fork.body(0, 7)).status == 409);
  CHECK(place.ask(fork.body(7, 7)).status == 409);
  const auto all = *read_evidence(place.store);
  REQUIRE(all.size() == 2);
  CHECK(place.witness->counts().suspicions == 3);
  CHECK(all[0].suspicion == Suspicion::split);
  CHECK(all[0].origin == test_origin);
  CHECK(all[0].seen == asked_at);
  // Anybody can check it: the log's own key signed both.
  const auto log_key = place.log.listed().verifier;
  const auto first = open_checkpoint(all[0].cosigned, log_key);
  const auto halves = split_add_checkpoint(all[0].request);
  const auto second = open_checkpoint(halves->note, log_key);
  REQUIRE((first && second));
  CHECK(first->checkpoint.size == second->checkpoint.size);
  CHECK(first->checkpoint.root != second->checkpoint.root);
  CHECK(all[1].suspicion == Suspicion::unproven);
}

TEST_CASE("witness: what nobody signed is no evidence, and a log cannot fill the disk with it") {
  OneLog place;
  REQUIRE(place.ask(place.log.body(0, 7)).status == 200);
  WitnessedLog stranger(std::string(test_origin), 99);
  stranger.grow_to(7, "b");
  CHECK(place.ask(stranger.body(7, 7)).status == 403);
  CHECK(read_evidence(place.store)->empty());
  for (std::uint64_t i = 0; i < evidence_per_log_max + 5; ++i) {
    WitnessedLog fork;
    fork.grow_to(7, fmt::format("history {}", i));
    CHECK(place.ask(print_add_checkpoint({{7}, {}, fork.note(7)})).status == 409);
  }
  CHECK(read_evidence(place.store)->size() == evidence_per_log_max);
  CHECK(place.ask(place.log.body(7, 8)).status == 200);
}

// ---- the monitoring side
// -------------------------------------------------------------------------

TEST_CASE("witness: shows the checkpoint it cosigned last, by the hash of the origin") {
  OneLog place;
  const std::string hash = to_hex(sha256(as_view(test_origin)));
  CHECK(place.witness->checkpoint(hash).status == 404);
  const auto answer = place.ask(place.log.body(0, 7));
  const auto shown = place.witness->checkpoint(hash);
  CHECK(shown.status == 200);
  CHECK(shown.body == place.log.note(7) + answer.body);
  Policy policy = policy_of(place.log.listed().verifier);
  REQUIRE(policy.add_witness({"w", place.witness->verifier()}));
  REQUIRE(policy.set_quorum("w"));
  CHECK(open_cosigned(shown.body, policy)->missing.empty());
  for (const auto& other : {std::string(64, '0'), std::string(), std::string(test_origin),
                            hash.substr(1), hash + "0", "../" + hash}) {
    CHECK(place.witness->checkpoint(other).status == 404);
  }
}

// ---- durability
// ----------------------------------------------------------------------------------

TEST_CASE("witness: what was cosigned is remembered by the next one on the store") {
  const Scratch folder;
  ManualClock clock{asked_at};
  WitnessedLog log;
  log.grow_to(50);
  const auto path = folder.path() / "store";
  auto guard = *FileHeadGuard::open(folder.path() / "guard");
  for (std::uint64_t size = 0; size < 40; size += 10) {
    auto store = *RocksdbStore::open(path);
    auto witness = open_witness(*store, clock, guard.get());
    witness->set_logs({log.listed()});
    if (size > 0) CHECK(witness->add_checkpoint(log.body(0, 50)).body == fmt::format("{}\n", size));
    CHECK(witness->add_checkpoint(log.body(size, size + 10)).status == 200);
  }
  CHECK((*read_witnessed(**RocksdbStore::open(path)))[0].head.size == TreeSize{40});
}

TEST_CASE("witness: no signature leaves when the store fails, before or after writing") {
  using Fault = FaultStore::Fault;
  for (const auto fault : {Fault::before, Fault::after}) {
    MemoryStore store;
    MemoryGuard guard;
    ManualClock clock{asked_at};
    WitnessedLog log;
    log.grow_to(50);
    {
      // The first commit makes the store, the third fails.
      FaultStore failing(store, {.commit = [&](int n) { return n == 3 ? fault : Fault::none; }});
      auto witness = open_witness(failing, clock, &guard);
      witness->set_logs({log.listed()});
      CHECK(witness->add_checkpoint(log.body(0, 10)).status == 200);
      const auto answer = witness->add_checkpoint(log.body(10, 20));
      CHECK(answer.status == 503);
      CHECK(answer.body.find("—") == std::string::npos);
      // It is not known what is there, so nothing more is signed.
      CHECK(witness->add_checkpoint(log.body(10, 20)).status == 503);
      CHECK(witness->counts().failed == 2);
    }
    auto witness = open_witness(store, clock, &guard);
    witness->set_logs({log.listed()});
    const std::uint64_t size = fault == Fault::before ? 10 : 20;
    CHECK(witness->add_checkpoint(log.body(size, 30)).status == 200);
  }
}

TEST_CASE("witness: no signature leaves when the guard fails") {
  OneLog place;
  MemoryStore store;
  MemoryGuard guard;
  auto witness = open_witness(store, place.clock, &guard);
  witness->set_logs({place.log.listed()});
  REQUIRE(witness->add_checkpoint(place.log.body(0, 10)).status == 200);
  guard.fails = true;
  CHECK(witness->add_checkpoint(place.log.body(10, 20)).status == 503);
  guard.fails = false;
  CHECK(witness->add_checkpoint(place.log.body(10, 20)).status == 503);
  // The store is one commit ahead of the guard, and that commit answered nobody.
  witness = open_witness(store, place.clock, &guard);
  witness->set_logs({place.log.listed()});
  CHECK(witness->add_checkpoint(place.log.body(20, 30)).status == 200);
}

TEST_CASE("witness: what it holds is in the store before the answer is given") {
  MemoryStore store;
  ManualClock clock{asked_at};
  WitnessedLog log;
  log.grow_to(50);
  auto witness = open_witness(store, clock);
  witness->set_logs({log.listed()});
  for (std::uint64_t size = 0; size < 50; ++size) {
    witness->add_checkpoint(log.body(size, size + 1), [&](const WitnessAnswer& answer) {
      CHECK(answer.status == 200);
      const auto stored = *read_witnessed(store);
      CHECK(stored[0].head.size == TreeSize{size + 1});
      CHECK(stored[0].note == log.note(size + 1) + answer.body);
    });
  }
}

TEST_CASE("witness: a store put back from an older copy does not open") {
  ManualClock clock{asked_at};
  WitnessedLog log;
  log.grow_to(50);
  MemoryStore store;
  MemoryGuard guard;
  auto witness = open_witness(store, clock, &guard);
  witness->set_logs({log.listed()});
  REQUIRE(witness->add_checkpoint(log.body(0, 10)).status == 200);
  MemoryStore copy;
  Batch all;
  REQUIRE(store.scan("", [&](std::string_view key, View value) {
    all.put(std::string(key), to_bytes(value));
    return true;
  }));
  REQUIRE(copy.commit(all));
  REQUIRE(witness->add_checkpoint(log.body(10, 20)).status == 200);
  witness.reset();
  const auto reopened = Witness::open(copy, witness_signer(), clock, &guard);
  REQUIRE_FALSE(reopened);
  CHECK(reopened.error().code == Code::unverified);
  CHECK(reopened.error().message ==
        "opening the witness: the store is at commit 2, which is not what the guard remembers");
  // Nor an empty one, nor one that went on by itself without the guard.
  MemoryStore empty;
  CHECK(Witness::open(empty, witness_signer(), clock, &guard).error().code == Code::unverified);
  {
    auto alone = open_witness(copy, clock);
    alone->set_logs({log.listed()});
    CHECK(alone->add_checkpoint(log.body(10, 21)).status == 200);
  }
  CHECK(Witness::open(copy, witness_signer(), clock, &guard).error().code == Code::unverified);
  // The store that was not put back opens; without its guard it does not.
  CHECK(open_witness(store, clock, &guard));
  MemoryGuard lost;
  CHECK(Witness::open(store, witness_signer(), clock, &lost).error().message ==
        "opening the witness: the guard of the last commit is gone");
}

TEST_CASE("witness: killed between store and guard, it goes on") {
  MemoryStore store;
  ManualClock clock{asked_at};
  WitnessedLog log;
  log.grow_to(50);
  MemoryGuard guard;
  {
    auto witness = open_witness(store, clock, &guard);
    witness->set_logs({log.listed()});
    REQUIRE(witness->add_checkpoint(log.body(0, 10)).status == 200);
  }
  // The guard as it was one commit ago.
  MemoryGuard older = guard;
  {
    auto witness = open_witness(store, clock, &guard);
    witness->set_logs({log.listed()});
    REQUIRE(witness->add_checkpoint(log.body(10, 20)).status == 200);
  }
  auto witness = open_witness(store, clock, &older);
  witness->set_logs({log.listed()});
  CHECK(witness->add_checkpoint(log.body(20, 30)).status == 200);
  CHECK(older.saved != guard.saved);
}

TEST_CASE("witness: a store of another witness, or with a flipped bit, is not believed") {
  MemoryStore store;
  ManualClock clock{asked_at};
  WitnessedLog log;
  log.grow_to(50);
  REQUIRE(open_witness(store, clock)->add_checkpoint("").status == 400);
  CHECK(Witness::open(store, {"witness.example/w1", key_from(41)}, clock).error().code ==
        Code::unverified);
  CHECK(Witness::open(store, {"witness.example/w2", key_from(40)}, clock).error().code ==
        Code::unverified);
  {
    auto witness = open_witness(store, clock);
    witness->set_logs({log.listed()});
    REQUIRE(witness->add_checkpoint(log.body(0, 10)).status == 200);
  }
  std::string key;
  Bytes value;
  REQUIRE(store.scan("C", [&](std::string_view at, View stored) {
    key = at;
    value = to_bytes(stored);
    return true;
  }));
  for (std::size_t at = 0; at < value.size(); at += 7) {
    Bytes flipped = value;
    flipped[at] ^= 1;
    Batch batch;
    batch.put(key, flipped);
    REQUIRE(store.commit(batch));
    auto witness = open_witness(store, clock);
    witness->set_logs({log.listed()});
    CAPTURE(at);
    // Whatever the log asks now, it gets no signature; bits of the log's own line are not ours.
    const auto answer = witness->add_checkpoint(log.body(10, 20));
    const bool is_in_log_line =
        as_text(value).find("— test") <= at && at < as_text(value).find("— witness");
    if (!is_in_log_line) CHECK(answer.status == 503);
  }
}

// ---- many at once
// --------------------------------------------------------------------------------

TEST_CASE("witness: of two requests that race, one is cosigned and the other told of it") {
  for (int round = 0; round < 20; ++round) {
    OneLog place;
    REQUIRE(place.ask(place.log.body(0, 10)).status == 200);
    std::vector<WitnessAnswer> answers(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      threads.emplace_back(
          [&place, &answers, i] { answers[i] = place.ask(place.log.body(10, 20 + i)); });
    }
    for (auto& thread : threads) thread.join();
    std::size_t winner = answers.size();
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (answers[i].status == 200) winner = i;
    }
    REQUIRE(winner < answers.size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (i != winner) CHECK(answers[i] == size_answer(fmt::format("{}\n", 20 + winner)));
    }
  }
}

/// Holds the first commit of a log until told, so that others queue behind it.
class SlowStore final : public Store {
 public:
  Result<std::optional<Bytes>> get(std::string_view key) const override { return under_.get(key); }
  Result<void> scan(std::string_view prefix, const Visit& visit) const override {
    return under_.scan(prefix, visit);
  }
  Result<void> commit(const Batch& batch) override {
    ++commits;
    while (is_held) std::this_thread::yield();
    return under_.commit(batch);
  }
  std::atomic<bool> is_held = false;
  std::atomic<int> commits = 0;

 private:
  MemoryStore under_;
};

TEST_CASE("witness: requests that wait share a commit; of one log the later see the earlier") {
  SlowStore store;
  ManualClock clock{asked_at};
  auto witness = open_witness(store, clock);
  std::vector<WitnessedLog> logs;
  std::vector<ListedLog> listed;
  for (std::uint64_t i = 0; i < 10; ++i) {
    logs.emplace_back(fmt::format("log{}.example", i), 50 + i);
    logs.back().grow_to(20);
    listed.push_back(logs.back().listed());
  }
  witness->set_logs(listed);
  store.is_held = true;
  store.commits = 0;
  std::thread first([&] { CHECK(witness->add_checkpoint(logs[0].body(0, 5)).status == 200); });
  while (store.commits == 0) std::this_thread::yield();
  std::vector<int> statuses;
  const auto note_status = [&](const WitnessAnswer& answer) { statuses.push_back(answer.status); };
  for (const auto& log : logs) witness->add_checkpoint(log.body(0, 7), note_status);
  witness->add_checkpoint(logs[1].body(0, 7), note_status);
  CHECK(statuses.empty());
  store.is_held = false;
  first.join();
  // Log 0 was cosigned at 5 meanwhile; log 1 asked twice from 0.
  CHECK(statuses == std::vector<int>{409, 200, 200, 200, 200, 200, 200, 200, 200, 200, 409});
  CHECK(store.commits == 2);
}

TEST_CASE("witness: what is too much to wait is refused") {
  SlowStore store;
  ManualClock clock{asked_at};
  WitnessedLog log;
  log.grow_to(20);
  auto witness = open_witness(store, clock);
  witness->set_logs({log.listed()});
  store.is_held = true;
  store.commits = 0;
  std::thread first([&] { CHECK(witness->add_checkpoint(log.body(0, 5)).status == 200); });
  while (store.commits == 0) std::this_thread::yield();
  const std::string body = log.body(0, 7);
  std::atomic<int> answered = 0;
  for (std::size_t i = 0; i < witness_queue_max; ++i) {
    witness->add_checkpoint(body, [&](const WitnessAnswer&) { ++answered; });
  }
  CHECK(answered == 0);
  CHECK(witness->add_checkpoint(body).status == 503);
  store.is_held = false;
  first.join();
  CHECK(answered == witness_queue_max);
}

// ---- allowance
// -----------------------------------------------------------------------------------

TEST_CASE("witness: a log that asks too often is refused until the day gives more") {
  OneLog place;
  ListedLog listed = place.log.listed();
  listed.requests_per_day = 24;
  WitnessedLog other("other.example/log", 9);
  other.grow_to(3);
  place.witness->set_logs({listed, other.listed()});
  for (std::uint64_t size = 0; size < 24; ++size) {
    REQUIRE(place.ask(place.log.body(size, size + 1)).status == 200);
  }
  CHECK(place.ask(place.log.body(24, 25)).status == 429);
  // Others are not held up, and what the log did not sign costs it nothing.
  CHECK(place.ask(other.body(0, 3)).status == 200);
  WitnessedLog stranger(std::string(test_origin), 99);
  stranger.grow_to(7);
  place.clock.advance_ms(3'600'000);
  for (int i = 0; i < 30; ++i) CHECK(place.ask(stranger.body(0, 7)).status == 403);
  CHECK(place.ask(place.log.body(24, 25)).status == 200);
  CHECK(place.ask(place.log.body(25, 26)).status == 429);
  place.clock.advance_ms(-7'200'000);
  CHECK(place.ask(place.log.body(25, 26)).status == 429);
  place.clock.advance_ms(100 * 86'400'000LL);
  for (std::uint64_t size = 25; size < 49; ++size) {
    REQUIRE(place.ask(place.log.body(size, size + 1)).status == 200);
  }
  CHECK(place.ask(place.log.body(49, 50)).status == 429);
}

TEST_CASE("witness: keys listed under one origin are all trusted, as when a log changes its key") {
  OneLog place;
  WitnessedLog newer(std::string(test_origin), 2);
  newer.grow_to(100);
  place.witness->set_logs({place.log.listed(), newer.listed()});
  CHECK(place.ask(place.log.body(0, 7)).status == 200);
  CHECK(place.ask(newer.body(7, 9)).status == 200);
}

TEST_CASE("witness: a clock before 1970 signs nothing") {
  MemoryStore store;
  ManualClock clock{Time{0}};
  WitnessedLog log;
  log.grow_to(5);
  auto witness = open_witness(store, clock);
  witness->set_logs({log.listed()});
  CHECK(witness->add_checkpoint(log.body(0, 5)).status == 503);
  clock.advance_ms(asked_at.ms);
  CHECK(witness->add_checkpoint(log.body(0, 5)).status == 200);
}

// ---- vectors of the reference implementations
// ----------------------------------------------------

TEST_CASE("witness: takes the add-checkpoint bodies of the reference implementation") {
  const auto all = JsonReader::read_file(USUFRUCT_SOURCE_DIR "/tests/vectors/log-vectors.json");
  const auto log = *parse_vkey(all["keys"]["log"]["vkey"].text);
  std::map<std::uint64_t, std::string> first;
  for (const auto& vector : all["checkpoints"].items) {
    const std::string& note = vector["checkpoint"].text;
    first[open_checkpoint(note, log)->checkpoint.size.value] = note;
  }
  std::size_t seen = 0;
  for (const auto& vector : all["consistency_proofs"].items) {
    const auto old = first.find(vector["old"].number());
    if (old == first.end()) continue;
    MemoryStore store;
    ManualClock clock{asked_at};
    auto witness = open_witness(store, clock);
    witness->set_logs({{log, log.name}});
    REQUIRE(witness->add_checkpoint("old 0\n\n" + old->second).status == 200);
    CHECK(witness->add_checkpoint(vector["add_checkpoint_body"].text).status == 200);
    ++seen;
  }
  CHECK(seen > 0);
  MemoryStore store;
  ManualClock clock{asked_at};
  auto witness = open_witness(store, clock);
  witness->set_logs({{log, log.name}});
  CHECK(witness->add_checkpoint(all["add_checkpoint_from_zero"].text).status == 200);
}

}  // namespace
}  // namespace usufruct
