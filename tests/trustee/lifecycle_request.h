#pragma once

#include <array>

#include "lifecycle_world.h"
#include "trustee/quorum.h"

namespace usufruct {

/// A request for specs/lifecycles/request.yaml: of ama, ben, chi and dan three must approve,
/// chi among them.
class AskedRequest final : public LifecycleWorld {
 public:
  explicit AskedRequest(const std::string& state)
      : LifecycleWorld({{"trainer", "trainer"},
                        {"another-trainer", "rival"},
                        {"trustee", "ben"},
                        {"trustee-who-voted", "ama"},
                        {"mandatory-trustee", "chi"},
                        {"owner", "owner"},
                        {"custodian", "cus"},
                        {"stranger", "stranger"}}) {
    found({.trustees = {"ama", "ben", "chi", "dan"},
           .mandatory = "chi",
           .threshold = 3,
           .after = AfterWithdrawal::ask_again});
    world_.request();
    const auto [ama, dan] = votes_before(state);
    vote("ama", ama);
    vote("dan", dan);
    if (state == "approved" || state == "ended") vote("chi", Outcome::approve);
    if (state == "rejected-by-terms") must("owner", denying_terms());
    if (state == "ended") must("owner", world_.withdrawal("owner", world_.last["consent s4"]));
    if (state == "lapsed") world_.advance_days(30);
    if (state == "withdrawn") {
      must("trainer", world_.withdrawal("trainer", world_.last["request"]));
    }
    if (state == "resubmitted") must("trainer", resubmission());
  }

  std::string state() const override {
    const auto counted = tally(world_.graph(), request(), world_.now());
    return counted ? std::string(name_of(counted->state)) : counted.error().rule;
  }

  std::string attempt(const std::string& what, const std::string& role) override {
    if (what == "deadline" || what == "days-over") {
      world_.advance_days(what == "deadline" ? 30 : 365);
      return "admitted";
    }
    const std::string& who = person(role);
    return log(who, record_of(what, who));
  }

  RecordId request() const { return world_.last.at("request"); }

 private:
  static std::array<Outcome, 2> votes_before(const std::string& state) {
    using enum Outcome;
    if (state == "contested") return {deny, approve};
    if (state == "returned") return {return_, return_};
    if (state == "rejected-by-trustees") return {deny, deny};
    return {approve, approve};
  }

  Record record_of(const std::string& what, const std::string& who) {
    if (what == "approve") return world_.decision(who, Outcome::approve);
    if (what == "deny") return world_.decision(who, Outcome::deny);
    if (what == "return") return world_.decision(who, Outcome::return_);
    if (what == "recuse") return world_.decision(who, Outcome::recuse);
    if (what == "resubmit") return resubmission();
    if (what == "withdraw") return world_.withdrawal(who, request());
    if (what == "release") return world_.release();
    if (what == "set-terms") return other_terms();
    REQUIRE(what == "forbid");
    return denying_terms();
  }
};

}  // namespace usufruct
