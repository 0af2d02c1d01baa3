// Terms that are odd by themselves.
#include <doctest/doctest.h>

#include <array>

#include "tests/support/random_terms.h"
#include "trustee/terms/analysis.h"

namespace usufruct {
namespace {

TEST_CASE("lint: what is odd about terms is told by rule") {
  using What = terms::Oddity::What;
  const auto& vocabulary = terms::Vocabulary::builtin();
  using enum ClauseKind;
  Terms terms;
  terms.rules = {
      rule_of("research", Effect::permit, {{purpose, {"dpv:ResearchAndDevelopment"}}}),
      rule_of("academic", Effect::permit, {{purpose, {"dpv:AcademicResearch"}}}),
      rule_of("never", Effect::permit,
              {{purpose, {"dpv:AcademicResearch"}}, {purpose, {"dpv:Marketing"}}}),
      rule_of("sale", Effect::permit, {{action, {"sell"}}, {purpose, {"dpv:Marketing"}}}),
      rule_of("no-sale", Effect::forbid, {{action, {"sell"}}}),
      rule_of("no-sale-of-goods", Effect::forbid, {{purpose, {"dpv:SellProducts"}}}),
  };
  const auto odd = terms::lint(terms, vocabulary);
  const auto is_told = [&](What what, std::string_view rule, std::string_view other) {
    return std::ranges::any_of(odd, [&](const terms::Oddity& one) {
      return one.what == what && one.rule == rule && one.other == other;
    });
  };
  CHECK(is_told(What::says_nothing_new, "academic", ""));
  CHECK(is_told(What::never_holds, "never", ""));
  CHECK(is_told(What::always_refused, "sale", ""));
  CHECK(is_told(What::says_nothing_new, "no-sale-of-goods", ""));
  CHECK(is_told(What::permit_and_forbid, "research", "no-sale"));
  for (const auto& one : odd) {
    if (one.what != What::permit_and_forbid) continue;
    REQUIRE(one.example);
    CHECK(!is_permitted(terms, one.example->context()));
  }
  CHECK(odd.size() == 5);
  Terms nothing;
  CHECK(terms::lint(nothing, vocabulary).at(0).what == What::permits_nothing);
}

TEST_CASE("lint: to limit who receives and not who asks is odd") {
  using What = terms::Oddity::What;
  using enum ClauseKind;
  const auto odd_of = [](std::vector<Clause> clauses) {
    Terms terms;
    terms.rules = {rule_of("r", Effect::permit, std::move(clauses))};
    return terms::lint(terms, terms::Vocabulary::builtin());
  };
  const Clause reach{recipient, {"academic"}};
  REQUIRE(odd_of({reach}).size() == 1);
  CHECK(odd_of({reach})[0].what == What::recipients_alone);
  CHECK(odd_of({reach, {actor_class, {"academic"}}}).empty());
  CHECK(odd_of({reach, {actor, {std::string(64, '0')}}}).empty());
  CHECK(odd_of({{actor_class, {"academic"}}}).empty());
}

TEST_CASE("lint: terms of a law permit what they do not speak of") {
  using What = terms::Oddity::What;
  Terms terms;
  terms.rules = {rule_of("no-sale", Effect::forbid, {{ClauseKind::action, {"sell"}}})};
  CHECK(terms::lint(terms, terms::Vocabulary::builtin()).at(0).what == What::permits_nothing);
  terms.law = "EU";
  CHECK(terms::lint(terms, terms::Vocabulary::builtin()).empty());
  terms.rules.push_back(rule_of("none", Effect::forbid, {}));
  CHECK_FALSE(terms::lint(terms, terms::Vocabulary::builtin()).empty());
}

TEST_CASE("lint: a bound of the floor that asks nothing, or alone says how small a group is") {
  const auto odd_of = [](const Floor& floor) {
    Terms terms;
    terms.rules = {rule_of("all", Effect::permit, {})};
    terms.floor = floor;
    std::string told;
    for (const auto& one : terms::lint(terms, terms::Vocabulary::builtin())) {
      told += fmt::format("{} {};", terms::name_of(one.what), one.rule);
    }
    return told;
  };
  CHECK(odd_of({.k = 5, .suppression_max_per10000 = 500, .l_distinct = 5}) == "");
  CHECK(odd_of({.k = 1, .suppression_max_per10000 = 10'000}) ==
        "bound-asks-nothing k;bound-asks-nothing suppression_max;");
  CHECK(odd_of({.k = 5, .l_entropy_milli = 1'000, .t_closeness_ppm = 1'000'000, .k_map = 1}) ==
        "bound-asks-nothing l_entropy;bound-asks-nothing t_closeness;bound-asks-nothing k_map;");
  CHECK(odd_of({.k = 5, .l_distinct = 6, .l_entropy_milli = 5'001}) ==
        "bound-above-k l_distinct;bound-above-k l_entropy;");
  CHECK(odd_of({.k = 5, .l_recursive = 1, .c_recursive_milli = 500}) == "");
  CHECK(odd_of({}) == "");
}

}  // namespace
}  // namespace usufruct
