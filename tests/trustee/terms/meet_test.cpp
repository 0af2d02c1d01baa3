// The terms of pooled data.
#include <doctest/doctest.h>

#include <array>

#include "tests/support/random_terms.h"
#include "trustee/terms/analysis.h"

namespace usufruct {
namespace {

TEST_CASE("meet: the meet of two permits what both permit") {
  std::array<std::size_t, 2> seen{};
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    RandomTerms random(seed);
    const Terms left = random.terms();
    const Terms right = random.terms();
    const auto both = terms::meet(left, right, random.vocabulary());
    CAPTURE(seed);
    if (!both) {
      const bool has_reason =
          left.vocabulary_sha256 != right.vocabulary_sha256 ||
          (left.price > 0 && right.price > 0 && left.currency != right.currency);
      REQUIRE(has_reason);
      continue;
    }
    for (int i = 0; i < 40; ++i) {
      const Request request = random.request();
      const Party party = random.party();
      const terms::Context context{request, party, random.party_id(random.below(4)), random.time()};
      const bool by_both = is_permitted(left, context) && is_permitted(right, context);
      REQUIRE(is_permitted(*both, context) == by_both);
      ++seen[by_both ? 1 : 0];
    }
    // And so says the analysis, of all requests.
    for (const Terms* one : {&left, &right}) {
      terms::Budget budget;
      REQUIRE(!terms::permitted_by_first_alone(*both, *one, random.vocabulary(), budget));
      REQUIRE(!budget.is_spent());
    }
  }
  CHECK(seen[0] > 1000);
  CHECK(seen[1] > 100);
}

TEST_CASE("meet: the floor is the stricter of both, bound by bound") {
  Terms left;
  left.rules = {rule_of("all", Effect::permit, {})};
  Terms right = left;
  left.floor = {.k = 5, .suppression_max_per10000 = 500, .t_closeness_ppm = 200'000, .k_map = 3};
  right.floor = {.k = 3,
                 .suppression_max_per10000 = 100,
                 .l_recursive = 2,
                 .c_recursive_milli = 4'000,
                 .t_closeness_ppm = 150'000};
  const auto both = terms::meet(left, right, terms::Vocabulary::builtin());
  REQUIRE(both);
  CHECK(both->floor == Floor{.k = 5,
                             .suppression_max_per10000 = 100,
                             .l_recursive = 2,
                             .c_recursive_milli = 4'000,
                             .t_closeness_ppm = 150'000,
                             .k_map = 3});
  CHECK(terms::meet(right, left, terms::Vocabulary::builtin())->floor == both->floor);
  const std::array<terms::FurtherTerms, 1> further = {
      terms::FurtherTerms{terms::LayerKind::law, &right}};
  CHECK(terms::strictest_floor(left, further) == both->floor);
}

}  // namespace
}  // namespace usufruct
