// The law of data that were made of others: rule terms-derived.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "trustee/terms/vocabulary.h"
#include "world.h"

namespace usufruct {
namespace {

TEST_CASE("law: derived data have no wider terms than what they were made of") {
  World world;
  world.terms();
  const Terms theirs = *world.graph().find(world.last["terms"])->record.as<Terms>();
  const RecordId input = world.last["version"];
  const auto derive = [&](const RecordId& from) {
    Record dataset = world.draft("owner", Dataset{.title = "derived"});
    dataset.add(Role::held_by, world.last["trust"]);
    dataset.add(Role::derived_from, from);
    return world.must("owner", dataset);
  };
  const RecordId derived = derive(input);
  const auto set = [&](const RecordId& on, auto change, Time until = {}) {
    Terms body = theirs;
    change(body);
    Record terms = world.terms_record(body, on);
    terms.valid_to = until;
    return verdict(world.log("owner", terms));
  };
  CHECK(set(derived, [](Terms& terms) { terms.floor.k -= 1; }) == "terms-derived");
  CHECK(set(derived, [](Terms& terms) {
          terms.rules.push_back({"all", Effect::permit, {}, {}});
        }) == "terms-derived");
  CHECK(set(derived, [](Terms&) {}) == "admitted");
  CHECK(set(derived, [](Terms& terms) { terms.floor.k += 1; }) == "admitted");
  // And on from there.
  Record version = world.draft("owner", World::version_body(world.chance()));
  version.add(Role::of, derived);
  const RecordId first = world.must("owner", version);
  const RecordId again = derive(first);
  CHECK(set(again, [](Terms&) {}) == "terms-derived");
  CHECK(set(again, [](Terms& terms) { terms.floor.k += 1; }) == "admitted");
  // A version that brings an input in is held against the terms there are.
  Record from_strict = world.draft("owner", World::version_body(world.chance()));
  from_strict.add(Role::of, world.last["dataset"]);
  from_strict.add(Role::previous, input);
  from_strict.add(Role::derived_from, first);
  CHECK(verdict(world.log("owner", from_strict)) == "terms-derived");
  CHECK(set(world.last["dataset"], [](Terms& terms) { terms.floor.k += 1; }) == "admitted");
  CHECK(verdict(world.log("owner", from_strict)) == "admitted");
  // Terms that end take with them what was derived: it holds no longer, and nothing new is set.
  const auto stricter = [](Terms& terms) { terms.floor.k += 1; };
  const Time soon = world.now().plus_days(10);
  CHECK(set(world.last["dataset"], stricter, soon) == "admitted");
  CHECK(set(derived, stricter) == "terms-derived");
  CHECK(set(derived, stricter, soon.plus_days(1)) == "terms-derived");
  CHECK(set(derived, stricter, soon) == "admitted");
  world.advance_days(20);
  CHECK(set(derived, stricter, soon) == "terms-derived");
  // What has no terms permits nothing.
  Record bare = world.draft("owner", Dataset{.title = "bare"});
  bare.add(Role::held_by, world.last["trust"]);
  Record bare_version = world.draft("owner", World::version_body(world.chance()));
  bare_version.add(Role::of, world.must("owner", bare));
  CHECK(set(derive(world.must("owner", bare_version)), [](Terms&) {}) == "terms-derived");
}

/// What an owner may log to make everybody who judges it work: it is refused, within the budget.
TEST_CASE("law: terms that are made to be hard to compare are refused") {
  World world;
  world.terms();
  Record dataset = world.draft("owner", Dataset{.title = "derived"});
  dataset.add(Role::held_by, world.last["trust"]);
  dataset.add(Role::derived_from, world.last["version"]);
  const RecordId derived = world.must("owner", dataset);
  const auto set = [&](std::vector<Rule> rules) {
    Record terms =
        world.draft("owner", *world.graph().find(world.last["terms"])->record.as<Terms>());
    body_of<Terms>(terms).rules = std::move(rules);
    terms.add(Role::governs, derived);
    terms.add(Role::under, world.last["vocabulary"]);
    return verdict(world.log("owner", terms));
  };
  // A day that never comes, behind forbids that can each be escaped in two ways.
  std::vector<Rule> rules = {
      {"never", Effect::permit, {{ClauseKind::recurring, {"year"}, 230, 231}}, {}}};
  const auto& vocabulary = terms::Vocabulary::builtin();
  for (std::size_t i = 0; i < 60; ++i) {
    rules.push_back(
        {fmt::format("f{}", i),
         Effect::forbid,
         {{ClauseKind::purpose, {vocabulary.terms(terms::Scheme::purpose)[i].id}},
          {ClauseKind::jurisdiction, {vocabulary.terms(terms::Scheme::jurisdiction)[i].id}}},
         {}});
  }
  CHECK(set(rules) == "terms-derived");
  // More currencies than are looked at; and every party of the lowest numbers by its name.
  rules.clear();
  Clause named{ClauseKind::actor, {}, 0, 0};
  for (std::size_t i = 0; i < 300; ++i) {
    rules.push_back({fmt::format("p{}", i),
                     Effect::permit,
                     {{ClauseKind::price, {fmt::format("C{}", i)}, 1, 0}},
                     {}});
    RecordId id;
    id.digest.bytes[30] = static_cast<std::uint8_t>(i / 256);
    id.digest.bytes[31] = static_cast<std::uint8_t>(i % 256);
    named.values.push_back(print_id(id));
  }
  CHECK(set(rules) == "terms-derived");
  CHECK(set({{"all", Effect::permit, {}, {}}, {"not-these", Effect::forbid, {named}, {}}}) ==
        "terms-derived");
}

}  // namespace
}  // namespace usufruct
