#include "ledger/witness_cosigner.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <functional>

#include "crypto/base/text.h"
#include "ledger/store/memory_store.h"
#include "ledger/witness.h"
#include "tests/support/witnessed_log.h"

namespace usufruct {
namespace {

constexpr Time start{1'790'000'000'000};
using Behave = std::function<Result<WitnessReply>(std::string_view body)>;

/// Witnesses by the prefix they are reached at.
class FakeTransport final : public WitnessTransport {
 public:
  Result<WitnessReply> add_checkpoint(const std::string& prefix, std::string_view body) override {
    Behave behave;
    {
      const std::lock_guard lock(mutex_);
      bodies_[prefix].emplace_back(body);
      behave = behaviours_.at(prefix);
    }
    return behave(body);
  }
  void set(const std::string& prefix, Behave behave) {
    const std::lock_guard lock(mutex_);
    behaviours_[prefix] = std::move(behave);
  }
  std::vector<std::string> bodies(const std::string& prefix) {
    const std::lock_guard lock(mutex_);
    return bodies_[prefix];
  }
  /// The first line of each body.
  std::vector<std::string> asked(const std::string& prefix) {
    std::vector<std::string> lines;
    for (const auto& body : bodies(prefix)) lines.push_back(body.substr(0, body.find('\n')));
    return lines;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Behave> behaviours_;
  std::map<std::string, std::vector<std::string>> bodies_;
};

/// A log, three real witnesses of it, and a policy over them.
struct Place {
  Place() {
    log.grow_to(100);
    for (std::size_t i = 0; i < 3; ++i) {
      NoteSigner signer{fmt::format("w{}.example", i), key_from(40 + i)};
      witnesses.push_back(*Witness::open(stores[i], std::move(signer), clock));
      witnesses[i]->set_logs({log.listed()});
      transport.set(url(i), real(i));
      REQUIRE(policy.add_witness({fmt::format("w{}", i), witnesses[i]->verifier(), url(i)}));
    }
  }
  static std::string url(std::size_t i) { return fmt::format("https://w{}.example", i); }
  Behave real(std::size_t i) {
    return [this, i](std::string_view body) -> Result<WitnessReply> {
      auto answer = witnesses[i]->add_checkpoint(std::string(body));
      return WitnessReply{answer.status, answer.content_type, answer.body};
    };
  }
  /// At least so many of the three.
  void need(std::size_t at_least) {
    REQUIRE(policy.add_group({"group", at_least, {"w0", "w1", "w2"}}));
    REQUIRE(policy.set_quorum("group"));
  }
  std::unique_ptr<WitnessCosigner> cosigner(CosignerOptions options = {}) {
    auto opened = WitnessCosigner::open(policy, transport, clock, options);
    REQUIRE(opened);
    return std::move(*opened);
  }
  Result<std::string> cosign(WitnessCosigner& with, std::uint64_t size) {
    return with.cosign(log.signed_checkpoint(size),
                       [&](TreeSize from) -> Result<Proof> { return log.proof(from.value, size); });
  }
  std::size_t cosignatures_of(const Result<std::string>& note) const {
    REQUIRE(note);
    Policy verifying = policy;
    REQUIRE(verifying.add_log({log.listed().verifier}));
    const auto opened = open_cosigned(*note, verifying);
    REQUIRE(opened);
    return opened->cosignatures.size();
  }

  ManualClock clock{start};
  WitnessedLog log;
  MemoryStore stores[3];
  std::vector<std::unique_ptr<Witness>> witnesses;
  FakeTransport transport;
  Policy policy;
};

Behave answering(WitnessReply reply) {
  return [reply](std::string_view) -> Result<WitnessReply> { return reply; };
}
Behave dead() {
  return [](std::string_view) -> Result<WitnessReply> { return unavailable("nobody answers"); };
}

/// Waits for what another thread is about to do; fails when it never does.
template <class Condition>
void wait_for(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::yield();
  }
}

/// Lets go of what a witness waits for, whatever becomes of the test: a cosigner ends only with the
/// answers under way. Made after the cosigner.
class LetGo {
 public:
  explicit LetGo(std::atomic<bool>& is_held) : is_held_(is_held) {}
  ~LetGo() { is_held_ = false; }
  LetGo(const LetGo&) = delete;
  LetGo& operator=(const LetGo&) = delete;

 private:
  std::atomic<bool>& is_held_;
};

using Asked = std::vector<std::string>;

TEST_CASE("cosigner: asks all witnesses from nothing, then from the size each has cosigned") {
  Place place;
  place.need(3);
  auto cosigner = place.cosigner();
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 7)) == 3);
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 23)) == 3);
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 23)) == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(place.transport.asked(Place::url(i)) == Asked{"old 0", "old 7", "old 23"});
  }
  CHECK(place.transport.bodies(Place::url(0))[1] == place.log.body(7, 23));
  CHECK(cosigner->counts().met == 3);
}

TEST_CASE("cosigner: the note is the log's, followed by the witnesses' lines in their order") {
  Place place;
  place.need(3);
  const auto note = *place.cosign(*place.cosigner(), 7);
  REQUIRE(note.starts_with(place.log.note(7)));
  const std::string lines = note.substr(place.log.note(7).size());
  CHECK(lines.find("— w0.example ") == 0);
  CHECK(lines.find("— w1.example ") < lines.find("— w2.example "));
}

TEST_CASE("cosigner: learns the size from a 409 and asks once more") {
  Place place;
  place.need(3);
  REQUIRE(place.cosign(*place.cosigner(), 7));
  // Started anew, it knows nothing.
  auto cosigner = place.cosigner();
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 23)) == 3);
  CHECK(place.transport.asked(Place::url(0)) == Asked{"old 0", "old 0", "old 7"});
  CHECK(cosigner->standings()[0].size == TreeSize{23});
}

TEST_CASE("cosigner: a dead witness is not needed where the quorum is met without it") {
  Place place;
  place.need(2);
  place.transport.set(Place::url(1), dead());
  auto cosigner = place.cosigner();
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 7)) == 2);
}

TEST_CASE("cosigner: without a quorum it publishes nothing, or what there is, as configured") {
  Place place;
  place.need(3);
  place.transport.set(Place::url(1), dead());
  auto strict = place.cosigner({.mode = WitnessMode::require});
  const auto refused = place.cosign(*strict, 7);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::unavailable);
  CHECK(refused.error().message.starts_with(
      "the quorum has not cosigned the checkpoint of 7: group 'group' has "));
  CHECK(refused.error().message.find("; w1: nobody answers") != std::string::npos);
  CHECK(strict->counts().refused == 1);
  auto lenient = place.cosigner({.mode = WitnessMode::prefer});
  CHECK(place.cosign(*lenient, 7)->starts_with(place.log.note(7)));
  CHECK(lenient->counts().open == 1);
  CHECK(lenient->counts().met == 0);
}

TEST_CASE("cosigner: waits for nobody who is slow where others are enough") {
  Place place;
  place.need(2);
  std::atomic<bool> is_held = true;
  place.transport.set(Place::url(0), [&](std::string_view body) {
    while (is_held) std::this_thread::yield();
    return place.real(0)(body);
  });
  auto cosigner = place.cosigner({.deadline = std::chrono::hours(1)});
  const LetGo let_go(is_held);
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 7)) == 2);
  wait_for([&] { return place.transport.asked(Place::url(0)).size() == 1; });
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 9)) == 2);
  // What comes late still counts, and it goes on with the newest, by the proof made for others.
  is_held = false;
  wait_for([&] { return cosigner->standings()[0].size == TreeSize{9}; });
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 23)) >= 2);
  wait_for([&] { return cosigner->standings()[0].size == TreeSize{23}; });
  CHECK(place.transport.asked(Place::url(0)) == Asked{"old 0", "old 7", "old 9"});
}

TEST_CASE("cosigner: a deadline ends the round; the next one does not wait for who missed it") {
  Place place;
  place.need(3);
  std::atomic<bool> is_held = true;
  place.transport.set(Place::url(2), [&](std::string_view body) {
    while (is_held) std::this_thread::yield();
    return place.real(2)(body);
  });
  // Long enough for the two others, however busy the machine is.
  constexpr std::chrono::milliseconds deadline{1'000};
  auto cosigner = place.cosigner({.mode = WitnessMode::prefer, .deadline = deadline});
  const LetGo let_go(is_held);
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 7)) == 2);
  CHECK(cosigner->standings()[2].last_error == "it has not answered yet");
  wait_for([&] { return place.transport.asked(Place::url(2)).size() == 1; });
  // No quorum can come of it now, so nothing is waited for at all.
  const auto before = std::chrono::steady_clock::now();
  CHECK(place.cosign(*cosigner, 9));
  CHECK(std::chrono::steady_clock::now() - before < deadline / 2);
  is_held = false;
  wait_for([&] { return cosigner->standings()[2].size == TreeSize{9}; });
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 23)) == 3);
}

TEST_CASE("cosigner: one that failed is left alone, longer each time, and comes back") {
  Place place;
  place.need(2);
  place.transport.set(Place::url(0), dead());
  auto cosigner = place.cosigner({.backoff_ms = 1000, .backoff_ms_max = 4000});
  std::uint64_t size = 1;
  const auto calls = [&] { return place.transport.asked(Place::url(0)).size(); };
  const auto round = [&](std::size_t expected) {
    REQUIRE(place.cosign(*cosigner, size++));
    wait_for([&] { return cosigner->standings()[0].failed >= expected; });
    CHECK(calls() == expected);
  };
  round(1);
  round(1);
  place.clock.advance_ms(999);
  round(1);
  place.clock.advance_ms(1);
  round(2);
  place.clock.advance_ms(1999);
  round(2);
  place.clock.advance_ms(1);
  round(3);
  place.clock.advance_ms(4000);
  round(4);
  place.clock.advance_ms(4000);
  round(5);
  place.transport.set(Place::url(0), place.real(0));
  place.clock.advance_ms(4000);
  REQUIRE(place.cosign(*cosigner, size));
  wait_for([&] { return cosigner->standings()[0].cosigned == 1; });
  CHECK(cosigner->standings()[0].last_error.empty());
}

TEST_CASE(
    "cosigner: where there is no quorum without them, those that failed are asked each time") {
  Place place;
  place.need(3);
  place.transport.set(Place::url(0), dead());
  auto cosigner = place.cosigner();
  CHECK_FALSE(place.cosign(*cosigner, 7));
  place.transport.set(Place::url(0), place.real(0));
  CHECK(place.cosignatures_of(place.cosign(*cosigner, 7)) == 3);
}

TEST_CASE("cosigner: believes nothing that does not verify beneath the checkpoint") {
  Place place;
  REQUIRE(place.policy.set_quorum("w0"));
  const auto text = print_checkpoint(place.log.checkpoint(7));
  const auto line = [&](std::string_view of, std::string_view name, std::uint64_t seed) {
    return print_note_signature(*cosign_note(of, name, key_from(seed), start));
  };
  const std::string good = line(text, "w0.example", 40);
  const std::string other = line(print_checkpoint(place.log.checkpoint(8)), "w0.example", 40);
  std::string flipped = good;
  flipped[flipped.size() - 10] = flipped[flipped.size() - 10] == 'A' ? 'B' : 'A';
  const std::vector<WitnessReply> lies = {
      {200, "text/plain", ""},
      {200, "text/plain", "\n"},
      {200, "text/plain", "garbage\n"},
      {200, "text/plain", std::string("\0\xff\n", 3)},
      {200, "text/plain", good.substr(0, good.size() - 1)},
      {200, "text/plain", good.substr(0, good.size() / 2) + "\n"},
      {200, "text/plain", good + "garbage\n"},
      {200, "text/plain", good + "\n" + good},
      {200, "text/plain", other},
      {200, "text/plain", flipped},
      {200, "text/plain", other + good},
      {200, "text/plain", good + other},
      {200, "text/plain", line(text, "w0.example", 41)},
      {200, "text/plain", line(text, "w1.example", 41)},
      {200, "text/plain", print_note_signature(*sign_note(text, "w0.example", key_from(40)))},
      {200, "text/plain", good + std::string(cosignature_bytes_max, 'x')},
      {204, "text/plain", good},
      {301, "text/plain", good},
      {404, "text/plain", "unknown log\n"},
      {500, "text/html", std::string(5000, '<')},
      {409, "text/x.tlog.size", "0\n"},
      {409, "text/x.tlog.size", "7\n"},
      {409, "text/x.tlog.size", "8\n"},
      {409, "text/x.tlog.size", "18446744073709551615\n"},
      {409, "text/x.tlog.size", "18446744073709551616\n"},
      {409, "text/x.tlog.size", "3"},
      {409, "text/x.tlog.size", "03\n"},
      {409, "text/plain", "3\n"},
      {409, "text/x.tlog.size", "3\n"},
  };
  for (const auto& lie : lies) {
    CAPTURE(lie.status);
    CAPTURE(printable(lie.body, 100));
    place.transport.set(Place::url(0), answering(lie));
    auto cosigner = place.cosigner();
    const std::size_t before = place.transport.asked(Place::url(0)).size();
    const auto note = place.cosign(*cosigner, 7);
    REQUIRE_FALSE(note);
    CHECK(note.error().code == Code::unavailable);
    CHECK(place.transport.asked(Place::url(0)).size() - before <= 2);
    // It is not led astray for good.
    place.transport.set(Place::url(0), answering({200, "text/plain", good}));
    CHECK(place.cosign(*cosigner, 7));
  }
}

TEST_CASE("cosigner: lines of strangers are ignored, not passed on") {
  Place place;
  REQUIRE(place.policy.set_quorum("w0"));
  const auto text = print_checkpoint(place.log.checkpoint(7));
  const std::string good =
      print_note_signature(*cosign_note(text, "w0.example", key_from(40), start));
  const std::string stranger =
      print_note_signature(*cosign_note(text, "stranger.example", key_from(99), start));
  place.transport.set(Place::url(0), answering({200, "text/plain", stranger + good + stranger}));
  // The others are dead, so that the note is known to the byte.
  place.transport.set(Place::url(1), dead());
  place.transport.set(Place::url(2), dead());
  CHECK(*place.cosign(*place.cosigner(), 7) == place.log.note(7) + good);
}

TEST_CASE("cosigner: a log that forked gets no quorum from honest witnesses") {
  Place place;
  place.need(2);
  auto cosigner = place.cosigner();
  REQUIRE(place.cosign(*cosigner, 7));
  wait_for([&] { return cosigner->standings()[2].cosigned == 1; });
  WitnessedLog fork;
  fork.grow_to(5);
  fork.grow_to(30, "another history");
  const auto prove = [&](TreeSize from) -> Result<Proof> { return fork.proof(from.value, 9); };
  const auto grown = cosigner->cosign(fork.signed_checkpoint(9), prove);
  REQUIRE_FALSE(grown);
  CHECK(grown.error().message.find("it answered 422") != std::string::npos);
  const auto split = cosigner->cosign(fork.signed_checkpoint(7), prove);
  REQUIRE_FALSE(split);
  CHECK(split.error().message.find("it has cosigned another checkpoint of 7") != std::string::npos);
  // Two refusals end the round: the third witness may not have been asked by then.
  wait_for([&] {
    return std::ranges::count_if(place.stores,
                                 [](auto& store) { return !read_evidence(store)->empty(); }) >= 2;
  });
}

TEST_CASE("cosigner: a log that went back gets nothing, and says why") {
  Place place;
  REQUIRE(place.policy.set_quorum("w1"));
  auto cosigner = place.cosigner();
  REQUIRE(place.cosign(*cosigner, 23));
  const auto note = place.cosign(*cosigner, 9);
  REQUIRE_FALSE(note);
  CHECK(note.error().message.find("it has cosigned 23 already") != std::string::npos);
}

TEST_CASE("cosigner: a proof that the log cannot make is no fault of the witness") {
  Place place;
  REQUIRE(place.policy.set_quorum("w1"));
  auto cosigner = place.cosigner();
  REQUIRE(place.cosign(*cosigner, 7));
  const auto note = cosigner->cosign(place.log.signed_checkpoint(9), [](TreeSize) -> Result<Proof> {
    return unavailable("the disk is gone");
  });
  REQUIRE_FALSE(note);
  CHECK(note.error().message.find("w1: the disk is gone") != std::string::npos);
  CHECK(cosigner->standings()[1].failed == 0);
  CHECK(place.cosign(*cosigner, 9));
}

TEST_CASE("cosigner: a quorum of witnesses it cannot reach is refused at once") {
  Place place;
  REQUIRE(place.policy.add_witness(
      {"far", *note_verifier("far.example", NoteKeyType::cosignature, key_from(70).verify_key())}));
  REQUIRE(place.policy.set_quorum("far"));
  const auto opened = WitnessCosigner::open(place.policy, place.transport, place.clock);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::malformed);
  CHECK(opened.error().message ==
        "the witnesses that have a url cannot meet the quorum: witness 'far' has not cosigned");
  // With no quorum it publishes at once, and asks the others none the less.
  REQUIRE(place.policy.set_quorum("none"));
  auto cosigner = place.cosigner();
  CHECK(place.cosign(*cosigner, 7)->starts_with(place.log.note(7)));
  wait_for([&] { return cosigner->standings()[0].cosigned == 1; });
}

}  // namespace
}  // namespace usufruct
