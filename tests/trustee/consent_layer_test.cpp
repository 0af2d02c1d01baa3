// What the consents of data subjects say of a request, before anyone decides on it.
#include <doctest/doctest.h>

#include "tests/trustee/world.h"
#include "trustee/consents.h"
#include "trustee/quorum.h"

using namespace usufruct;
using terms::Answer;
using terms::LayerKind;

namespace {

const terms::Layer& layer_of(const Screening& screening) {
  return screening.assessment.layers.at(static_cast<std::size_t>(LayerKind::consent));
}

struct Said {
  Answer answer;
  std::string code;
  Answer whole;
  bool operator==(const Said&) const = default;
};

/// What is said of a request for research.
Said said(World& world, const RecordId& request) {
  const auto screening = screen(world.graph(), request);
  REQUIRE(screening);
  const auto& layer = layer_of(*screening);
  return {layer.answer, layer.reasons.empty() ? "" : layer.reasons.front().code,
          screening->assessment.answer};
}

CaseState state_of(World& world) {
  return tally(world.graph(), world.last["request"], world.now())->state;
}

TEST_CASE("consent layer: one consent that covers is enough, and none is a refusal") {
  World world;
  const RecordId request = world.request();
  CHECK(said(world, request) == Said{Answer::deny, "consent-none", Answer::deny});
  CHECK(state_of(world) == CaseState::rejected_by_terms);
  CHECK(verdict(world.log("ama", world.decision("ama"))) == "decision-forbidden");

  const RecordId narrow = world.consent("s1", {"dpv:Marketing"});
  CHECK(said(world, request) == Said{Answer::deny, "consent-narrower", Answer::deny});
  const RecordId covering = world.consent("s2");
  CHECK(said(world, request) == Said{Answer::permit, "", Answer::permit});
  CHECK(state_of(world) == CaseState::in_review);
  // Whose consent it is does not show, and more of them change nothing that was signed.
  const auto before = screen(world.graph(), request)->digest;
  world.consent("s3");
  CHECK(screen(world.graph(), request)->digest == before);

  world.must("owner", world.withdrawal("owner", covering));
  world.must("owner", world.withdrawal("owner", world.last["consent s3"]));
  CHECK(said(world, request) == Said{Answer::deny, "consent-narrower", Answer::deny});
  world.must("owner", world.withdrawal("owner", narrow));
  CHECK(said(world, request) == Said{Answer::deny, "consent-none", Answer::deny});
}

TEST_CASE("consent layer: only the newest word of a subject counts") {
  World world;
  world.consent("s1");
  const RecordId request = world.request();
  world.consent("s1", {"dpv:Marketing"});
  CHECK(said(world, request).answer == Answer::deny);
  world.consent("s1");
  CHECK(said(world, request).answer == Answer::permit);
}

TEST_CASE("consent layer: what is known of nobody is the trustees' to judge") {
  World world;
  world.consent("s1", {"dpv:AcademicResearch"});
  // Broader than what was agreed to is not covered; what nobody knows cannot be told.
  CHECK(said(world, world.request({"dpv:ResearchAndDevelopment"})).answer == Answer::deny);
  CHECK(said(world, world.request({"own:Folklore"})) ==
        Said{Answer::abstain, "consent-uncertain", Answer::abstain});
}

TEST_CASE("consent layer: without personal data nobody is asked") {
  World world;
  if (!world.last.contains("trust")) world.charter();
  Record record =
      world.draft("owner", Dataset{.title = "weather", .personal_data = PersonalData::none});
  record.add(Role::held_by, world.last["trust"]);
  world.last["dataset"] = world.must("owner", record);
  CHECK(said(world, world.request()) == Said{Answer::permit, "", Answer::permit});
}

TEST_CASE("consent layer: of many subjects the newest are looked at, and the rest is not refused") {
  World world;
  const RecordId request = world.request();
  const RecordId dataset = world.last["dataset"];
  const auto heard = [&] {
    return consents_heard(world.graph(), *world.graph().find(dataset), world.now());
  };
  world.consent("first");
  CHECK(heard().valid.size() == 1);
  for (std::size_t i = 1; i < consents_looked_at_max; ++i) {
    world.consent("s" + std::to_string(i), {"dpv:Marketing"});
  }
  CHECK(heard().is_whole);
  CHECK(heard().valid.size() == 2);
  CHECK(said(world, request).answer == Answer::permit);
  // One more, and the first is out of sight: nothing is refused for that.
  world.consent("another", {"dpv:Marketing"});
  CHECK_FALSE(heard().is_whole);
  CHECK(heard().valid.size() == 1);
  CHECK(said(world, request) == Said{Answer::abstain, "consent-uncertain", Answer::abstain});
  world.consent("newest");
  CHECK(said(world, request).answer == Answer::permit);
}

}  // namespace
