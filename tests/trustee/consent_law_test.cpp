#include <doctest/doctest.h>

#include "trustee/consent_state.h"
#include "trustee/consents.h"
#include "world.h"

namespace usufruct {
namespace {

constexpr Time age_out{1'796'083'200'000};  // 2026-12-01

Consent agreed() {
  return {.purposes = {"dpv:ResearchAndDevelopment"}, .actions = {"ai-training"}};
}

/// A consent of a subject, to be filled in.
Record consent_of(World& world, const std::string& subject, Consent body) {
  Record record = world.draft("owner", std::move(body));
  record.add(Role::covers, world.last.at("dataset"));
  record.add(Role::subject, World::commitment(subject));
  return record;
}

World world_with_terms() {
  World world;
  world.register_party("community", Party{.type = PartyType::community});
  world.terms();
  return world;
}

Record of_child(World& world, const std::string& subject) {
  Consent body = agreed();
  body.guardian_relation = "parent";
  body.age_out_at = age_out;
  Record record = consent_of(world, subject, body);
  record.add(Role::guardian, World::commitment("a parent"));
  return record;
}

std::uint64_t covered_count(const World& world) {
  const auto dataset = world.graph().find(world.last.at("dataset"));
  const auto request = world.graph().find(world.last.at("request"));
  return covered_subjects(world.graph(), *dataset, *request, world.now(), world.graph().size())
      .subjects.size();
}

TEST_CASE("consent: no text of it can carry a name, a number or an address of a person") {
  World world = world_with_terms();
  const std::vector<void (*)(Consent&)> ways = {
      [](Consent& body) { body.legal_basis = "Anna Schmidt agreed"; },
      [](Consent& body) { body.legal_basis = "anna@example.org"; },
      [](Consent& body) { body.collection_method = "+49 170 1234567"; },
      [](Consent& body) { body.guardian_relation = "4917012345"; },
      [](Consent& body) { body.jurisdiction = "Müller"; },
      [](Consent& body) { body.purposes = {"for Anna"}; },
      [](Consent& body) { body.actions = {""}; },
      [](Consent& body) { body.recipients = {"Anna's doctor"}; },
      [](Consent& body) { body.data_categories = {"a b"}; },
      [](Consent& body) { body.storage_jurisdictions = {"a,b"}; },
      [](Consent& body) {
        body.language = "Anna";
        body.language += "-Schmidt-Muellerin";
      },
      [](Consent& body) { body.consent_type = std::string(1001, 'a'); },
      [](Consent& body) { body.withdrawal_method = "mailto:anna@example.org"; },
      [](Consent& body) { body.withdrawal_method = "https://anna@x.example/"; },
      [](Consent& body) { body.withdrawal_method = "https://x.example/w?who=anna"; },
      [](Consent& body) { body.withdrawal_method = "http://x.example/"; },
      [](Consent& body) { body.withdrawal_method = "https://"; }};
  for (std::size_t i = 0; i < ways.size(); ++i) {
    CAPTURE(i);
    Consent body = agreed();
    ways[i](body);
    CHECK(verdict(world.log("owner", consent_of(world, "s", body))) == "consent-texts");
  }
  Consent body = agreed();
  body.legal_basis = "eu-gdpr:A9-2-a";
  body.language = "zh-Hans-CN";
  body.withdrawal_method = "https://x.example/withdraw";
  CHECK(verdict(world.log("owner", consent_of(world, "s", body))) == "admitted");
}

TEST_CASE(
    "consent: a guardian is named with the relation and an age-out ahead, told to the month") {
  World world = world_with_terms();
  const auto refused = [&](Record record) {
    CHECK(verdict(world.log("owner", record)) == "consent-guardian");
  };
  Record record = of_child(world, "child");
  body_of<Consent>(record).age_out_at = {};
  refused(record);
  record = of_child(world, "child");
  body_of<Consent>(record).guardian_relation.clear();
  refused(record);
  record = of_child(world, "child");
  std::erase_if(record.refs, [](const Ref& ref) { return ref.role == Role::guardian; });
  refused(record);
  body_of<Consent>(record).guardian_relation.clear();  // an age-out alone
  refused(record);
  record = of_child(world, "child");
  body_of<Consent>(record).age_out_at = age_out.plus_days(11);  // a birthday
  refused(record);
  body_of<Consent>(record).age_out_at = age_out.plus_ms(1);
  refused(record);
  body_of<Consent>(record).age_out_at = {1'788'220'800'000};  // 2026-09-01, over
  refused(record);
  record = of_child(world, "a parent");  // its own
  refused(record);
  record = of_child(world, "child");
  for (const auto* more : {"b", "c"}) record.add(Role::guardian, World::commitment(more));
  CHECK(verdict(world.log("owner", record)) == "ref-count");
  CHECK(verdict(world.log("owner", of_child(world, "child"))) == "admitted");
}

TEST_CASE("consent: a guardian's ends when the child comes of age, whatever its validity says") {
  World world = world_with_terms();
  Record record = of_child(world, "child");
  record.valid_to = age_out.plus_days(1000);
  const auto id = world.must("owner", record);
  world.consent("adult");
  world.request();
  CHECK(covered_count(world) == 2);
  const auto dataset = world.graph().find(world.last["dataset"]);
  const auto state_at = [&](Time at) {
    return consent_state_of(world.graph(), *dataset, World::commitment("child"), at,
                            world.graph().size());
  };
  CHECK(state_at(age_out.plus_ms(-1)) == ConsentState::given);
  CHECK(state_at(age_out) == ConsentState::expired);
  world.advance_days(80);
  CHECK(covered_count(world) == 1);
  // What the child says itself needs no guardian any more.
  Record own = consent_of(world, "child", agreed());
  own.add(Role::supersedes, id);
  CHECK(verdict(world.log("owner", own)) == "admitted");
  CHECK(covered_count(world) == 2);
}

TEST_CASE("consent: a minor does not come of age by a newer record") {
  World world = world_with_terms();
  const auto id = world.must("owner", of_child(world, "child"));
  Record own = consent_of(world, "child", agreed());
  own.add(Role::supersedes, id);
  CHECK(verdict(world.log("owner", own)) == "consent-guardian");
  Record later = of_child(world, "child");
  later.add(Role::supersedes, id);
  body_of<Consent>(later).age_out_at = {1'830'297'600'000};  // 2028-01-01
  CHECK(verdict(world.log("owner", later)) == "consent-guardian");
  // Not by a refusal between them either.
  Record refusal = consent_of(world, "child", Consent{.status = ConsentStatus::refused});
  refusal.add(Role::supersedes, id);
  CHECK(verdict(world.log("owner", refusal)) == "consent-guardian");
  body_of<Consent>(refusal).age_out_at = age_out;
  const auto refused = world.must("owner", refusal);
  own.refs.clear();
  own.add(Role::covers, world.last["dataset"]);
  own.add(Role::subject, World::commitment("child"));
  own.add(Role::supersedes, refused);
  CHECK(verdict(world.log("owner", own)) == "consent-guardian");
  // A wrong date is put right in the open: what it was found in is void.
  Record again = of_child(world, "child");
  again.add(Role::supersedes, refused);
  const auto given = world.must("owner", again);
  Record found = consent_of(world, "child", Consent{.status = ConsentStatus::invalidated});
  found.add(Role::supersedes, given);
  const auto invalid = world.must("owner", found);
  later.refs.clear();
  later.add(Role::covers, world.last["dataset"]);
  later.add(Role::subject, World::commitment("child"));
  later.add(Role::guardian, World::commitment("a parent"));
  later.add(Role::supersedes, invalid);
  CHECK(verdict(world.log("owner", later)) == "admitted");
}

TEST_CASE("consent: a community signs what it gives for its members, and takes it back") {
  World world = world_with_terms();
  Record record = consent_of(world, "member", agreed());
  record.add(Role::party, world.party("community"));
  CHECK(verdict(world.log("owner", record)) == "consent-collective");
  CHECK(verdict(world.log(record, {"owner", "trainer"})) == "consent-collective");
  Record other = consent_of(world, "member", agreed());
  other.add(Role::party, world.party("trainer"));  // an organisation
  CHECK(verdict(world.log(other, {"owner", "trainer"})) == "consent-collective");
  const auto id = *world.log(record, {"owner", "community"});
  world.request();
  CHECK(covered_count(world) == 1);
  // Nobody else speaks for the member from now on, and a refusal needs no signature but its name.
  Record own = consent_of(world, "member", agreed());
  own.add(Role::supersedes, id);
  CHECK(verdict(world.log("owner", own)) == "consent-collective");
  CHECK(verdict(world.log("trainer", world.withdrawal("trainer", id))) == "withdrawal-owner");
  CHECK(verdict(world.log("community", world.withdrawal("community", id))) == "admitted");
  CHECK(covered_count(world) == 0);
  own.add(Role::party, world.party("community"));
  CHECK(verdict(world.log("owner", own)) == "consent-collective");
  CHECK(verdict(world.log(own, {"owner", "community"})) == "admitted");
  CHECK(covered_count(world) == 1);
}

TEST_CASE("consent: one that names data categories names all of its dataset") {
  World world = world_with_terms();
  Record of_health = world.draft("owner", Dataset{.title = "health",
                                                  .personal_data = PersonalData::special,
                                                  .data_categories = {"pd:Genetic", "pd:Age"}});
  of_health.add(Role::held_by, world.last["trust"]);
  Consent body = agreed();
  body.data_categories = {"pd:Health"};
  CHECK(verdict(world.log("owner", consent_of(world, "s", body))) == "consent-categories");
  world.last["dataset"] = world.must("owner", of_health);
  CHECK(verdict(world.log("owner", consent_of(world, "s", body))) == "consent-categories");
  // Without terms there are no words in which one category is a kind of another.
  body.data_categories = {"pd:Health", "pd:Demographic"};
  CHECK(verdict(world.log("owner", consent_of(world, "s", body))) == "consent-categories");
  world.last.erase("terms");
  world.terms();
  body.data_categories = {"pd:Health"};
  CHECK(verdict(world.log("owner", consent_of(world, "s", body))) == "consent-categories");
  body.data_categories = {"nothing", "pd:Health"};
  CHECK(verdict(world.log("owner", consent_of(world, "s", body))) == "consent-categories");
  body.data_categories = {"pd:Health", "pd:Demographic"};
  CHECK(verdict(world.log("owner", consent_of(world, "s", body))) == "admitted");
  CHECK(verdict(world.log("owner", consent_of(world, "t", agreed()))) == "admitted");
}

TEST_CASE("consent: recipients, places and time of a consent bind who asks") {
  World world = world_with_terms();
  world.register_party("clinic", Party{.classes = {"hospital"}});
  Consent body = agreed();
  body.recipients = {"hospital"};
  body.storage_jurisdictions = {"EU"};
  body.retention_days = 365;
  world.must("owner", consent_of(world, "s", body));
  const auto covered = [&](const std::string& who, std::vector<std::string> recipients,
                           std::vector<std::string> places, std::uint32_t days) {
    Record record = world.draft(who, Request{.purposes = {"dpv:AcademicResearch"},
                                             .actions = {"ai-training"},
                                             .recipients = std::move(recipients),
                                             .jurisdictions = std::move(places),
                                             .duration_days = days});
    record.add(Role::for_, world.last["version"]);
    world.last["request"] = world.must(who, record);
    return covered_count(world);
  };
  CHECK(covered("clinic", {}, {"DE"}, 365) == 1);   // by its class
  CHECK(covered("trainer", {}, {"DE"}, 365) == 0);  // it has none
  CHECK(covered("trainer", {"hospital"}, {"DE"}, 1) == 1);
  CHECK(covered("clinic", {"commercial"}, {"DE"}, 365) == 0);
  CHECK(covered("clinic", {}, {"DE", "US"}, 365) == 0);
  CHECK(covered("clinic", {}, {}, 365) == 0);
  CHECK(covered("clinic", {}, {"DE"}, 366) == 0);
  CHECK(covered("clinic", {}, {"DE"}, 0) == 0);
}

TEST_CASE("consent: what is worked out for one is not taken for another that says something else") {
  World world = world_with_terms();
  world.request();
  std::uint64_t good = 0;
  for (int i = 0; i < 60; ++i) {
    Consent body = agreed();
    if (i % 2 == 1) body.excluded_purposes = {"dpv:AcademicResearch"};
    if (i % 3 == 1) body.retention_days = i % 5 == 0 ? 1U : 1000U + static_cast<std::uint32_t>(i);
    if (i % 7 == 1) body.language = "en";
    const auto dataset = world.graph().find(world.last["dataset"]);
    const auto request = world.graph().find(world.last["request"]);
    const auto id = world.must("owner", consent_of(world, "s" + std::to_string(i), body));
    good += covers_subject(world.graph(), *dataset, World::commitment("s" + std::to_string(i)),
                           *request, world.now(), world.graph().size())
                ? 1
                : 0;
    CHECK(world.graph().find(id) != nullptr);
  }
  CHECK(covered_count(world) == good);
  CHECK(good > 0);
  CHECK(good < 60);
}

}  // namespace
}  // namespace usufruct
