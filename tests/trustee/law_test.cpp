#include "trustee/law.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <fstream>
#include <iterator>

#include "crypto/did_key.h"
#include "crypto/hash.h"
#include "ledger/view/memory_graph.h"
#include "trustee/impact.h"
#include "trustee/law/rules.h"
#include "trustee/quorum.h"
#include "trustee/terms/vocabulary.h"
#include "world.h"

namespace usufruct {
namespace {

TEST_CASE("law: the whole story is admitted") {
  World world = released_world();
  world.last["run"] = world.must("trainer", world.run());
  world.last["model"] = world.must("trainer", world.model());
  const auto withdrawal = world.must("owner", world.withdrawal("owner", world.last["consent s1"]));
  const auto reached = impact_of(world.graph(), world.last["consent s1"]);
  REQUIRE(reached.size() == 3);
  CHECK(reached[0].record->id == world.last["release"]);
  CHECK(reached[1].record->id == world.last["run"]);
  CHECK(reached[2].record->id == world.last["model"]);
  for (const auto& due : obligations_of(world.graph(), reached, WithdrawalEffect::stop_future)) {
    Record record = world.draft("owner", Obligation{.action = due.action});
    record.add(Role::caused_by, withdrawal);
    record.add(Role::on, due.on);
    record.add(Role::owed_by, due.owed_by->id);
    world.last["obligation"] = world.must("owner", record);
  }
  Record answer = world.graph().find(world.last["obligation"])->record;
  answer.issuer = world.did("trainer");
  body_of<Obligation>(answer).state = ObligationState::done;
  answer.add(Role::answers, world.last["obligation"]);
  CHECK(verdict(world.log("owner", [&] {
          Record forged = answer;
          forged.issuer = world.did("owner");
          return forged;
        }())) == "obligation-answer");
  CHECK(verdict(world.log("trainer", answer)) == "admitted");
}

TEST_CASE("law: who is not registered states nothing") {
  World world;
  Record record = world.draft("stranger", Incident{.class_ = "breach"});
  record.add(Role::about, world.party("owner"));
  CHECK(verdict(world.log("stranger", record)) == "issuer-registered");
}

TEST_CASE("law: refs name records of the right kind, known, and as many as asked") {
  World world;
  world.charter();
  Record record = world.draft("owner", Dataset{.title = "d"});
  CHECK(verdict(world.log("owner", record)) == "ref-count");
  Record to_party = record;
  to_party.add(Role::held_by, world.party("ama"));
  CHECK(verdict(world.log("owner", to_party)) == "ref-kind");
  Record unknown = record;
  unknown.add(Role::held_by, RecordId{sha256(as_view("nothing"))});
  CHECK(verdict(world.log("owner", unknown)) == "ref-known");
  Record foreign = record;
  foreign.refs = {{Role::held_by, world.last["trust"], "another.example/log"}};
  CHECK(verdict(world.log("owner", foreign)) == "ref-known");
  Record strange = record;
  strange.add(Role::held_by, world.last["trust"]);
  strange.add(Role::custodian, world.party("ama"));
  CHECK(verdict(world.log("owner", strange)) == "ref-kind");
}

TEST_CASE("law: time is not claimed ahead and validity does not end before it begins") {
  World world;
  Record record = world.draft("owner", Incident{.class_ = "breach"});
  record.add(Role::about, world.party("owner"));
  Record early = record;
  early.issued_at = world.now().plus_days(1);
  CHECK(verdict(world.log("owner", early)) == "time-claimed");
  Record never = record;
  never.valid_from = {2000};
  never.valid_to = {1000};
  CHECK(verdict(world.log("owner", never)) == "time-claimed");
}

TEST_CASE("law: a party is registered once; a recovery key supersedes") {
  World world;
  CHECK(verdict(world.log("owner", world.draft("owner", Party{.name = "again"}))) == "party-new");
  CHECK(verdict(world.log("x", world.draft("x", Party{}))) == "party-keys");
  CHECK(verdict(world.log("x", world.draft("x", Party{.name = "x", .receiving_key = "age1x"}))) ==
        "party-keys");
  const auto old = world.register_party("lost", {.recovery_key = world.did("recovery")});
  Record next = world.draft("found", Party{.name = "lost"});
  next.add(Role::supersedes, old);
  CHECK(verdict(world.log(next, {"found"})) == "party-succession");
  CHECK(verdict(world.log(next, {"found", "owner"})) == "party-succession");
  CHECK(verdict(world.log(next, {"found", "recovery"})) == "admitted");
  CHECK(verdict(world.log(next, {"found", "recovery"})) == "party-succession");
  Record late = world.draft("lost", Incident{.class_ = "breach"});
  late.add(Role::about, old);
  CHECK(verdict(world.log("lost", late)) == "issuer-registered");
}

TEST_CASE("law: a charter is accepted by every trustee and can decide") {
  World world;
  Record record = world.draft("owner", Trust{.name = "t", .threshold = 2});
  for (const auto* name : {"ama", "ben"}) record.add(Role::trustee, world.party(name));
  record.add(Role::custodian, world.party("ama"));
  CHECK(verdict(world.log(record, {"owner", "ama"})) == "trust-accepted");
  Record all = record;
  body_of<Trust>(all).threshold = 3;
  CHECK(verdict(world.log(all, {"owner", "ama", "ben"})) == "trust-threshold");
  body_of<Trust>(all).threshold = 0;
  CHECK(verdict(world.log(all, {"owner", "ama", "ben"})) == "trust-threshold");
  Record seat = record;
  seat.add(Role::mandatory_seat, world.party("chi"));
  CHECK(verdict(world.log(seat, {"owner", "ama", "ben"})) == "trust-seats");
  CHECK(verdict(world.log(record, {"owner", "ama", "ben"})) == "admitted");
}

TEST_CASE("law: versions are the owner's, with a true manifest and the trust's threshold") {
  World world;
  const auto id = world.version();
  const Record good = world.graph().find(id)->record;
  const auto with = [&](auto change) {
    Record record = good;
    record.issued_at = world.now();
    change(record, body_of<Version>(record));
    return verdict(world.log("owner", record));
  };
  CHECK(with([](Record&, Version& v) { v.manifest_root->bytes[0] ^= 1; }) == "version-manifest");
  CHECK(with([](Record&, Version& v) { v.files[0].path = "../people.csv"; }) == "version-manifest");
  CHECK(with([](Record&, Version& v) { v.files.clear(); }) == "version-manifest");
  CHECK(with([](Record&, Version& v) { v.columns[1].name = "name"; }) == "version-columns");
  CHECK(with([](Record&, Version& v) { v.population = {Digest{}, 0}; }) == "version-population");
  CHECK(with([](Record&, Version& v) { v.population.people = v.row_count - 1; }) ==
        "version-population");
  CHECK(with([](Record&, Version& v) { v.population.people = UINT64_MAX; }) ==
        "version-population");
  CHECK(with([](Record&, Version& v) { v.custody.threshold = 1; }) == "version-custody");
  CHECK(with([](Record&, Version& v) { v.custody.commitments.pop_back(); }) == "version-custody");
  CHECK(with([](Record&, Version& v) { v.custody.commitments[0] = Bytes(32, 0); }) ==
        "version-custody");
  Record stolen = good;
  stolen.issuer = world.did("trainer");
  CHECK(verdict(world.log("trainer", stolen)) == "version-owner");
}

TEST_CASE("law: terms and consents are the owner's and follow one another") {
  World world;
  world.consent("s1");
  Record terms = world.graph().find(world.last["terms"])->record;
  terms.issued_at = world.now();
  CHECK(verdict(world.log("owner", terms)) == "terms-succession");
  terms.add(Role::supersedes, world.last["terms"]);
  body_of<Terms>(terms).comparison = TermsComparison::equal;
  Record twice = terms;
  body_of<Terms>(twice).rules.push_back(body_of<Terms>(twice).rules[0]);
  CHECK(verdict(world.log("owner", twice)) == "terms-rules");
  Record no_floor = terms;
  body_of<Terms>(no_floor).floor.k = 0;
  CHECK(verdict(world.log("owner", no_floor)) == "terms-floor");
  Record stolen = terms;
  stolen.issuer = world.did("trainer");
  CHECK(verdict(world.log("trainer", stolen)) == "terms-owner");
  CHECK(verdict(world.log("owner", terms)) == "admitted");

  Record consent = world.graph().find(world.last["consent s1"])->record;
  consent.issued_at = world.now();
  CHECK(verdict(world.log("owner", consent)) == "consent-succession");
  consent.add(Role::supersedes, world.last["consent s1"]);
  Record empty = consent;
  body_of<Consent>(empty).purposes.clear();
  CHECK(verdict(world.log("owner", empty)) == "consent-complete");
  consent.issuer = world.did("ama");
  CHECK(verdict(world.log("ama", consent)) == "consent-owner");
}

TEST_CASE("law: terms say truly how they stand to those before them") {
  World world;
  world.version();
  Record terms = world.draft("owner", Terms{.floor = {5, 0, 0}});
  body_of<Terms>(terms).rules = {{"all", Effect::permit, {}, {}}};
  body_of<Terms>(terms).vocabulary_sha256 = terms::Vocabulary::builtin().digest();
  terms.add(Role::governs, world.last["dataset"]);
  terms.add(Role::under, world.vocabulary());
  const auto said = [&](TermsComparison comparison, auto change) {
    Record record = terms;
    record.issued_at = world.now();
    change(body_of<Terms>(record));
    body_of<Terms>(record).comparison = comparison;
    const auto logged = world.log("owner", record);
    if (logged) {
      std::erase_if(terms.refs, [](const Ref& ref) { return ref.role == Role::supersedes; });
      terms.add(Role::supersedes, *logged);
      terms.body = record.body;
    }
    return verdict(logged);
  };
  const auto as_it_is = [](Terms&) {};
  const auto with_k = [](std::uint32_t k) { return [k](Terms& body) { body.floor.k = k; }; };
  using enum TermsComparison;
  for (const auto lie : {equal, narrower, wider, incomparable, undecided}) {
    CHECK(said(lie, as_it_is) == "terms-comparison");
  }
  CHECK(said(first, as_it_is) == "admitted");
  // A widening that says nothing, or that it is none, is no widening that anybody would find.
  for (const auto lie : {first, equal, narrower, incomparable, undecided}) {
    CHECK(said(lie, with_k(3)) == "terms-comparison");
  }
  CHECK(said(wider, with_k(3)) == "admitted");
  CHECK(said(wider, with_k(4)) == "terms-comparison");
  CHECK(said(narrower, with_k(4)) == "admitted");
  CHECK(said(equal, as_it_is) == "admitted");
  const auto other = [](Terms& body) {
    body.floor.k = 2;
    body.rules.push_back({"no", Effect::forbid, {{ClauseKind::action, {"sell"}}}, {}});
  };
  CHECK(said(narrower, other) == "terms-comparison");
  CHECK(said(incomparable, other) == "admitted");
}

TEST_CASE("law: nothing is asked of what has no terms or was withdrawn") {
  World world;
  world.version();
  Record record = world.draft(
      "trainer", Request{.purposes = {"dpv:AcademicResearch"}, .actions = {"ai-training"}});
  record.add(Role::for_, world.last["version"]);
  CHECK(verdict(world.log("trainer", record)) == "request-open");
  world.terms();
  Record empty = record;
  body_of<Request>(empty).purposes.clear();
  CHECK(verdict(world.log("trainer", empty)) == "request-complete");
  CHECK(verdict(world.log("trainer", record)) == "admitted");
  world.must("owner", world.withdrawal("owner", world.last["dataset"]));
  record.issued_at = world.now();
  CHECK(verdict(world.log("trainer", record)) == "request-open");
}

TEST_CASE("law: a second vote is refused, and one by no trustee, and one on other content") {
  World world;
  world.consent("s1");
  world.request();
  world.must("ama", world.decision("ama"));
  CHECK(verdict(world.log("ama", world.decision("ama", Outcome::deny))) == "decision-second-vote");
  CHECK(verdict(world.log("trainer", world.decision("trainer"))) == "decision-trustee");
  Record other = world.decision("ben");
  body_of<Decision>(other).assessment->bytes[5] ^= 1;
  CHECK(verdict(world.log("ben", other)) == "decision-assessment");
  Record silent = world.decision("ben", Outcome::deny);
  body_of<Decision>(silent).reasons.clear();
  CHECK(verdict(world.log("ben", silent)) == "decision-reasons");
}

TEST_CASE("law: refuses a vote that saw another log") {
  World world;
  world.consent("s1");
  world.request();
  Record vote = world.decision("ama");
  body_of<Decision>(vote).checkpoint_root->bytes[0] ^= 1;
  CHECK(verdict(world.log("ama", vote)) == "decision-checkpoint");
  Record early = world.decision("ama");
  body_of<Decision>(early).checkpoint_size = 2;
  body_of<Decision>(early).checkpoint_root = world.graph().root_at(2);
  CHECK(verdict(world.log("ama", early)) == "decision-checkpoint");
  Record ahead = world.decision("ama");
  body_of<Decision>(ahead).checkpoint_size += 1;
  CHECK(verdict(world.log("ama", ahead)) == "decision-checkpoint");
}

TEST_CASE("law: nobody approves what the terms deny") {
  World world;
  world.request({"dpv:CommercialResearch"});
  CHECK(verdict(world.log("ama", world.decision("ama"))) == "decision-forbidden");
}

TEST_CASE("law: new terms void the votes on the old") {
  World world;
  world.consent("s1");
  world.request();
  world.must("ama", world.decision("ama"));
  world.terms(AfterWithdrawal::ask_again);
  world.must("ben", world.decision("ben"));
  world.must("chi", world.decision("chi", Outcome::deny));
  const auto counted = tally(world.graph(), world.last["request"], world.now());
  REQUIRE(counted);
  CHECK(counted->approvals == 1);
  CHECK(counted->state == CaseState::in_review);
  // One vote is void, one a denial, and nobody votes twice.
  CHECK(counted->approvals_possible == 1);
  CHECK_FALSE(counted->can_approve);
}

TEST_CASE("law: a request lapses at the deadline and is closed after a decision") {
  World world;
  world.consent("s1");
  world.request();
  world.must("ama", world.decision("ama"));
  world.advance_days(31);
  CHECK(verdict(world.log("ben", world.decision("ben"))) == "decision-open");
  CHECK(tally(world.graph(), world.last["request"], world.now())->state == CaseState::lapsed);

  World closed = granted_world();
  CHECK(verdict(closed.log("chi", closed.decision("chi"))) == "decision-open");
}

TEST_CASE("law: no release without a grant, by another, to another, or of something else") {
  World world;
  world.terms();
  for (const auto* subject : {"s1", "s2"}) world.consent(subject);
  world.request();
  world.must("ama", world.decision("ama"));
  CHECK(verdict(world.log("ama", world.release())) == "release-grant");
  world.must("chi", world.decision("chi"));
  Record by_another = world.release();
  by_another.issuer = world.did("ben");
  CHECK(verdict(world.log("ben", by_another)) == "release-custodian");
  Record to_another = world.release();
  std::erase_if(to_another.refs, [](const Ref& ref) { return ref.role == Role::to; });
  to_another.add(Role::to, world.party("auditor"));
  CHECK(verdict(world.log("ama", to_another)) == "release-recipient");
  CHECK(verdict(world.log("ama", world.release())) == "admitted");
  CHECK(verdict(world.log("ama", world.release())) == "release-count");
}

TEST_CASE("law: a release that claims too little privacy or false counts is refused") {
  World world = granted_world();
  const auto with = [&](auto change) {
    Record record = world.release();
    change(body_of<Release>(record));
    return verdict(world.log("ama", record));
  };
  CHECK(with([](Release& r) { r.k = 1; }) == "release-floor");
  CHECK(with([](Release& r) { r.highest_risk_ppm = 1; }) == "release-floor");
  CHECK(with([](Release& r) { r.rows_input = 11; }) == "release-rows");
  CHECK(with([](Release& r) { r.rows_released += 1; }) == "release-rows");
  CHECK(with([](Release& r) { r.rows_suppressed = UINT64_MAX; }) == "release-rows");
  CHECK(with([](Release& r) {
          r.rows_suppressed = 2;
          r.rows_released = 1;
        }) == "release-floor");
  CHECK(with([](Release& r) {
          r.recipe.push_back({"name", ColumnRole::identifier, 0, 1, std::nullopt});
        }) == "release-columns");
  CHECK(with([](Release& r) { r.recipe.pop_back(); }) == "release-columns");
  CHECK(with([](Release& r) { r.consent_root->bytes[3] ^= 1; }) == "release-consents");
  CHECK(with([](Release& r) { r.as_of = UINT64_MAX; }) == "release-consents");
}

TEST_CASE("law: a consent withdrawn meanwhile refuses the release, and a new one leaves it out") {
  World world = granted_world();
  const Record before = world.release();
  world.must("owner", world.withdrawal("owner", world.last["consent s2"]));
  CHECK(verdict(world.log("ama", before)) == "release-consents");
  const Record after = world.release();
  CHECK(std::get<Release>(after.body).rows_consented == 2);
  CHECK(verdict(world.log("ama", after)) == "admitted");
}

TEST_CASE("law: where the terms say ask again, a withdrawn consent ends the grant") {
  World world = granted_world(AfterWithdrawal::ask_again);
  world.must("owner", world.withdrawal("owner", world.last["consent s2"]));
  CHECK(verdict(world.log("ama", world.release())) == "release-grant");
  world.request();
  world.must("ama", world.decision("ama"));
  world.must("ben", world.decision("ben"));
  CHECK(verdict(world.log("ama", world.release())) == "admitted");
}

TEST_CASE("law: consent for other purposes or refused covers nothing") {
  World world;
  world.consent("s1", {"dpv:CommercialPurpose"});
  world.consent("s2");
  world.consent("s3");
  world.request();
  world.must("ama", world.decision("ama"));
  world.must("ben", world.decision("ben"));
  CHECK(std::get<Release>(world.release().body).rows_consented == 2);
}

TEST_CASE("law: a run does what was asked, with what was released to it, in time") {
  World world = released_world();
  CHECK(verdict(world.log("trainer", world.run(RunType::generate))) == "run-action");
  Record by_another = world.run();
  by_another.issuer = world.did("auditor");
  CHECK(verdict(world.log("auditor", by_another)) == "run-recipient");
  Record unknown = world.draft("trainer", Run{});
  unknown.add(Role::used, RecordId{sha256(as_view("no such release"))});
  CHECK(verdict(world.log("trainer", unknown)) == "ref-known");
  world.last["run"] = world.must("trainer", world.run());
  Record model = world.model();
  model.issuer = world.did("auditor");
  CHECK(verdict(world.log("auditor", model)) == "model-run");
  world.advance_days(400);
  CHECK(verdict(world.log("trainer", world.run())) == "run-term");
}

TEST_CASE("law: what a run does is a word of the vocabulary") {
  for (std::uint16_t type = 0; type <= static_cast<std::uint16_t>(RunType::generate); ++type) {
    const auto word = law::action_of(static_cast<RunType>(type));
    CAPTURE(word);
    CHECK(terms::Vocabulary::builtin().find(terms::Scheme::action, word) != nullptr);
  }
}

TEST_CASE("law: nothing starts on what was withdrawn") {
  World world = released_world();
  world.must("owner", world.withdrawal("owner", world.last["dataset"]));
  CHECK(verdict(world.log("trainer", world.run())) == "run-withdrawn");
  CHECK(verdict(world.log("ama", world.release())) == "release-grant");
}

TEST_CASE("law: only who stated it withdraws it, once") {
  World world = released_world();
  CHECK(verdict(world.log("trainer", world.withdrawal("trainer", world.last["terms"]))) ==
        "withdrawal-owner");
  world.must("owner", world.withdrawal("owner", world.last["terms"]));
  CHECK(verdict(world.log("owner", world.withdrawal("owner", world.last["terms"]))) ==
        "withdrawal-once");
}

TEST_CASE("law: an obligation is about something reached") {
  World world = released_world();
  const auto withdrawal = world.must("owner", world.withdrawal("owner", world.last["consent s1"]));
  Record record = world.draft("owner", Obligation{});
  record.add(Role::caused_by, withdrawal);
  record.add(Role::owed_by, world.party("trainer"));
  Record far = record;
  far.add(Role::on, world.last["trust"]);
  CHECK(verdict(world.log("owner", far)) == "obligation-reached");
  record.add(Role::on, world.last["release"]);
  Record by_another = record;
  by_another.issuer = world.did("auditor");
  CHECK(verdict(world.log("auditor", by_another)) == "obligation-cause");
  CHECK(verdict(world.log("owner", record)) == "admitted");
}

TEST_CASE("law: a mandatory seat vetoes and must approve") {
  World world;
  Record charter = world.draft("owner", Trust{.name = "t", .threshold = 2});
  for (const auto* name : {"ama", "ben", "chi"}) charter.add(Role::trustee, world.party(name));
  charter.add(Role::mandatory_seat, world.party("chi"));
  charter.add(Role::custodian, world.party("ama"));
  world.last["trust"] = *world.log(charter, {"owner", "ama", "ben", "chi"});
  world.consent("s1");
  world.consent("s2");
  world.request();
  world.must("ama", world.decision("ama"));
  world.must("ben", world.decision("ben"));
  CHECK(verdict(world.log("ama", world.release())) == "release-grant");
  world.must("chi", world.decision("chi", Outcome::deny));
  CHECK(tally(world.graph(), world.last["request"], world.now())->state ==
        CaseState::rejected_by_trustees);
}

TEST_CASE("law: recusal does not lower the threshold") {
  World world;
  world.consent("s1");
  world.consent("s2");
  world.request();
  world.must("ama", world.decision("ama", Outcome::recuse));
  world.must("ben", world.decision("ben"));
  CHECK(verdict(world.log("ama", world.release())) == "release-grant");
  world.must("chi", world.decision("chi"));
  CHECK(verdict(world.log("ama", world.release())) == "admitted");
}

TEST_CASE("law: no order of votes grants without k approvals") {
  rc::check("a release is admitted exactly when two approved and the rest could not stop it",
            [](std::array<std::uint8_t, 3> votes) {
              World world;
              world.consent("s1");
              world.consent("s2");
              world.request();
              const std::array<std::string, 3> names = {"ama", "ben", "chi"};
              int approvals = 0;
              int denials = 0;
              for (std::size_t i = 0; i < 3; ++i) {
                const auto outcome = static_cast<Outcome>(votes[i] % 3);
                if (approvals >= 2 || denials >= 2) break;
                world.must(names[i], world.decision(names[i], outcome));
                approvals += outcome == Outcome::approve ? 1 : 0;
                denials += outcome == Outcome::deny ? 1 : 0;
              }
              const bool released = world.log("ama", world.release()).has_value();
              RC_ASSERT(released == (approvals >= 2));
            });
}

TEST_CASE("law: judges whatever lies in a copy of a log") {
  // A copy from which any one record was taken, or in which any one became another kind: the audit
  // goes on after the finding, over a graph that the law would never have let come about.
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
  const std::vector<Body> others = {Party{},   Trust{},   Dataset{},    Version{}, Terms{},
                                    Request{}, Release{}, Obligation{}, Consent{}};
  for (std::size_t missing = 0; missing < all.size(); ++missing) {
    for (std::size_t other = 0; other <= others.size(); ++other) {
      MemoryGraph graph;
      std::size_t refused = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& [time, verified] = all[i];
        Logged logged{verified.id(), graph.size(), time, verified.record(), verified.signers()};
        if (i == missing && other == others.size()) continue;
        if (i == missing) logged.record.body = others[other];
        refused += usufruct_law(graph, {verified, graph.size(), time}) ? 0 : 1;
        graph.add(std::move(logged), hash_leaf(verified.envelope()));
      }
      CAPTURE(missing);
      // The last three records carry nothing that another record rests on.
      if (other == others.size() && missing + 4 < all.size()) CHECK(refused > 0);
    }
  }
}

TEST_CASE("law: every rule is documented in specs/records.md") {
  std::ifstream file(std::string(USUFRUCT_SOURCE_DIR) + "/specs/records.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto& rule : law_rules()) {
    const std::string row =
        "| `" + std::string(rule.name) + "` | " + std::string(rule.meaning) + " |";
    CAPTURE(row);
    CHECK(text.find(row) != std::string::npos);
  }
}

}  // namespace
}  // namespace usufruct
