#include "trustee/further_terms.h"

#include <doctest/doctest.h>

#include "trustee/entitlement.h"
#include "trustee/quorum.h"
#include "trustee/terms_history.h"
#include "world.h"

namespace usufruct {
namespace {

using terms::Answer;
using terms::LayerKind;

Terms narrowing(const std::string& title, Effect effect, ClauseKind kind, std::string value) {
  Terms terms{.title = title};
  terms.rules = {{title, effect, {{kind, {std::move(value)}}}, {}}};
  terms.vocabulary_sha256 = terms::Vocabulary::builtin().digest();
  return terms;
}

/// A world whose trust has a community among its trustees.
struct Labelled : World {
  Labelled() {
    register_party("elders", Party{.type = PartyType::community});
    Record trust = draft("owner", Trust{.name = "trust", .threshold = 2});
    for (const auto* name : {"ama", "ben", "elders"}) trust.add(Role::trustee, party(name));
    trust.add(Role::custodian, party("ama"));
    const auto id = log(trust, {"owner", "ama", "ben", "elders"});
    REQUIRE(id);
    last["trust"] = *id;
    terms();
    consent("s");
  }

  std::string set(const std::string& as, const RecordId& governed, const Terms& terms,
                  std::optional<RecordId> supersedes = std::nullopt) {
    Record record = draft(as, terms);
    record.add(Role::governs, governed);
    record.add(Role::under, last["vocabulary"]);
    if (supersedes) {
      record.add(Role::supersedes, *supersedes);
      body_of<Terms>(record).comparison =
          comparison_with(graph(), graph().find(*supersedes).get(), terms, TermsOf::others);
    }
    const auto logged = log(as, record);
    if (logged) last["further"] = *logged;
    return verdict(logged);
  }

  Screening ask(std::vector<std::string> purposes = {}) {
    return *screen(graph(), request(std::move(purposes)));
  }
};

Answer said(const Screening& screening, LayerKind layer) {
  return screening.assessment.layers.at(static_cast<std::size_t>(layer)).answer;
}

TEST_CASE("further terms: a trust, a law and a community narrow what an owner permits") {
  Labelled world;
  const auto before = world.ask();
  REQUIRE(before.assessment.answer == Answer::permit);
  CHECK(before.further.empty());

  const auto trust = world.last["trust"];
  CHECK(world.set("owner", trust,
                  narrowing("no-science", Effect::forbid, ClauseKind::purpose,
                            "dpv:ScientificResearch")) == "admitted");
  const auto charter = world.last["further"];
  CHECK(said(world.ask({"dpv:ScientificResearch"}), LayerKind::charter) == Answer::deny);
  CHECK(said(world.ask({"dpv:AcademicResearch"}), LayerKind::charter) == Answer::permit);
  CHECK(world.ask({"dpv:ScientificResearch"}).assessment.answer == Answer::deny);

  Terms law = narrowing("assessed?", Effect::ask, ClauseKind::action, "ai-training");
  law.law = "EU";
  law.floor = {7, 100, 0};
  CHECK(world.set("owner", trust, law) == "admitted");
  const auto asked = world.ask({"dpv:AcademicResearch"});
  CHECK(said(asked, LayerKind::law) == Answer::abstain);
  CHECK(asked.assessment.answer == Answer::abstain);
  CHECK(asked.floor.k == 7);
  CHECK(asked.floor.suppression_max_per10000 == 100);

  Terms labels =
      narrowing("elders agree?", Effect::ask, ClauseKind::purpose, "dpv:ResearchAndDevelopment");
  labels.labels = {"tk:cs"};
  CHECK(world.set("elders", world.last["dataset"], labels) == "admitted");
  const auto labelled = world.ask({"dpv:AcademicResearch"});
  CHECK(said(labelled, LayerKind::labels) == Answer::abstain);
  CHECK(labelled.further.size() == 3);
  CHECK(labelled.digest != asked.digest);

  // What is taken back narrows no more.
  world.must("owner", world.withdrawal("owner", charter));
  CHECK(said(world.ask({"dpv:ScientificResearch"}), LayerKind::charter) == Answer::permit);
}

TEST_CASE("further terms: a community whose labels stand in the way must approve") {
  Labelled world;
  CHECK(world.set("elders", world.last["dataset"],
                  narrowing("elders agree?", Effect::ask, ClauseKind::purpose,
                            "dpv:ResearchAndDevelopment")) == "admitted");
  world.consent("s");
  world.request();
  const auto open = [&](const char* governed) {
    return open_with_votes(world.graph(), *world.graph().find(world.last[governed]), world.now());
  };
  CHECK(open("dataset").empty());
  world.must("ama", world.decision("ama"));
  for (const auto* governed : {"dataset", "trust"}) {
    CHECK(open(governed) == std::vector<RecordId>{world.last["request"]});
  }
  CHECK(open("version").empty());
  world.must("ben", world.decision("ben"));
  const auto without = tally(world.graph(), world.last["request"], world.now());
  CHECK(without->state == CaseState::in_review);
  const auto entitled = [&] {
    return entitlement_of(world.graph(), world.last["request"], world.now())->state;
  };
  // Enough others approved; that is no grant, and so nothing that could be suspended.
  CHECK(entitled() == EntitlementState::none);
  world.must("elders", world.decision("elders"));
  CHECK(entitled() == EntitlementState::active);
  CHECK(tally(world.graph(), world.last["request"], world.now())->state == CaseState::approved);
}

TEST_CASE("further terms: labels travel with what is made of the data") {
  Labelled world;
  CHECK(world.set("elders", world.last["dataset"],
                  narrowing("no-science", Effect::forbid, ClauseKind::purpose,
                            "dpv:ScientificResearch")) == "admitted");
  Record derived = world.draft("owner", Dataset{.title = "derived"});
  derived.add(Role::held_by, world.last["trust"]);
  derived.add(Role::derived_from, world.last["version"]);
  const auto dataset = world.must("owner", derived);
  const auto found =
      further_terms(world.graph(),
                    {world.graph().find(world.last["version"]), world.graph().find(dataset),
                     world.graph().find(world.last["trust"])},
                    world.now());
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().layer == LayerKind::labels);
}

TEST_CASE("further terms: an owner escapes no law by writing in other words") {
  Labelled world;
  CHECK(world.set("owner", world.last["trust"],
                  narrowing("no-science", Effect::forbid, ClauseKind::purpose,
                            "dpv:ScientificResearch")) == "admitted");
  std::vector<std::string> rows = terms::Vocabulary::builtin().words();
  rows.insert(std::ranges::find(rows, "purpose dpv:Purpose"), "purpose dpv:Aaa");
  std::ranges::sort(rows.begin(), std::ranges::find_if(rows, [](const auto& row) {
                      return !row.starts_with("purpose ");
                    }));
  const auto words = terms::Vocabulary::of_words(rows);
  REQUIRE(words);
  const auto record = world.must(
      "owner",
      world.draft("owner", Vocabulary{.name = "other", .sha256 = words->digest(), .words = rows}));
  Terms terms = *world.graph().find(world.last["terms"])->record.as<Terms>();
  terms.vocabulary_sha256 = words->digest();
  terms.comparison = TermsComparison::undecided;
  Record changed = world.draft("owner", terms);
  changed.add(Role::governs, world.last["dataset"]);
  changed.add(Role::supersedes, world.last["terms"]);
  changed.add(Role::under, record);
  world.must("owner", changed);
  const auto asked = world.ask({"dpv:ScientificResearch"});
  CHECK(asked.assessment.vocabulary == words->digest());
  CHECK(said(asked, LayerKind::charter) == Answer::deny);
}

TEST_CASE("further terms: who may say what is a rule") {
  Labelled world;
  const auto dataset = world.last["dataset"];
  const auto trust = world.last["trust"];
  const Terms plain = narrowing("n", Effect::forbid, ClauseKind::purpose, "dpv:Marketing");
  const auto with = [&](auto change) {
    Terms terms = plain;
    change(terms);
    return terms;
  };
  CHECK(world.set("ama", trust, plain) == "terms-owner");
  CHECK(world.set("ama", dataset, plain) == "terms-owner");
  world.register_party("others", Party{.type = PartyType::community});
  CHECK(world.set("others", dataset, plain) == "terms-owner");
  CHECK(world.set("elders", dataset, with([](Terms& t) {
                    t.price = 100;
                    t.currency = "EUR";
                  })) == "terms-layer");
  CHECK(world.set("elders", dataset, with([](Terms& t) { t.law = "EU"; })) == "terms-layer");
  CHECK(world.set("owner", trust, with([](Terms& t) { t.labels = {"tk:nc"}; })) == "terms-layer");
  CHECK(world.set("owner", trust, with([](Terms& t) {
                    t.after_withdrawal = AfterWithdrawal::ask_again;
                  })) == "terms-layer");
  CHECK(world.set("owner", trust, with([](Terms& t) { t.floor.l_distinct = 5; })) == "terms-floor");
  // A chain of its own each: the law of one jurisdiction does not supersede that of another.
  CHECK(world.set("owner", trust, with([](Terms& t) { t.law = "EU"; })) == "admitted");
  const auto eu = world.last["further"];
  CHECK(world.set("owner", trust, with([](Terms& t) { t.law = "CH"; })) == "admitted");
  CHECK(world.set("owner", trust, with([](Terms& t) { t.law = "EU"; })) == "terms-succession");
  CHECK(world.set("owner", trust, with([](Terms& t) { t.law = "CH"; }), eu) == "terms-succession");
  CHECK(world.set("owner", trust, with([](Terms& t) { t.law = "EU"; }), eu) == "admitted");
  // The owner's own terms go on beside a community's.
  CHECK(world.set("elders", dataset, plain) == "admitted");
  CHECK(newest_terms(world.graph(), dataset)->id == world.last["terms"]);
}

}  // namespace
}  // namespace usufruct
