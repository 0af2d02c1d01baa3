#include "lifecycle_world.h"
#include "trustee/terms/vocabulary.h"
#include "trustee/terms_history.h"

namespace usufruct {
namespace {

/// Terms that hold from the 10th to the 20th day after they were recorded.
class TermsRecord final : public LifecycleWorld {
 public:
  explicit TermsRecord(const std::string& state)
      : LifecycleWorld({{"owner", "owner"},
                        {"trustee", "ben"},
                        {"custodian", "ama"},
                        {"trainer", "trainer"},
                        {"stranger", "stranger"}}) {
    world_.version();
    body_.rules = {{"research", Effect::permit, {}, {}}};
    body_.floor = {5, 0, 0};
    body_.vocabulary_sha256 = terms::Vocabulary::builtin().digest();
    body_.retention_days = 100;
    begin_ = world_.now();
    Record record = world_.draft("owner", body_);
    record.valid_from = begin_.plus_days(10);
    record.valid_to = begin_.plus_days(20);
    record.add(Role::governs, world_.last["dataset"]);
    record.add(Role::under, world_.vocabulary());
    terms_ = world_.must("owner", record);
    if (state != "not-yet") go_to_day(state == "over" ? 20 : 10);
    if (state == "withdrawn") must("owner", world_.withdrawal("owner", terms_));
    if (state == "superseded") must("owner", record_of("repeat", "owner"));
  }

  std::string state() const override {
    return std::string(
        name_of(state_of_terms(world_.graph(), *world_.graph().find(terms_), world_.now())));
  }

  std::string attempt(const std::string& what, const std::string& role) override {
    if (what == "tenth-day" || what == "twentieth-day") {
      go_to_day(what == "tenth-day" ? 10 : 20);
      return "admitted";
    }
    const std::string& who = person(role);
    return log(who, record_of(what, who));
  }

 private:
  void go_to_day(std::int64_t day) {
    while (world_.now() < begin_.plus_days(day)) world_.advance_days(1);
  }

  Record asking(const std::string& who) {
    Record request = world_.draft(
        who, Request{.purposes = {"dpv:AcademicResearch"}, .actions = {"ai-training"}});
    request.add(Role::for_, world_.last["version"]);
    return request;
  }

  Record record_of(const std::string& what, const std::string& who) {
    if (what == "withdraw") return world_.withdrawal(who, terms_);
    if (what == "ask") return asking(who);
    using enum TermsComparison;
    Terms next = body_;
    next.comparison = what == "repeat"                                  ? equal
                      : what == "narrow" || what == "widen-as-narrower" ? narrower
                      : what == "widen"                                 ? wider
                      : what == "change"                                ? incomparable
                                                                        : first;
    if (what == "narrow" || what == "change") next.floor.k += 1;
    if (what == "change" || what.starts_with("widen")) next.retention_days += 1;
    Record record = world_.draft(who, next);
    record.add(Role::governs, world_.last["dataset"]);
    record.add(Role::under, world_.vocabulary());
    if (what != "begin-again") record.add(Role::supersedes, terms_);
    return record;
  }

  Terms body_;
  Time begin_;
  RecordId terms_;
};

TEST_CASE("lifecycle: terms, every state, command and role") {
  check_lifecycle(read_lifecycle("terms", law_rules()),
                  [](const std::string& state) { return std::make_unique<TermsRecord>(state); });
}

TEST_CASE("terms history: all there ever were, oldest first, and of this dataset alone") {
  World world;
  world.terms();
  Terms wider = *world.graph().find(world.last["terms"])->record.as<Terms>();
  wider.floor.k = 1;
  world.must("owner", world.terms_record(wider, world.last["dataset"]));
  const auto history = terms_history(world.graph(), world.last["dataset"]);
  REQUIRE(history.size() == 2);
  CHECK(history[0]->record.as<Terms>()->comparison == TermsComparison::first);
  CHECK(history[1]->record.as<Terms>()->comparison == TermsComparison::wider);
  CHECK(terms_history(world.graph(), world.last["trust"]).empty());
}

TEST_CASE("terms history: what may widen is anything that is not known to be within") {
  using enum TermsComparison;
  for (const auto is : {first, equal, narrower}) CHECK(!may_widen(is));
  for (const auto is : {wider, incomparable, undecided}) CHECK(may_widen(is));
}

}  // namespace
}  // namespace usufruct
