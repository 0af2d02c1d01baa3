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

}  // namespace
}  // namespace usufruct
