#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/lifecycle.h"
#include "trustee/law.h"
#include "world.h"

namespace usufruct {

/// A world whose roles are those of the tables of specs/lifecycles: what a command is, and what the
/// fold says, is for who derives from it.
class LifecycleWorld : public LifecycleSubject {
 public:
  const World& world() const { return world_; }

 protected:
  using People = std::map<std::string, std::string, std::less<>>;  ///< of the roles

  struct Charter {
    std::vector<std::string> trustees;
    std::string mandatory;
    std::uint8_t threshold = 2;
    AfterWithdrawal after = AfterWithdrawal::exclude;
  };

  explicit LifecycleWorld(People people) : people_(std::move(people)) {}

  const std::string& person(const std::string& role) const { return people_.at(role); }

  /// Parties, charter, data, terms and four consents; the custodian holds no seat.
  void found(const Charter& charter) {
    for (const auto* name : {"dan", "cus", "rival"}) world_.register_party(name);
    Record record = world_.draft(
        "owner", Trust{.name = "t", .threshold = charter.threshold, .deadline_days = 30});
    std::vector<std::string> signers = {"owner"};
    for (const auto& name : charter.trustees) {
      record.add(Role::trustee, world_.party(name));
      signers.push_back(name);
    }
    if (!charter.mandatory.empty()) {
      record.add(Role::mandatory_seat, world_.party(charter.mandatory));
    }
    record.add(Role::custodian, world_.party("cus"));
    const auto trust = world_.log(record, signers);
    REQUIRE(trust);
    world_.last["trust"] = *trust;
    Version version = World::version_body(world_.chance());
    version.custody = {};
    world_.version(version);
    world_.terms(charter.after);
    terms_ = *world_.graph().find(world_.last["terms"])->record.as<Terms>();
    for (const auto* subject : {"s1", "s2", "s3", "s4"}) world_.consent(subject);
  }

  std::string log(const std::string& who, Record record) {
    record.issuer = world_.did(who);
    record.issued_at = world_.now();
    return verdict(world_.log(who, record));
  }
  void must(const std::string& who, Record record) {
    REQUIRE(log(who, std::move(record)) == "admitted");
  }
  void vote(const std::string& who, Outcome outcome) { must(who, world_.decision(who, outcome)); }

  /// Terms in place of the newest, never the same twice.
  Record other_terms() {
    Terms terms = terms_;
    terms.retention_days = ++count_;
    return world_.terms_record(terms, world_.last["dataset"]);
  }
  /// They deny what world.request() asks for.
  Record denying_terms() {
    Terms terms = terms_;
    terms.rules.push_back(
        {"no", Effect::forbid, {{ClauseKind::purpose, {"dpv:AcademicResearch"}, 0, 0}}, {}});
    return world_.terms_record(terms, world_.last["dataset"]);
  }
  /// The request again, in place of itself.
  Record resubmission() {
    const RecordId id = world_.last["request"];
    Record record = world_.graph().find(id)->record;
    std::erase_if(record.refs, [](const Ref& ref) { return ref.role == Role::previous; });
    record.add(Role::previous, id);
    return record;
  }

  World world_;

 private:
  People people_;
  Terms terms_;
  std::uint32_t count_ = 0;
};

}  // namespace usufruct
