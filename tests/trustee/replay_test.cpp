// Votes judged again by what the ledger held then.
#include "trustee/replay.h"

#include <doctest/doctest.h>

#include "tests/trustee/world.h"
#include "trustee/quorum.h"
#include "trustee/terms_history.h"

using namespace usufruct;

namespace {

/// The same log when it was shorter.
MemoryGraph graph_of(const World& world, std::uint64_t size) {
  MemoryGraph graph;
  for (std::uint64_t index = 0; index < size; ++index) {
    const auto& [time, verified] = world.history()[index];
    Logged logged{verified.id(), index, time, verified.record(), {}};
    for (const auto& signer : verified.signers()) logged.signers.push_back(signer);
    graph.add(std::move(logged), Digest{});
  }
  return graph;
}

/// A log in which everything that an assessment rests on changes now and then, in a random order.
class Restless : public World {
 public:
  explicit Restless(std::uint64_t seed) : random_(seed) {
    terms();
    consent("s0");
    for (int i = 0; i < 60; ++i) step();
  }
  const std::vector<RecordId>& requests() const { return requests_; }

 private:
  void step() {
    if (random_.next() % 4 == 0) advance_days(static_cast<std::int64_t>(random_.next() % 40));
    switch (random_.next() % 12) {
      case 0:
      case 1:
        requests_.push_back(request(random_.next() % 3 == 0
                                        ? std::vector<std::string>{"dpv:CommercialResearch"}
                                        : std::vector<std::string>{}));
        break;
      case 2:
        consent("s" + std::to_string(random_.next() % 3),
                {random_.next() % 2 == 0 ? "dpv:ResearchAndDevelopment" : "dpv:Marketing"});
        break;
      case 3:
        (void)log("owner", withdrawal("owner", last["consent s0"]));
        break;
      case 4:
        terms(random_.next() % 2 == 0 ? AfterWithdrawal::exclude : AfterWithdrawal::ask_again);
        break;
      case 5:
        license();
        break;
      case 6:
        if (last.contains("licence")) (void)log("owner", withdrawal("owner", last["licence"]));
        break;
      case 7:
        of_the_trust();
        break;
      default:
        vote();
        break;
    }
  }

  /// One that holds for a while only.
  void license() {
    const bool narrows = random_.next() % 2 == 0;
    Record record = draft("owner", Licence{.expression = narrows ? "CC-BY-NC-4.0" : "CC-BY-4.0",
                                           .source = LicenceSource::declared});
    if (random_.next() % 2 == 0) record.valid_to = now().plus_days(20);
    record.add(Role::on, last["dataset"]);
    if (const auto id = log("owner", record)) last["licence"] = *id;
  }

  void of_the_trust() {
    Terms terms;
    terms.rules = {{"no", Effect::forbid, {{ClauseKind::purpose, {"dpv:Marketing"}, 0, 0}}, {}},
                   {"ask", Effect::ask, {{ClauseKind::action, {"sell"}, 0, 0}}, {}}};
    terms.rules.resize(1 + random_.next() % 2);
    Record record = draft("owner", terms);
    record.add(Role::governs, last["trust"]);
    record.add(Role::under, last["vocabulary"]);
    if (last.contains("charter terms")) {
      const auto before = graph().find(last["charter terms"]);
      record.add(Role::supersedes, before->id);
      body_of<Terms>(record).comparison =
          comparison_with(graph(), before.get(), terms, TermsOf::others);
    }
    if (const auto id = log("owner", record)) last["charter terms"] = *id;
  }

  void vote() {
    if (requests_.empty()) return;
    const char* const trustees[] = {"ama", "ben", "chi"};
    const std::string trustee = trustees[random_.next() % 3];
    last["request"] = requests_[random_.next() % requests_.size()];
    if (screen(graph(), last["request"])) (void)log(trustee, decision(trustee));
  }

  SeededChance random_;
  std::vector<RecordId> requests_;
};

std::vector<RecordId> votes_in(const World& world) { return world.graph().of_kind(Kind::decision); }

TEST_CASE("replay: every vote that the law let in matches, and stands until something changes") {
  World world;
  world.consent("s1");
  world.request();
  world.must("ama", world.decision("ama"));
  auto votes = replay_all(world.graph(), votes_in(world));
  REQUIRE(votes.size() == 1);
  CHECK(votes[0].matches);
  CHECK(votes[0].stands);
  CHECK_FALSE(votes[0].error);
  // More consents change nothing that was signed; other terms do.
  world.consent("s2");
  CHECK(replay_all(world.graph(), votes_in(world))[0].stands);
  world.terms(AfterWithdrawal::ask_again);
  world.must("ben", world.decision("ben"));
  votes = replay_all(world.graph(), votes_in(world));
  REQUIRE(votes.size() == 2);
  CHECK(votes[0].matches);
  CHECK_FALSE(votes[0].stands);
  CHECK(votes[1].matches);
  CHECK(votes[1].stands);
}

TEST_CASE("replay: a vote on something else does not match, wherever it is") {
  World world = granted_world();
  Replay replay(world.graph());
  for (const auto& id : votes_in(world)) {
    Logged vote = *world.graph().find(id);
    CHECK(replay.judge(vote).matches);
    std::get<Decision>(vote.record.body).assessment->bytes[7] ^= 1;
    CHECK_FALSE(replay.judge(vote).matches);
    std::get<Decision>(vote.record.body).assessment.reset();
    CHECK_FALSE(replay.judge(vote).matches);
  }
  // On nothing, and before what it is on.
  Logged vote = *world.graph().find(votes_in(world)[0]);
  vote.index = 2;
  CHECK(replay.judge(vote).error->rule == "decision-open");
  vote.record.refs.clear();
  CHECK(replay.judge(vote).error->rule == "decision-open");
}

TEST_CASE("replay: at every moment of a restless log it is judged as the log was then") {
  std::size_t judged = 0;
  std::size_t changed = 0;
  std::size_t voted = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    const Restless world(seed);
    const std::uint64_t end = world.graph().size();
    Replay remembering(world.graph());
    for (const auto& id : world.requests()) {
      const auto request = world.graph().find(id);
      const auto at_the_end = screen(world.graph(), id, Suggest::no);
      for (std::uint64_t size = request->index + 1; size <= end; ++size) {
        const auto then = screen(graph_of(world, size), id, Suggest::no);
        Logged vote{id, size, request->time, {}, {}};
        vote.record.body = Decision{.assessment = then ? std::optional(then->digest) : Digest{}};
        vote.record.add(Role::on, id);
        const auto got = remembering.judge(vote);
        REQUIRE(got.matches == then.has_value());
        const bool stands = then && at_the_end && at_the_end->digest == then->digest;
        REQUIRE(got.stands == stands);
        ++judged;
        changed += got.matches && !got.stands ? 1 : 0;
      }
    }
    const auto votes = replay_all(world.graph(), votes_in(world));
    voted += votes.size();
    for (const auto& vote : votes) CHECK(vote.matches);
  }
  // So that agreeing says something.
  CHECK(judged > 1'000);
  CHECK(changed > 100);
  CHECK(voted > 10);
}

}  // namespace
