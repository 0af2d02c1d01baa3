#include "trustee/measured_models.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "crypto/base/chance.h"
#include "trustee/anonymise/measure/reading.h"
#include "trustee/released_floor.h"

namespace usufruct {
namespace {

using anonymise::Finding;

std::uint64_t claimed(PrivacyModel model, double value) {
  return claimed_value(model, {.value = value});
}

TEST_CASE("measured models: a claim is in the floor's units and never looks better") {
  CHECK(claimed(PrivacyModel::k_anonymity, 5) == 5);
  CHECK(claimed(PrivacyModel::entropy_diversity, 2.3456) == 2'345);
  CHECK(claimed(PrivacyModel::t_closeness, 0.1234561) == 123'457);
  CHECK(claimed(PrivacyModel::beta_likeness, 1.0001) == 1'001);
  CHECK(claimed(PrivacyModel::population_uniqueness, 0) == 0);
  // Of what must stay below a bound, the least that it is below.
  CHECK(claimed(PrivacyModel::recursive_diversity, 3.9994) == 4'000);
  CHECK(claimed(PrivacyModel::recursive_diversity, 4) == 4'001);
  CHECK(claimed(PrivacyModel::delta_disclosure, 1.5004) == 1'501);
  // What the check lets pass by its tolerance is claimed as the bound.
  CHECK(claimed(PrivacyModel::entropy_diversity, 2 - 1e-10) == 2'000);
  CHECK(claimed(PrivacyModel::t_closeness, 0.2 + 1e-10) == 200'000);
  CHECK(claimed(PrivacyModel::delta_disclosure, 1.5 + 1e-10) == 1'500);
  // What has no end, or is no number, reaches nothing.
  const double endless = std::numeric_limits<double>::infinity();
  for (const double value : {endless, std::nan(""), 1e300}) {
    CHECK(claimed(PrivacyModel::recursive_diversity, value) == UINT64_MAX);
    CHECK(claimed(PrivacyModel::t_closeness, value) == UINT64_MAX);
  }
  CHECK(claimed(PrivacyModel::entropy_diversity, std::nan("")) == 0);
  CHECK(claimed(PrivacyModel::entropy_diversity, endless) == 0);
}

/// The models whose bound is one number of the floor, and a unit of it.
struct Scale {
  PrivacyModel model;
  anonymise::PrivacyModel measured;
  double unit;
};
constexpr std::array scales = {
    Scale{PrivacyModel::k_map, anonymise::PrivacyModel::k_map, 1},
    Scale{PrivacyModel::distinct_diversity, anonymise::PrivacyModel::distinct_diversity, 1},
    Scale{PrivacyModel::entropy_diversity, anonymise::PrivacyModel::entropy_diversity, 1e3},
    Scale{PrivacyModel::recursive_diversity, anonymise::PrivacyModel::recursive_diversity, 1e3},
    Scale{PrivacyModel::t_closeness, anonymise::PrivacyModel::t_closeness, 1e6},
    Scale{PrivacyModel::delta_disclosure, anonymise::PrivacyModel::delta_disclosure, 1e3},
    Scale{PrivacyModel::beta_likeness, anonymise::PrivacyModel::beta_likeness, 1e3},
    Scale{PrivacyModel::population_uniqueness, anonymise::PrivacyModel::population_uniqueness, 1e6},
};

TEST_CASE("measured models: a claim reaches a bound exactly where the check says it is met") {
  SeededChance chance(29);
  std::array<std::size_t, 2> seen{};
  for (const auto& scale : scales) {
    CAPTURE(static_cast<int>(scale.model));
    const bool is_whole = scale.unit < 2;
    for (int i = 0; i < 20'000; ++i) {
      const std::uint64_t bound = 1 + chance.next() % (is_whole ? 20 : 5'000);
      double value = static_cast<double>(bound) / scale.unit;
      const auto off = static_cast<double>(chance.next() % 5) - 2;
      // On the bound, or a ratio of counts near it, or off by what only a tolerance forgives.
      if (is_whole) {
        value += off;
      } else if (scale.model == PrivacyModel::recursive_diversity) {
        const auto tail = static_cast<double>(1 + chance.next() % 100'000);
        value = (std::round(value * tail) + off) / tail;
      } else {
        value += off * (chance.next() % 2 == 0 ? 3.14159265e-10 : 0.3 / scale.unit);
      }
      const Met met{scale.model, "", bound, claimed(scale.model, value), 0};
      const bool is_met = anonymise::measuring::is_met(scale.measured, value,
                                                       static_cast<double>(bound) / scale.unit);
      CAPTURE(value);
      CAPTURE(bound);
      REQUIRE(is_reached(met) == is_met);
      ++seen[is_met ? 1 : 0];
    }
  }
  CHECK(seen[0] > 20'000);
  CHECK(seen[1] > 20'000);
}

TEST_CASE("measured models: of each model and column what was found, of others nothing") {
  anonymise::Measurement measured;
  measured.k_achieved = 7;
  measured.diversity = {{"answer", 3}};
  measured.findings = {
      {anonymise::PrivacyModel::t_closeness, "answer", 0.15, 0.2, 9, true},
      {anonymise::PrivacyModel::t_closeness, "income", 0.19, 0.2, 9, true},
      {anonymise::PrivacyModel::enhanced_beta_likeness, "answer", 0.5, 0.75, 9, true}};
  const auto of = [&](PrivacyModel model, const char* column, std::uint64_t demanded) {
    return achieved({model, column, demanded, 77}, measured);
  };
  CHECK(of(PrivacyModel::k_anonymity, "", 5) == 7);
  CHECK(of(PrivacyModel::distinct_diversity, "answer", 2) == 3);
  CHECK(of(PrivacyModel::distinct_diversity, "income", 2) == 0);
  CHECK(of(PrivacyModel::t_closeness, "answer", 200'000) == 150'000);
  CHECK(of(PrivacyModel::t_closeness, "income", 200'000) == 190'000);
  CHECK(of(PrivacyModel::t_closeness, "other", 200'000) == 77);
  CHECK(of(PrivacyModel::k_map, "", 5) == 77);
  // Its own bound was 0.75, and it stayed 0.25 below: so it would have under a beta of 1.75.
  CHECK(of(PrivacyModel::enhanced_beta_likeness, "answer", 2'000) == 1'750);
}

}  // namespace
}  // namespace usufruct
