#include "crypto/hash.h"
#include "lifecycle_world.h"
#include "trustee/obligations.h"

namespace usufruct {
namespace {

/// What the trainer owes for its release after a consent was withdrawn, due in 30 days.
class OwedRelease final : public LifecycleSubject {
 public:
  explicit OwedRelease(const std::string& state) : world_(released_world()) {
    const auto cause = world_.must("owner", world_.withdrawal("owner", world_.last["consent s1"]));
    Record record = world_.draft(
        "owner", Obligation{.action = ObligationAction::erase, .due = world_.now().plus_days(30)});
    record.add(Role::caused_by, cause);
    record.add(Role::on, world_.last["release"]);
    record.add(Role::owed_by, world_.party("trainer"));
    opened_ = world_.must("owner", record);
    const bool is_late = state.ends_with("late");
    if (state.starts_with("acknowledged")) must("acknowledge", "trainer");
    if (state == "done") must("do", "trainer");
    if (state == "refused") must("refuse", "trainer");
    if (state == "exempt") must("exempt", "owner");
    if (is_late) world_.advance_days(30);
  }

  std::string state() const override {
    return print_state(owed(world_.graph(), world_.graph().find(opened_), world_.now()));
  }

  std::string attempt(const std::string& what, const std::string& role) override {
    if (what == "due") {
      world_.advance_days(30);
      return "admitted";
    }
    const std::map<std::string, std::string> people = {{"owing", "trainer"},
                                                       {"opener", "owner"},
                                                       {"another-trainer", "auditor"},
                                                       {"trustee", "ben"},
                                                       {"stranger", "stranger"}};
    return answer(what, people.at(role));
  }

 private:
  void must(const std::string& what, const std::string& who) {
    REQUIRE(answer(what, who) == "admitted");
  }

  static ObligationState said_by(const std::string& what) {
    using enum ObligationState;
    if (what == "acknowledge") return acknowledged;
    if (what == "refuse") return refused;
    if (what == "exempt") return exempt;
    return what == "reopen" ? open : done;
  }

  std::string answer(const std::string& what, const std::string& who) {
    Record record = world_.graph().find(opened_)->record;
    record.issuer = world_.did(who);
    record.issued_at = world_.now();
    auto& body = body_of<Obligation>(record);
    body.state = said_by(what);
    if (what == "answer-otherwise") body.action = ObligationAction::notify;
    RecordId target = opened_;
    if (what == "answer-the-answer") {
      const auto answers = world_.graph().referring(opened_, Role::answers);
      target = answers.empty() ? RecordId{sha256(as_view("none"))} : answers.back()->id;
    }
    record.add(Role::answers, target);
    return verdict(world_.log(who, record));
  }

  World world_;
  RecordId opened_;
};

TEST_CASE("lifecycle: an obligation, every state, command and role") {
  check_lifecycle(read_lifecycle("obligation", law_rules()),
                  [](const std::string& state) { return std::make_unique<OwedRelease>(state); });
}

/// A copy of a log that no law kept: the fold is what the law would have let in.
TEST_CASE("obligations: answers that the law would refuse change nothing") {
  World world = released_world();
  const auto cause = world.must("owner", world.withdrawal("owner", world.last["consent s1"]));
  Record opened = world.draft("owner", Obligation{.due = world.now().plus_days(30)});
  opened.add(Role::caused_by, cause);
  opened.add(Role::on, world.last["release"]);
  opened.add(Role::owed_by, world.party("trainer"));
  const RecordId id = world.must("owner", opened);
  MemoryGraph graph;
  for (const auto& [time, verified] : world.history()) {
    graph.add({verified.id(), graph.size(), time, verified.record(), verified.signers()}, {});
  }
  std::uint8_t count = 0;
  const auto add = [&](const std::string& who, ObligationState state, auto change) {
    Record record = opened;
    record.issuer = world.did(who);
    body_of<Obligation>(record).state = state;
    record.add(Role::answers, id);
    change(record);
    RecordId fresh;
    fresh.digest.bytes[0] = ++count;
    graph.add({fresh, graph.size(), world.now(), record, {}}, {});
    return owed(graph, graph.find(id), world.now());
  };
  const auto as_it_is = [](Record&) {};
  using enum ObligationState;
  CHECK(add("auditor", done, as_it_is).state == open);
  CHECK(add("trainer", exempt, as_it_is).state == open);
  CHECK(add("trainer", done, [](Record& record) {
          body_of<Obligation>(record).action = ObligationAction::notify;
        }).state == open);
  CHECK(add("trainer", refused, as_it_is).state == refused);
  const Owed after = add("trainer", done, as_it_is);
  CHECK(after.state == refused);
  CHECK(after.answer->index + 2 == graph.size());
  REQUIRE(all_owed(graph, world.now().plus_days(60)).size() == 1);
  CHECK(!all_owed(graph, world.now().plus_days(60))[0].is_late);
}

}  // namespace
}  // namespace usufruct
