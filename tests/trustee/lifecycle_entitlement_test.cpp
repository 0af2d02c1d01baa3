#include "lifecycle_world.h"
#include "trustee/entitlement.h"

namespace usufruct {
namespace {

/// The right to two releases: of ama, ben, chi and dan two must approve.
class EntitledRequest final : public LifecycleWorld {
 public:
  explicit EntitledRequest(const std::string& state)
      : LifecycleWorld({{"trainer", "trainer"},
                        {"another-trainer", "rival"},
                        {"trustee", "ama"},
                        {"another-trustee", "chi"},
                        {"owner", "owner"},
                        {"custodian", "cus"},
                        {"stranger", "stranger"}}) {
    found({.trustees = {"ama", "ben", "chi", "dan"}, .mandatory = "", .threshold = 2});
    Record request = world_.draft("trainer", Request{.purposes = {"dpv:AcademicResearch"},
                                                     .actions = {"ai-training"},
                                                     .duration_days = 365,
                                                     .count = 2});
    request.add(Role::for_, world_.last["version"]);
    world_.last["request"] = world_.must("trainer", request);
    vote("ama", Outcome::approve);
    if (state == "none") return;
    vote("ben", Outcome::approve);
    if (state == "unused") return;
    must("cus", world_.release());
    if (state == "suspended") {
      must("owner", other_terms());
      vote("dan", Outcome::approve);
    }
    if (state == "without-terms") {
      must("owner", world_.withdrawal("owner", world_.last["terms"]));
    }
    if (state == "expired") world_.advance_days(365);
    if (state == "exhausted") must("cus", world_.release());
    if (state == "revoked") must("trainer", world_.withdrawal("trainer", world_.last["request"]));
  }

  std::string state() const override {
    const auto is = entitlement_of(world_.graph(), world_.last.at("request"), world_.now());
    REQUIRE(is);
    return std::string(name_of(is->state));
  }

  std::string attempt(const std::string& what, const std::string& role) override {
    if (what == "days-over") {
      world_.advance_days(365);
      return "admitted";
    }
    const std::string& who = person(role);
    return log(who, record_of(what, who));
  }

 private:
  /// The newest vote's body serves where there are no terms to judge by.
  Record approval(const std::string& who) {
    if (terms_in_force(world_.graph(), world_.last["dataset"])) return world_.decision(who);
    const auto votes = world_.graph().referring(world_.last["request"], Role::on);
    return votes.back()->record;
  }

  Record record_of(const std::string& what, const std::string& who) {
    if (what == "release") return world_.release();
    if (what == "approve") return approval(who);
    if (what == "resubmit") return resubmission();
    if (what == "set-terms") return other_terms();
    if (what == "withdraw-request") return world_.withdrawal(who, world_.last["request"]);
    if (what == "withdraw-dataset") return world_.withdrawal(who, world_.last["dataset"]);
    if (what == "withdraw-consent") return world_.withdrawal(who, world_.last["consent s4"]);
    REQUIRE(what == "withdraw-terms");
    const auto newest = newest_terms(world_.graph(), world_.last["dataset"]);
    return world_.withdrawal(who, newest->id);
  }
};

TEST_CASE("lifecycle: an entitlement, every state, command and role") {
  check_lifecycle(read_lifecycle("entitlement", law_rules()), [](const std::string& state) {
    return std::make_unique<EntitledRequest>(state);
  });
}

TEST_CASE(
    "entitlement: ends with the trainer's registration, and is none of a stranger's request") {
  World world = released_world();
  const RecordId request = world.last["request"];
  const auto is = [&] { return *entitlement_of(world.graph(), request, world.now()); };
  CHECK(is().state == EntitlementState::exhausted);
  CHECK(is().made == 1);
  CHECK(is().allowed == 1);
  CHECK(is().until == world.graph().find(request)->time.plus_days(365));
  world.must("trainer", world.withdrawal("trainer", world.party("trainer")));
  CHECK(is().state == EntitlementState::revoked);
  const auto none = entitlement_of(world.graph(), world.last["dataset"], world.now());
  REQUIRE(!none);
  CHECK(none.error().code == Code::not_found);
}

}  // namespace
}  // namespace usufruct
