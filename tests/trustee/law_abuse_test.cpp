#include <doctest/doctest.h>

#include "crypto/hash.h"
#include "trustee/impact.h"
#include "trustee/law.h"
#include "trustee/ppm.h"
#include "trustee/quorum.h"
#include "world.h"

// Ways round the law that each were, or could have been, open.

namespace usufruct {
namespace {

/// A licence on the dataset.
Record licence(World& world, const std::string& issuer, std::string expression,
               LicenceSource source) {
  Record record =
      world.draft(issuer, Licence{.expression = std::move(expression), .source = source});
  record.add(Role::on, world.last["dataset"]);
  return record;
}

/// The next record of a party, under another key.
RecordId change_key(World& world, const std::string& name, const std::string& new_name) {
  Record next = world.draft(new_name, Party{.name = name});
  next.add(Role::supersedes, world.party(name));
  const auto id = world.log(next, {name, new_name});
  REQUIRE(id);
  return *id;
}

CaseState state_of(World& world) {
  return tally(world.graph(), world.last["request"], world.now())->state;
}

TEST_CASE("law: a stranger does not supersede the owner's licence, nor void votes by one") {
  World world;
  world.terms();
  const auto declared =
      world.must("owner", licence(world, "owner", "CC-BY-NC-4.0", LicenceSource::declared));
  Record theft = licence(world, "trainer", "CC0-1.0", LicenceSource::inferred);
  theft.add(Role::supersedes, declared);
  CHECK(verdict(world.log("trainer", theft)) == "licence-succession");
  Record elsewhere =
      world.draft("owner", Licence{.expression = "CC0-1.0", .source = LicenceSource::audited});
  elsewhere.add(Role::on, world.last["version"]);
  elsewhere.add(Role::supersedes, declared);
  CHECK(verdict(world.log("owner", elsewhere)) == "licence-succession");
  Record newer = licence(world, "owner", "CC-BY-4.0", LicenceSource::declared);
  newer.add(Role::supersedes, declared);
  CHECK(verdict(world.log("owner", newer)) == "admitted");
  newer.issued_at = world.now();
  CHECK(verdict(world.log("owner", newer)) == "licence-succession");

  World other = granted_world();
  other.must("auditor", licence(other, "auditor", "LicenseRef-none", LicenceSource::inferred));
  CHECK(state_of(other) == CaseState::approved);
  other.must("chi", licence(other, "chi", "LicenseRef-none", LicenceSource::audited));
  CHECK(state_of(other) == CaseState::in_review);
}

TEST_CASE("law: a settlement under a request is not one of its releases") {
  World world = granted_world();
  Settlement body;
  body.currency = "EUR";
  body.lines = {{world.last["version"].digest, "per release", 1}};
  Record record = world.draft("auditor", body);
  record.add(Role::under, world.last["request"]);
  record.add(Role::to, world.party("owner"));
  world.must("auditor", record);
  CHECK(verdict(world.log("ama", world.release())) == "admitted");
  CHECK(verdict(world.log("ama", world.release())) == "release-count");
}

TEST_CASE("law: a subject is named in this log only") {
  World world;
  world.terms();
  Record record = world.draft("owner", Consent{.purposes = {"p"}, .actions = {"a"}});
  record.refs = {{Role::covers, world.last["dataset"], ""},
                 {Role::subject, World::commitment("s1"), "another.example/log"}};
  CHECK(verdict(world.log("owner", record)) == "ref-known");
  record.refs.insert(record.refs.begin() + 1, {Role::subject, World::commitment("s1"), ""});
  CHECK(verdict(world.log("owner", record)) == "ref-known");
}

TEST_CASE("law: refs twice in a role that asks for one are refused") {
  World world = granted_world();
  Record two = world.release();
  two.add(Role::to, world.party("auditor"));
  CHECK(verdict(world.log("ama", two)) == "ref-count");
  Record none = world.release();
  std::erase_if(none.refs, [](const Ref& ref) { return ref.role == Role::under; });
  CHECK(verdict(world.log("ama", none)) == "ref-count");
}

TEST_CASE("law: another party's model is not used") {
  World world = released_world();
  world.last["run"] = world.must("trainer", world.run());
  const auto model = world.must("trainer", world.model());
  Record run = world.draft("auditor", Run{.type = RunType::evaluate});
  run.add(Role::used, model);
  CHECK(verdict(world.log("auditor", run)) == "run-recipient");
  run.issuer = world.did("trainer");
  CHECK(verdict(world.log("trainer", run)) == "admitted");
}

TEST_CASE("law: setting the claimed time back does not lengthen a grant") {
  World world = released_world();
  Record run = world.run();
  world.advance_days(400);
  CHECK(verdict(world.log("trainer", run)) == "run-term");
  World other = released_world();
  Record ahead = other.run();
  body_of<Run>(ahead).started_at = other.now().plus_days(400);
  CHECK(verdict(other.log("trainer", ahead)) == "run-term");
}

TEST_CASE(
    "law: a trainer gets what was granted under the key it has now, and none once withdrawn") {
  World world = granted_world();
  const auto next = change_key(world, "trainer", "trainer-2");
  CHECK(verdict(world.log("ama", world.release())) == "release-recipient");
  Record record = world.release();
  std::erase_if(record.refs, [](const Ref& ref) { return ref.role == Role::to; });
  record.add(Role::to, next);
  Record late = record;
  CHECK(verdict(world.log("ama", record)) == "admitted");

  World gone = granted_world();
  gone.must("trainer", gone.withdrawal("trainer", gone.party("trainer")));
  CHECK(verdict(gone.log("ama", gone.release())) == "release-recipient");
}

TEST_CASE("law: claims that do not follow from the counts are refused") {
  World world = granted_world();
  const auto with = [&](auto change) {
    Record record = world.release();
    change(body_of<Release>(record));
    return verdict(world.log("ama", record));
  };
  CHECK(with([](Release& r) { r.average_risk_ppm = 1; }) == "release-claims");
  CHECK(with([](Release& r) { r.classes = 0; }) == "release-claims");
  CHECK(with([](Release& r) {
          r.classes = 2;
          r.average_risk_ppm = ppm_rounded_up(2, r.rows_released);
        }) == "release-claims");
  CHECK(with([](Release& r) { r.classes = UINT64_MAX; }) == "release-claims");
  CHECK(with([](Release& r) {
          r.k = UINT64_MAX;
          r.highest_risk_ppm = 1;
        }) == "release-claims");
  CHECK(with([](Release& r) { r.quality_ppm = 1'000'001; }) == "release-claims");
  CHECK(with([](Release& r) { r.l_distinct = 4; }) == "release-claims");
  CHECK(with([](Release& r) { r.recipe[0].level_max = 3; }) == "release-columns");
  CHECK(with([](Release& r) { r.recipe[0].level_min = 2; }) == "release-columns");
  CHECK(with([](Release& r) {
          r.recipe[0].level_min = UINT32_MAX;
          r.recipe[0].level_max = UINT32_MAX;
        }) == "release-columns");
  CHECK(with([](Release& r) { r.recipe.push_back(r.recipe[0]); }) == "release-columns");
  // Three subjects, one row each: four rows are one too many.
  CHECK(with([](Release& r) {
          r.rows_consented = 4;
          r.rows_released = 4;
          follow_counts(r);
        }) == "release-consents");
  CHECK(with([](Release&) {}) == "admitted");
}

TEST_CASE("law: nothing is given to a charter that does not stand") {
  World world;
  const auto charter = world.charter();
  Record next = world.graph().find(charter)->record;
  next.issued_at = world.now();
  next.add(Role::supersedes, charter);
  REQUIRE(world.log(next, {"owner", "ama", "ben", "chi"}));
  Record dataset = world.draft("owner", Dataset{.title = "d"});
  dataset.add(Role::held_by, charter);
  CHECK(verdict(world.log("owner", dataset)) == "dataset-held");
  next.issued_at = world.now();
  CHECK(verdict(world.log(next, {"owner", "ama", "ben", "chi"})) == "trust-succession");

  World other;
  const auto withdrawn = other.charter();
  other.must("owner", other.withdrawal("owner", withdrawn));
  Record orphan = other.draft("owner", Dataset{.title = "d"});
  orphan.add(Role::held_by, withdrawn);
  CHECK(verdict(other.log("owner", orphan)) == "dataset-held");
}

TEST_CASE("law: a newer charter changes nothing for what the older one holds") {
  World world = granted_world();
  Record next = world.graph().find(world.last["trust"])->record;
  next.issued_at = world.now();
  next.body = Trust{.name = "mine alone", .threshold = 1};
  std::erase_if(next.refs, [](const Ref& ref) { return ref.role == Role::trustee; });
  next.add(Role::trustee, world.party("chi"));
  next.add(Role::supersedes, world.last["trust"]);
  REQUIRE(world.log(next, {"owner", "chi"}));
  world.request();
  world.must("chi", world.decision("chi"));
  CHECK(verdict(world.log("ama", world.release())) == "release-grant");
}

TEST_CASE("law: terms hold only while they are valid") {
  World world;
  world.terms();
  const Terms same = *world.graph().find(world.last["terms"])->record.as<Terms>();
  Record record = world.terms_record(same, world.last["dataset"]);
  record.valid_to = world.now().plus_days(10);
  world.last["terms"] = world.must("owner", record);
  for (const auto* subject : {"s1", "s2"}) world.consent(subject);
  world.request();
  world.must("ama", world.decision("ama"));
  world.must("ben", world.decision("ben"));
  CHECK(state_of(world) == CaseState::approved);
  world.advance_days(11);
  CHECK(state_of(world) == CaseState::ended);
  CHECK(verdict(world.log("ama", world.release())) == "release-grant");
  Record late = world.draft(
      "trainer", Request{.purposes = {"dpv:AcademicResearch"}, .actions = {"ai-training"}});
  late.add(Role::for_, world.last["version"]);
  CHECK(verdict(world.log("trainer", late)) == "request-open");
}

TEST_CASE("law: terms withdrawn end what was granted under them") {
  World world = granted_world();
  world.must("owner", world.withdrawal("owner", world.last["terms"]));
  CHECK(verdict(world.log("ama", world.release())) == "release-grant");
}

TEST_CASE("law: a trainer's newer record changes no assessment") {
  World world = granted_world();
  const auto before = screen(world.graph(), world.last["request"])->digest;
  Record next = world.draft("trainer", Party{.name = "trainer", .classes = {"hospital"}});
  next.add(Role::supersedes, world.party("trainer"));
  world.must("trainer", next);
  const auto after = screen(world.graph(), world.last["request"]);
  REQUIRE(after);
  CHECK(after->digest == before);
  CHECK(party_before(world.graph(), world.did("trainer"), world.graph().size())
            ->record.as<Party>()
            ->classes.size() == 1);
  CHECK(state_of(world) == CaseState::approved);
}

TEST_CASE("law: a refusal that takes the place of a consent withdraws it") {
  for (const auto after : {AfterWithdrawal::ask_again, AfterWithdrawal::exclude}) {
    World world = granted_world(after);
    Record refusal = world.draft("owner", Consent{.status = ConsentStatus::refused});
    refusal.add(Role::covers, world.last["dataset"]);
    refusal.add(Role::subject, World::commitment("s2"));
    refusal.add(Role::supersedes, world.last["consent s2"]);
    world.must("owner", refusal);
    CHECK(verdict(world.log("ama", world.release())) ==
          (after == AfterWithdrawal::ask_again ? "release-grant" : "admitted"));
  }
}

TEST_CASE("law: a trustee with a new key does not vote twice, and the old key is dead") {
  World world;
  world.consent("s1");
  world.request();
  world.must("ama", world.decision("ama"));
  change_key(world, "ama", "ama-2");
  CHECK(verdict(world.log("ama-2", world.decision("ama-2"))) == "decision-second-vote");
  CHECK(verdict(world.log("ama", world.decision("ama"))) == "issuer-registered");
  CHECK(tally(world.graph(), world.last["request"], world.now())->approvals == 1);
  change_key(world, "chi", "chi-2");
  world.must("chi-2", world.decision("chi-2"));
  CHECK(state_of(world) == CaseState::approved);
}

TEST_CASE("law: the owner's old key states nothing, the custodian's new key releases") {
  World world = granted_world();
  change_key(world, "owner", "owner-2");
  Record consent = world.draft("owner", Consent{.purposes = {"p"}, .actions = {"a"}});
  consent.add(Role::covers, world.last["dataset"]);
  consent.add(Role::subject, World::commitment("s9"));
  CHECK(verdict(world.log("owner", consent)) == "issuer-registered");
  CHECK(verdict(world.log("owner", world.withdrawal("owner", world.last["dataset"]))) ==
        "issuer-registered");
  change_key(world, "ama", "ama-2");
  CHECK(verdict(world.log("ama", world.release())) == "issuer-registered");
  Record release = world.release();
  release.issuer = world.did("ama-2");
  CHECK(verdict(world.log("ama-2", release)) == "admitted");
}

TEST_CASE("law: one key is never two parties") {
  World world;
  change_key(world, "ben", "ben-2");
  CHECK(verdict(world.log("ben", world.draft("ben", Party{.name = "ben again"}))) == "party-new");
  Record merge = world.draft("chi", Party{.name = "chi"});
  merge.add(Role::supersedes, world.party("ama"));
  CHECK(verdict(world.log(merge, {"ama", "chi"})) == "party-new");
}

TEST_CASE("law: a withdrawn version, trust or request releases nothing") {
  for (const auto* what : {"version", "trust", "request"}) {
    CAPTURE(what);
    World world = granted_world();
    const std::string who = what == std::string("request") ? "trainer" : "owner";
    world.must(who, world.withdrawal(who, world.last[what]));
    CHECK(verdict(world.log("ama", world.release())) == "release-grant");
  }
}

TEST_CASE("law: an obligation is owed by who holds the record") {
  World world = released_world();
  const auto withdrawal = world.must("owner", world.withdrawal("owner", world.last["consent s1"]));
  Record record = world.draft("owner", Obligation{});
  record.add(Role::caused_by, withdrawal);
  record.add(Role::on, world.last["release"]);
  Record wrong = record;
  wrong.add(Role::owed_by, world.party("ben"));
  CHECK(verdict(world.log("owner", wrong)) == "obligation-owed");
  record.add(Role::owed_by, world.party("trainer"));
  CHECK(verdict(world.log("owner", record)) == "admitted");
}

TEST_CASE("law: any time in a copy of a log can be judged") {
  World world = released_world();
  const auto all = world.history();
  for (const std::int64_t ms : {std::int64_t{0}, INT64_MAX, INT64_MAX - 1}) {
    MemoryGraph graph;
    for (const auto& [time, record] : all) {
      // What the verdict is does not matter here: that there is one does.
      (void)usufruct_law(graph, {record, graph.size(), {ms}});
      graph.add({record.id(), graph.size(), {ms}, record.record(), record.signers()},
                hash_leaf(record.envelope()));
    }
    CHECK(graph.size() == all.size());
  }
}

/// A change to the refs of a record, numbered.
void change_refs(Record& record, std::size_t change, const std::vector<RecordId>& ids) {
  auto& refs = record.refs;
  switch (change) {
    case 0:
      refs.clear();
      return;
    case 1:
      for (auto& ref : refs) ref.id = RecordId{sha256(as_view("nothing"))};
      return;
    case 2:
      for (auto& ref : refs) ref.role = static_cast<Role>((static_cast<int>(ref.role) + 1) % 25);
      return;
    case 3:
      for (auto& ref : refs) ref.origin = "another.example/log";
      return;
    default:
      // Every ref names some record or other: wrong kinds, itself, what comes later.
      for (std::size_t i = 0; i < refs.size(); ++i) refs[i].id = ids[(change * 7 + i) % ids.size()];
  }
}

TEST_CASE("law: judges a copy in which refs are gone, dangle or are swapped") {
  World world = released_world();
  world.last["run"] = world.must("trainer", world.run());
  world.must("trainer", world.model());
  const auto withdrawal = world.must("owner", world.withdrawal("owner", world.last["consent s1"]));
  Record obligation = world.draft("owner", Obligation{});
  obligation.add(Role::caused_by, withdrawal);
  obligation.add(Role::on, world.last["release"]);
  obligation.add(Role::owed_by, world.party("trainer"));
  world.must("owner", obligation);
  const auto all = world.history();
  std::vector<RecordId> ids;
  for (const auto& [time, record] : all) ids.push_back(record.id());
  for (std::size_t changed = 0; changed < all.size(); ++changed) {
    for (std::size_t change = 0; change < 12; ++change) {
      CAPTURE(changed);
      CAPTURE(change);
      MemoryGraph graph;
      for (const auto& [time, record] : all) {
        Logged logged{record.id(), graph.size(), time, record.record(), record.signers()};
        if (graph.size() == changed) change_refs(logged.record, change, ids);
        (void)usufruct_law(graph, {record, graph.size(), time});
        graph.add(std::move(logged), hash_leaf(record.envelope()));
      }
      for (const auto& id : ids) {
        const auto reached = impact_of(graph, id);
        (void)obligations_of(graph, reached, WithdrawalEffect::retrain);
        (void)tally(graph, id, world.now());
        (void)grant_of(graph, id, world.now());
      }
      CHECK(graph.size() == all.size());
    }
  }
}

}  // namespace
}  // namespace usufruct
