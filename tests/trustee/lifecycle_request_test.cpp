#include "lifecycle_request.h"

#include <rapidcheck.h>

#include "ledger/entry.h"
#include "trustee/entitlement.h"

namespace usufruct {
namespace {

Lifecycle table() { return read_lifecycle("request", law_rules()); }

TEST_CASE("lifecycle: a request, every state, command and role") {
  check_lifecycle(table(),
                  [](const std::string& state) { return std::make_unique<AskedRequest>(state); });
}

/// Every state again from the log alone, entry by entry.
std::vector<std::string> replayed(const World& world, const RecordId& request) {
  MemoryGraph graph;
  std::vector<std::string> states;
  for (const auto& [time, verified] : world.history()) {
    RC_ASSERT(usufruct_law(graph, {verified, graph.size(), time}).has_value());
    graph.add({verified.id(), graph.size(), time, verified.record(), verified.signers()},
              hash_leaf(encode_entry(time, verified.envelope())));
    const auto counted = tally(graph, request, time);
    states.emplace_back(counted ? name_of(counted->state) : "");
  }
  return states;
}

/// What anybody tries in any order, in words of the table.
TEST_CASE("lifecycle: whatever is tried on a request, what is closed stays closed") {
  const Lifecycle all = table();
  rc::check("random walks", [&](const std::vector<std::uint16_t>& steps) {
    AskedRequest asked("contested");
    const RecordId request = asked.request();
    std::vector<std::string> states = replayed(asked.world(), request);
    bool is_withdrawn_now = false;
    for (const auto step : steps) {
      const std::string before = asked.state();
      const std::size_t choice = step % (all.commands.size() + all.events.size());
      const bool is_event = choice >= all.commands.size();
      const std::string& what =
          is_event ? all.events[choice - all.commands.size()] : all.commands[choice];
      const std::string role = is_event ? "" : all.roles[step / 16 % all.roles.size()];
      const bool is_admitted = asked.attempt(what, role) == "admitted";
      const std::string after = asked.state();
      if (is_admitted && !is_event) states.push_back(after);
      if (!is_admitted) RC_ASSERT(after == before || after == "lapsed" || after == "ended");
      if (all.is_terminal(before)) RC_ASSERT(after == before);
      if (what == "release" && is_admitted) RC_ASSERT(before == "approved" && !is_withdrawn_now);
      // Votes judged the terms before these.
      const auto counted = tally(asked.world().graph(), request, asked.world().now());
      if (what == "set-terms" && is_admitted) RC_ASSERT(counted->approvals + counted->denials == 0);
      is_withdrawn_now |= what == "withdraw" && is_admitted;
    }
    RC_ASSERT(replayed(asked.world(), request) == states);
  });
}

TEST_CASE("lifecycle: a resubmission begins without votes, and its earlier one keeps its own") {
  AskedRequest asked("in-review");
  const RecordId before = asked.request();
  REQUIRE(asked.attempt("resubmit", "trainer") == "admitted");
  const Graph& graph = asked.world().graph();
  const auto next = resubmission_of(graph, before);
  REQUIRE(next);
  const Time now = asked.world().now();
  CHECK(tally(graph, next->id, now)->approvals == 0);
  CHECK(tally(graph, next->id, now)->state == CaseState::in_review);
  const auto closed = tally(graph, before, now);
  CHECK(closed->approvals == 0);
  CHECK(closed->seats.size() == 4);
  CHECK(std::ranges::count_if(
            closed->seats, [](const Seat& seat) { return seat.decision && !seat.counted; }) == 2);
}

/// A charter that lets the terms decide alone, over terms that first ask.
TEST_CASE("lifecycle: what lapsed is not approved by terms that were set later") {
  for (const bool is_late : {false, true}) {
    CAPTURE(is_late);
    World world;
    Record charter = world.draft(
        "owner",
        Trust{.threshold = 1, .deadline_days = 30, .auto_approve = AutoApprove::permitted});
    charter.add(Role::trustee, world.party("ama"));
    charter.add(Role::custodian, world.party("ama"));
    world.last["trust"] = *world.log(charter, {"owner", "ama"});
    Version version = World::version_body(world.chance());
    version.custody = {};
    world.version(version);
    const RecordId permitting = world.terms();
    world.consent("s1");
    Terms terms = *world.graph().find(permitting)->record.as<Terms>();
    Terms asking = terms;
    asking.rules.push_back({"is it good?", Effect::ask, {}, {}});
    world.must("owner", world.terms_record(asking, world.last["dataset"]));
    const RecordId request = world.request();
    const auto state = [&] { return tally(world.graph(), request, world.now())->state; };
    CHECK(state() == CaseState::in_review);
    if (is_late) world.advance_days(30);
    world.must("owner", world.terms_record(terms, world.last["dataset"]));
    CHECK(state() == (is_late ? CaseState::lapsed : CaseState::approved));
    const auto entitled = [&] {
      return entitlement_of(world.graph(), request, world.now())->state;
    };
    CHECK(entitled() == (is_late ? EntitlementState::none : EntitlementState::active));
    // What the terms gave once, other terms take away for a while, and give again.
    world.must("owner", world.terms_record(asking, world.last["dataset"]));
    CHECK(entitled() == (is_late ? EntitlementState::none : EntitlementState::suspended));
    world.must("owner", world.terms_record(terms, world.last["dataset"]));
    world.advance_days(30);
    CHECK(state() == (is_late ? CaseState::lapsed : CaseState::approved));
    // A stranger's finding changes nothing; the owner's does.
    const auto licence = [&](const std::string& who, const char* expression) {
      Record record =
          world.draft(who, Licence{.expression = expression, .source = LicenceSource::audited});
      record.add(Role::on, world.last["dataset"]);
      return world.must(who, record);
    };
    licence("auditor", "CC-BY-NC-4.0");
    CHECK(state() == (is_late ? CaseState::lapsed : CaseState::approved));
    const RecordId found = licence("owner", "unheard-of");
    CHECK(state() == CaseState::lapsed);
    world.must("owner", world.withdrawal("owner", found));
    CHECK(state() == CaseState::lapsed);
  }
}

}  // namespace
}  // namespace usufruct
