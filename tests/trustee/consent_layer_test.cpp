// What the consents of data subjects say of a request, before anyone decides on it.
#include <doctest/doctest.h>

#include <map>

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

TEST_CASE(
    "consent layer: one consent that covers is enough, and answers that do not are a refusal") {
  World world;
  world.terms();
  const auto asked = [&] { return said(world, world.request()); };
  CHECK(asked() == Said{Answer::abstain, "consent-not-asked", Answer::abstain});
  const RecordId narrow = world.consent("s1", {"dpv:Marketing"});
  CHECK(asked() == Said{Answer::deny, "consent-purpose", Answer::deny});
  CHECK(state_of(world) == CaseState::rejected_by_terms);
  CHECK(verdict(world.log("ama", world.decision("ama"))) == "decision-forbidden");
  const RecordId covering = world.consent("s2");
  CHECK(asked() == Said{Answer::permit, "", Answer::permit});
  world.must("owner", world.withdrawal("owner", covering));
  CHECK(asked() == Said{Answer::deny, "consent-purpose", Answer::deny});
  world.must("owner", world.withdrawal("owner", narrow));
  CHECK(asked() == Said{Answer::deny, "consent-none", Answer::deny});
}

TEST_CASE("consent layer: what is consented to or withdrawn later changes no vote") {
  World world;
  world.consent("s1");
  const RecordId early = world.request();
  world.must("ama", world.decision("ama"));
  const auto before = screen(world.graph(), early)->digest;
  world.consent("s2", {"dpv:Marketing"});
  world.must("owner", world.withdrawal("owner", world.last["consent s1"]));
  world.advance_days(1);
  Record begins_later =
      world.draft("owner", Consent{.purposes = {"dpv:Marketing"}, .actions = {"ai-training"}});
  begins_later.valid_from = world.now().plus_days(9);
  begins_later.add(Role::covers, world.last["dataset"]);
  begins_later.add(Role::subject, World::commitment("s3"));
  world.must("owner", begins_later);
  CHECK(screen(world.graph(), early)->digest == before);
  CHECK(tally(world.graph(), early, world.now())->approvals == 1);
  // Nor does it wake what had lapsed, or was refused.
  World late;
  late.consent("s1", {"dpv:Marketing"});
  const RecordId refused = late.request();
  late.consent("s2");
  CHECK(said(late, refused).answer == Answer::deny);
  CHECK(said(late, late.request()).answer == Answer::permit);
}

TEST_CASE("consent layer: only the newest word of a subject counts") {
  World world;
  world.consent("s1");
  world.consent("s1", {"dpv:Marketing"});
  CHECK(said(world, world.request()).answer == Answer::deny);
  world.consent("s1");
  CHECK(said(world, world.request()).answer == Answer::permit);
}

TEST_CASE(
    "consent layer: what cannot be told is the trustees' to judge, and what is not covered is "
    "told") {
  World world;
  world.consent("s1", {"dpv:AcademicResearch"});
  // Broader than what was agreed to is not covered; what nobody knows cannot be told.
  CHECK(said(world, world.request({"dpv:ResearchAndDevelopment"})).answer == Answer::deny);
  CHECK(said(world, world.request({"own:Folklore"})) ==
        Said{Answer::abstain, "consent-purpose", Answer::abstain});
  Record limited = world.draft("owner", Consent{.purposes = {"dpv:ResearchAndDevelopment"},
                                                .actions = {"ai-training"},
                                                .excluded_purposes = {"dpv:AcademicResearch"},
                                                .recipients = {"hospital"},
                                                .storage_jurisdictions = {"FR"},
                                                .processing_jurisdictions = {"DE"},
                                                .retention_days = 30});
  limited.add(Role::covers, world.last["dataset"]);
  limited.add(Role::subject, World::commitment("s2"));
  world.must("owner", limited);
  world.must("owner", world.withdrawal("owner", world.last["consent s1"]));
  const auto screening = screen(world.graph(), world.request());
  std::map<std::string, std::string> wanted;
  for (const auto& reason : layer_of(*screening).reasons) wanted[reason.code] = reason.wanted;
  CHECK(wanted["consent-excluded"] == "dpv:AcademicResearch");
  CHECK(wanted["consent-storage"] == "FR");
  CHECK(wanted["consent-processing"] == "DE");
  CHECK(wanted["consent-recipient"] == "hospital");
  CHECK(wanted["consent-duration"] == "30");
  CHECK_FALSE(wanted.contains("consent-action"));
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

TEST_CASE("consent layer: of many consents the newest are looked at, and the rest is not refused") {
  World world;
  world.consent("first");
  const RecordId dataset = world.last["dataset"];
  const auto heard = [&] {
    return consents_heard(world.graph(), *world.graph().find(dataset), world.now(),
                          world.graph().size());
  };
  // Of few subjects and of many: records are counted, so that nobody makes a look long.
  for (std::size_t i = 1; i < consents_looked_at_max; ++i) {
    world.consent("s" + std::to_string(i % 7), {"dpv:Marketing"});
  }
  CHECK(heard().is_whole);
  CHECK(heard().valid.size() == 2);
  CHECK(said(world, world.request()).answer == Answer::permit);
  // One more, and the first is out of sight: nothing is refused for that.
  world.consent("another", {"dpv:Marketing"});
  CHECK_FALSE(heard().is_whole);
  CHECK(heard().valid.size() == 1);
  CHECK(said(world, world.request()) == Said{Answer::abstain, "consent-unseen", Answer::abstain});
  world.consent("newest");
  CHECK(said(world, world.request()).answer == Answer::permit);
}

}  // namespace
