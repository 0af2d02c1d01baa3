#include <doctest/doctest.h>

#include <memory>

#include "tests/support/lifecycle.h"
#include "trustee/consent_state.h"
#include "world.h"

// specs/lifecycles/consent.yaml, every cell of it.

namespace usufruct {
namespace {

constexpr std::int64_t days_valid = 20;
/// 2026-12-01T00:00:00Z, some 70 days after the world begins.
constexpr Time age_out{1'796'083'200'000};
constexpr std::int64_t days_to_age_out = 80;

RecordId guardian() { return World::commitment("guardian"); }

class ConsentLife final : public LifecycleSubject {
 public:
  ConsentLife() {
    world_.register_party("community", Party{.type = PartyType::community});
    world_.terms();
    end_ = world_.now().plus_days(days_valid);
  }

  std::string state() const override {
    const auto dataset = world_.graph().find(world_.last.at("dataset"));
    return std::string(name_of(consent_state_of(world_.graph(), *dataset, subject(), world_.now(),
                                                world_.graph().size())));
  }

  std::string attempt(const std::string& what, const std::string& role) override {
    if (what == "tenth-day") return advance(days_valid / 2 + 1);
    if (what == "twentieth-day") return advance(days_valid + 1);
    if (what == "comes-of-age") return advance(days_to_age_out);
    const std::string issuer = role == "trustee" ? "ben" : role;
    Record record = what == "withdraw" ? withdrawal(issuer) : event(what, issuer);
    std::vector<std::string> signers{issuer};
    if (what == "give-as-community") signers.emplace_back("community");
    return verdict(world_.log(record, signers));
  }

  void must(const std::string& what) {
    CAPTURE(what);
    REQUIRE(attempt(what, "owner") == "admitted");
  }
  std::string advance(std::int64_t days) {
    world_.advance_days(days);
    return "admitted";
  }
  /// Given, but not yet.
  void give_for_later() {
    Record record = event("give", "owner");
    record.valid_from = world_.now().plus_days(days_valid / 2);
    world_.must("owner", record);
  }

 private:
  static RecordId subject() { return World::commitment("child"); }
  LoggedPtr newest() const {
    return newest_consent(world_.graph(), world_.last.at("dataset"), subject(),
                          world_.graph().size());
  }

  Record withdrawal(const std::string& issuer) {
    const auto target = newest();
    return world_.withdrawal(issuer, target ? target->id : RecordId{});
  }

  static Consent said() {
    return {.purposes = {"dpv:ResearchAndDevelopment"}, .actions = {"ai-training"}};
  }

  /// The record of an event, as an owner who follows the law writes it.
  Record event(const std::string& what, const std::string& issuer) {
    const auto before = newest();
    const auto* earlier = before ? before->record.as<Consent>() : nullptr;
    Consent body = said();
    Record record = world_.draft(issuer, Consent{});
    record.add(Role::covers, world_.last.at("dataset"));
    record.add(Role::subject, subject());
    if (before) record.add(Role::supersedes, before->id);
    if (what.starts_with("renew") && earlier != nullptr) {
      body = *earlier;
      for (const auto& same : before->record.all(Role::guardian)) record.add(Role::guardian, same);
    }
    if (what == "renew-wider") body.purposes.emplace_back("dpv:Marketing");
    if (what.starts_with("give-as-guardian")) {
      record.add(Role::guardian, guardian());
      body.guardian_relation = "parent";
      if (what == "give-as-guardian") body.age_out_at = age_out;
    } else if (what.starts_with("give") || what.starts_with("renew")) {
      record.valid_to = std::max(end_, world_.now().plus_days(1));
    }
    if (what == "give-as-community" || what == "give-for-community") {
      record.add(Role::party, world_.party("community"));
    }
    body.status = status_of(what);
    if (!gives_consent(body.status)) {
      body = Consent{.status = body.status};
      carry_over(before, record, body);
    }
    record.body = body;
    return record;
  }

  static void carry_over(const LoggedPtr& before, Record& record, Consent& body) {
    if (!before || body.status == ConsentStatus::invalidated) return;
    body.age_out_at = before->record.as<Consent>()->age_out_at;
    if (const auto community = before->record.first(Role::party)) {
      record.add(Role::party, *community);
    }
  }

  static ConsentStatus status_of(const std::string& what) {
    if (what == "request") return ConsentStatus::requested;
    if (what == "defer") return ConsentStatus::deferred;
    if (what.starts_with("renew")) return ConsentStatus::renewed;
    if (what == "refuse") return ConsentStatus::refused;
    if (what == "invalidate") return ConsentStatus::invalidated;
    if (what == "revoke") return ConsentStatus::revoked;
    return ConsentStatus::given;
  }

  World world_;
  Time end_;
};

std::unique_ptr<LifecycleSubject> stage(const std::string& state) {
  auto life = std::make_unique<ConsentLife>();
  const std::map<std::string, std::vector<std::string>> ways = {
      {"unknown", {}},
      {"requested", {"request"}},
      {"deferred", {"request", "defer"}},
      {"given", {"give"}},
      {"renewed", {"give", "renew"}},
      {"by-guardian", {"give-as-guardian"}},
      {"by-community", {"give-as-community"}},
      {"refused", {"refuse"}},
      {"withdrawn", {"give", "withdraw"}},
      {"expired", {"give"}},
      {"aged-out", {"give-as-guardian"}},
      {"invalidated", {"give", "invalidate"}},
      {"revoked", {"give", "revoke"}}};
  if (state == "for-later") {
    life->give_for_later();
    return life;
  }
  for (const auto& step : ways.at(state)) life->must(step);
  if (state == "expired") life->advance(days_valid + 1);
  if (state == "aged-out") life->advance(days_to_age_out);
  return life;
}

TEST_CASE("consent: its lifecycle is the table's, by everyone, in every state") {
  check_lifecycle(read_lifecycle("consent", law_rules()), stage);
}

}  // namespace
}  // namespace usufruct
