// What the analysis says of all requests, beside all requests asked one by one.
#include "trustee/terms/analysis.h"

#include <doctest/doctest.h>

#include <array>

#include "tests/trustee/terms/brute_force.h"

namespace usufruct {
namespace {

using terms::Comparison;

TEST_CASE("analysis: what one permits alone is found just when asking everything finds it") {
  std::array<std::size_t, 2> seen{};
  for (std::uint64_t seed = 0; seed < 4'000; ++seed) {
    SmallTerms random(seed);
    const Terms first = random.make();
    const Terms second = random.make();
    terms::Budget budget;
    const auto found = terms::permitted_by_first_alone(first, second, small_world(), budget);
    CAPTURE(seed);
    REQUIRE(!budget.is_spent());
    if (found) {
      REQUIRE(is_permitted(first, found->context(small_world())));
      REQUIRE(!is_permitted(second, found->context(small_world())));
    } else {
      REQUIRE(!BruteForce(first, second).finds_one());
    }
    ++seen[found ? 1 : 0];
  }
  // Both often enough.
  CHECK(seen[0] > 300);
  CHECK(seen[1] > 300);
}

TEST_CASE("analysis: with all the words there are, an example is one, and narrower permits less") {
  std::size_t narrower = 0;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    RandomTerms random(seed);
    const Terms first = random.terms();
    Terms second = random.one_in(2) ? first : random.terms();
    if (random.one_in(2)) second.rules.push_back(random.rule());
    if (random.one_in(2) && !second.rules.empty()) second.rules.pop_back();
    CAPTURE(seed);
    const auto told = terms::diff(first, second, random.vocabulary());
    if (told.only_after) {
      REQUIRE(is_permitted(second, told.only_after->context()));
      REQUIRE(!is_permitted(first, told.only_after->context()));
    }
    if (told.only_before) {
      REQUIRE(is_permitted(first, told.only_before->context()));
      REQUIRE(!is_permitted(second, told.only_before->context()));
    }
    const auto requests = told.aspects[0].comparison;
    REQUIRE(requests != Comparison::undecided);
    if (requests != Comparison::narrower && requests != Comparison::equal) continue;
    ++narrower;
    for (int i = 0; i < 50; ++i) {
      const Request request = random.request();
      const Party party = random.party();
      const terms::Context context{request, party, random.party_id(random.below(4)), random.time()};
      REQUIRE((!is_permitted(second, context) || is_permitted(first, context)));
    }
  }
  CHECK(narrower > 300);
}

TEST_CASE("analysis: each aspect is compared, and all together") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  Terms before;
  before.rules = {rule_of("all", Effect::permit, {{ClauseKind::purpose, {"dpv:Purpose"}}})};
  before.floor = {5, 500, 2};
  before.retention_days = 30;
  const auto compared = [&](auto change) {
    Terms after = before;
    change(after);
    const auto there = terms::diff(before, after, vocabulary);
    const auto back = terms::diff(after, before, vocabulary);
    // Seen from the other side it is the other way round.
    const auto is_turned = [](Comparison one, Comparison other) {
      if (one == Comparison::narrower) return other == Comparison::wider;
      if (one == Comparison::wider) return other == Comparison::narrower;
      return one == other;
    };
    CHECK(is_turned(there.comparison, back.comparison));
    return there.comparison;
  };
  CHECK(compared([](Terms&) {}) == Comparison::equal);
  CHECK(compared([](Terms& terms) { terms.floor.k = 10; }) == Comparison::narrower);
  CHECK(compared([](Terms& terms) { terms.floor.suppression_max_per10000 = 600; }) ==
        Comparison::wider);
  CHECK(compared([](Terms& terms) {
          terms.floor.k = 10;
          terms.floor.l_distinct = 0;
        }) == Comparison::incomparable);
  CHECK(compared([](Terms& terms) { terms.floor.t_closeness_ppm = 200'000; }) ==
        Comparison::narrower);
  CHECK(compared([](Terms& terms) {
          terms.floor.l_recursive = 2;
          terms.floor.c_recursive_milli = 4'000;
          terms.floor.suppression_max_per10000 = 501;
        }) == Comparison::incomparable);
  CHECK(compared([](Terms& terms) { terms.retention_days = 0; }) == Comparison::wider);
  CHECK(compared([](Terms& terms) {
          terms.rules[0].duties = {{"attribute", ""}};
        }) == Comparison::narrower);
  CHECK(compared([](Terms& terms) { terms.after_withdrawal = AfterWithdrawal::ask_again; }) ==
        Comparison::narrower);
  CHECK(compared([](Terms& terms) { terms.price = 100, terms.currency = "EUR"; }) ==
        Comparison::narrower);
  CHECK(compared([](Terms& terms) {
          terms.price = 100, terms.currency = "EUR";
          terms.retention_days = 0;
        }) == Comparison::incomparable);
  CHECK(compared([](Terms& terms) {
          terms.rules.push_back(rule_of("not", Effect::forbid, {{ClauseKind::action, {"sell"}}}));
        }) == Comparison::narrower);
}

TEST_CASE("analysis: a budget that is spent is said, and nothing is claimed") {
  RandomTerms random(3);
  Terms one;
  Terms other;
  for (int i = 0; i < 60; ++i) one.rules.push_back(random.rule());
  for (int i = 0; i < 60; ++i) other.rules.push_back(random.rule());
  terms::Budget budget{.steps = 10};
  const auto told = terms::diff(one, other, random.vocabulary(), budget);
  CHECK(told.comparison == Comparison::undecided);
  CHECK(told.aspects[0].comparison == Comparison::undecided);
}

TEST_CASE("analysis: what cannot be offered, or never comes, does not hide what is permitted") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  using enum ClauseKind;
  Terms narrow;
  narrow.rules = {rule_of("a", Effect::permit, {{purpose, {"dpv:AcademicResearch"}}})};
  const Request huge = [] {
    Request request;
    request.purposes = {"dpv:Marketing"};
    request.actions = {"sell"};
    request.price_offered = std::int64_t{1} << 62;
    request.currency = "EUR";
    return request;
  }();
  const Party nobody;
  Terms priced;
  priced.rules = {rule_of("all", Effect::permit, {{price, {"EUR"}, std::int64_t{1} << 62, 0}})};
  CHECK(terms::diff(narrow, priced, vocabulary).aspects[0].comparison == Comparison::narrower);
  CHECK(!is_permitted(priced, {huge, nobody, RecordId{}, {1}}));
  // The thirtieth of February: a long search for a day that never comes ends, and says so.
  Terms never;
  never.rules = {rule_of("leap", Effect::permit, {{recurring, {"year"}, 230, 231}})};
  for (int i = 0; i < 40; ++i) {
    const auto& words = vocabulary.terms(terms::Scheme::purpose);
    const auto& places = vocabulary.terms(terms::Scheme::jurisdiction);
    never.rules.push_back(rule_of("f", Effect::forbid,
                                  {{purpose, {words[static_cast<std::size_t>(i)].id}},
                                   {jurisdiction, {places[static_cast<std::size_t>(i)].id}}}));
  }
  terms::Budget budget{.steps = 2'000'000};
  const auto told = terms::diff(narrow, never, vocabulary, budget);
  CHECK(told.aspects[0].comparison == Comparison::undecided);
  // More currencies than are looked at.
  Terms many;
  for (int i = 0; i < 70; ++i) {
    many.rules.push_back(rule_of("p", Effect::permit, {{price, {fmt::format("C{:02}", i)}, 1, 0}}));
  }
  CHECK(terms::diff(narrow, many, vocabulary).comparison == Comparison::undecided);
}

TEST_CASE("analysis: whoever is named, there is somebody who is not") {
  RandomTerms random(0);
  Terms everybody;
  everybody.rules = {rule_of("all", Effect::permit, {})};
  Terms but_some = everybody;
  Clause named{ClauseKind::actor, {}, 0, 0};
  for (std::uint64_t n = 0; n < 300; ++n) {
    RecordId id;
    id.digest.bytes[30] = static_cast<std::uint8_t>(n >> 8);
    id.digest.bytes[31] = static_cast<std::uint8_t>(n);
    named.values.push_back(print_id(id));
  }
  but_some.rules.push_back(rule_of("not-these", Effect::forbid, {named}));
  terms::Budget budget;
  const auto found =
      terms::permitted_by_first_alone(but_some, Terms{}, random.vocabulary(), budget);
  REQUIRE(found);
  CHECK(is_permitted(but_some, found->context()));
  const auto refused =
      terms::permitted_by_first_alone(everybody, but_some, random.vocabulary(), budget);
  REQUIRE(refused);
  CHECK(!is_permitted(but_some, refused->context()));
}

}  // namespace
}  // namespace usufruct
