#include "trustee/released_floor.h"

#include <doctest/doctest.h>

#include <array>

#include "tests/support/random_floor.h"
#include "trustee/law/claims.h"
#include "world.h"

namespace usufruct {
namespace {

const std::vector<Recoding> recipe = {{"age", ColumnRole::quasi_identifier, 1, 3, Digest{}, 1},
                                      {"answer", ColumnRole::sensitive},
                                      {"income", ColumnRole::sensitive},
                                      {"note", ColumnRole::insensitive}};

/// A release that says it met a floor exactly.
Release made_to(const Floor& floor) {
  Release release;
  release.recipe = recipe;
  release.met = demands_of(floor, recipe);
  for (auto& met : release.met) met.achieved = met.demanded;
  return release;
}

Floor asking_all() {
  return {.k = 5,
          .l_distinct = 2,
          .l_entropy_milli = 2'000,
          .l_recursive = 3,
          .c_recursive_milli = 4'000,
          .t_closeness_ppm = 200'000,
          .delta_disclosure_milli = 1'500,
          .beta_likeness_milli = 2'000,
          .beta_enhanced_milli = 2'000,
          .k_map = 5,
          .population_uniques_ppm = 10'000};
}

TEST_CASE("released floor: one demand for the table, one for each sensitive column, in order") {
  const Floor floor{.k = 5, .t_closeness_ppm = 200'000, .k_map = 7};
  const std::vector<Met> wanted = {{PrivacyModel::k_anonymity, "", 5, 0},
                                   {PrivacyModel::k_map, "", 7, 0},
                                   {PrivacyModel::t_closeness, "answer", 200'000, UINT64_MAX},
                                   {PrivacyModel::t_closeness, "income", 200'000, UINT64_MAX}};
  CHECK(demands_of(floor, recipe) == wanted);
  for (const auto& met : wanted) CHECK_FALSE(is_reached(met));
  const auto all = demands_of(asking_all(), recipe);
  CHECK(all.size() == 3 + 7 * 2);
  CHECK(all[7] == Met{PrivacyModel::recursive_diversity, "income", 4'000, UINT64_MAX, 3});
  // Suppression is no model, and personalised floors are no bound of the terms.
  CHECK(demands_of({.k = 1, .suppression_max_per10000 = 500}, recipe).size() == 1);
}

TEST_CASE("released floor: each model has its stricter side") {
  for (auto met : made_to(asking_all()).met) {
    CAPTURE(print_model(met));
    const bool is_at_least = met.model == PrivacyModel::k_anonymity ||
                             met.model == PrivacyModel::k_map ||
                             met.model == PrivacyModel::distinct_diversity ||
                             met.model == PrivacyModel::entropy_diversity;
    CHECK(is_reached(met));
    met.achieved = is_at_least ? met.demanded + 1 : met.demanded - 1;
    CHECK(is_reached(met));
    met.achieved = is_at_least ? met.demanded - 1 : met.demanded + 1;
    CHECK_FALSE(is_reached(met));
  }
}

TEST_CASE("released floor: what is missing, looser, unreached or out of order is found") {
  const Floor floor = asking_all();
  const auto with = [&](auto change) {
    Release release = made_to(floor);
    change(release);
    return unmet(release, floor);
  };
  CHECK(with([](Release&) {}) == "");
  for (std::size_t i = 0; i < made_to(floor).met.size(); ++i) {
    CAPTURE(i);
    const auto at = static_cast<std::ptrdiff_t>(i);
    CHECK(with([&](Release& r) { r.met.erase(r.met.begin() + at); }).find("it was not demanded") !=
          std::string::npos);
    // Demanded and reached one step looser than the floor.
    CHECK(with([&](Release& r) {
            Met& met = r.met[i];
            const bool is_at_least = !is_reached({met.model, met.column, 2, 1, met.l});
            met.demanded = met.achieved = is_at_least ? met.demanded - 1 : met.demanded + 1;
          }).find("less was demanded") != std::string::npos);
    CHECK(with([&](Release& r) {
            Met& met = r.met[i];
            const bool is_at_least = !is_reached({met.model, met.column, 2, 1, met.l});
            met.achieved = is_at_least ? met.demanded - 1 : met.demanded + 1;
          }).find("was demanded") != std::string::npos);
    CHECK(with([&](Release& r) { r.met[i].demanded = 0; }).find("by no number") !=
          std::string::npos);
    CHECK(with([&](Release& r) {
            r.met.insert(r.met.begin() + at, r.met[i]);
          }).find("named twice") != std::string::npos);
  }
  CHECK(with([](Release& r) { std::swap(r.met[0], r.met[1]); }).find("out of order") !=
        std::string::npos);
  CHECK(with([](Release& r) { r.met[6].l = 2; }) ==
        "the terms ask for recursive (c,l)-diversity of 'answer' 4, and less was demanded");
  CHECK(with([](Release& r) { r.met[6].l = 0; }).find("by no number") != std::string::npos);
  CHECK(with([](Release& r) { r.met[0].column = "answer"; }).find("no sensitive column") !=
        std::string::npos);
  CHECK(with([](Release& r) { r.met[2].column = "age"; }).find("no sensitive column") !=
        std::string::npos);
  CHECK(with([](Release& r) {
          r.recipe[1].role = r.recipe[2].role = ColumnRole::insensitive;
          std::erase_if(r.met, [](const Met& met) { return !met.column.empty(); });
        }) == "no column is sensitive, so distinct l-diversity says nothing");
  // More than is asked for is no fault.
  Release more = made_to(floor);
  more.met.push_back({PrivacyModel::personalised_k, "", 12, 12});
  CHECK(unmet(more, {.k = 3}) == "");
}

TEST_CASE("released floor: a floor that asks for more lets no more releases through") {
  SeededChance chance(17);
  std::array<std::size_t, 2> seen{};
  for (int i = 0; i < 4'000; ++i) {
    const Floor one = random_floor(chance);
    const Floor other = random_floor(chance);
    const Floor both = terms::stricter_of(one, other);
    Release release = made_to(chance.next() % 2 == 0 ? both : one);
    for (auto& met : release.met) {
      if (chance.next() % 20 == 0) met.achieved += 1;
      if (chance.next() % 20 == 0) met.demanded += 1;
      if (chance.next() % 20 == 0) met.demanded -= 1;
    }
    if (chance.next() % 20 == 0) release.met.pop_back();
    const bool meets_both = unmet(release, both).empty();
    REQUIRE((!meets_both || (unmet(release, one).empty() && unmet(release, other).empty())));
    ++seen[meets_both ? 1 : 0];
  }
  CHECK(seen[0] > 500);
  CHECK(seen[1] > 200);
}

/// What the law checks of a release by itself, when all that follows from its counts does.
bool is_lawful(Release release, const Floor& floor) {
  release.rows_input = 1'000;
  release.rows_consented = 1'000;
  release.rows_suppressed = 100;
  release.rows_released = 900;
  release.classes = 1;
  release.k = release.met.front().achieved;
  release.loss_bound_ppm = 1'000'000;
  release.recipe.front().loss_ppm = 1'000'000;
  for (auto& met : release.met) {
    if (met.model == PrivacyModel::population_uniqueness) {
      if (release.k > 1) met.achieved = 0;  // nobody is alone
      release.population_uniques_ppm = static_cast<std::uint32_t>(met.achieved);
    }
    if (met.model != PrivacyModel::distinct_diversity) continue;
    if (release.l_distinct == 0) release.l_distinct = met.achieved;
    release.l_distinct = std::min(release.l_distinct, met.achieved);
  }
  follow_counts(release);
  release.journalist_risk_ppm = release.marketer_risk_ppm = 1;
  release.sample_uniques = release.k == 1 ? 1 : 0;
  release.format = release.algorithm = release.code_version = "x";
  release.recoding_sha256 = Digest{};
  Version version;
  version.population = {Digest{}, 1'000'000};
  for (const auto& column : release.recipe) version.columns.push_back({column.column, column.role});
  return law::check_release_claims(release, version, floor).has_value();
}

TEST_CASE("law: a floor that asks for more lets no more releases through") {
  SeededChance chance(23);
  std::array<std::size_t, 3> seen{};
  for (int i = 0; i < 4'000; ++i) {
    const Floor one = random_floor(chance);
    const Floor other = random_floor(chance);
    const Floor both = terms::stricter_of(one, other);
    Release release = made_to(chance.next() % 2 == 0 ? both : one);
    for (auto& met : release.met) met.achieved = met.demanded;
    if (chance.next() % 4 == 0) release.met.back().achieved -= 1;
    const bool by_both = is_lawful(release, both);
    const bool by_each = is_lawful(release, one) && is_lawful(release, other);
    REQUIRE((!by_both || by_each));
    ++seen[by_both ? 2 : by_each ? 1 : 0];
  }
  CHECK(seen[0] > 500);
  CHECK(seen[2] > 50);
}

TEST_CASE("released floor: values are told in the numbers that people write") {
  CHECK(print_model({PrivacyModel::t_closeness, "diagnosis"}) == "t-closeness of 'diagnosis'");
  CHECK(print_model({PrivacyModel::k_map}) == "k-map");
  CHECK(print_model_value(PrivacyModel::t_closeness, 198'765) == "0.198765");
  CHECK(print_model_value(PrivacyModel::entropy_diversity, 2'000) == "2");
  CHECK(print_model_value(PrivacyModel::k_anonymity, 5) == "5");
}

TEST_CASE("floor: what no release of a version can meet is told by what it lacks") {
  Version version{.row_count = 10,
                  .columns = {{.name = "age", .role = ColumnRole::quasi_identifier},
                              {.name = "answer", .role = ColumnRole::sensitive}}};
  version.population = {Digest{}, 100};
  const auto told = [&](auto change) {
    Version other = version;
    change(other);
    return never_met(asking_all(), other).size();
  };
  CHECK(told([](Version&) {}) == 0);
  CHECK(told([](Version& v) { v.row_count = 4; }) == 1);
  CHECK(told([](Version& v) { v.row_count = 0; }) == 0);  // not known
  CHECK(told([](Version& v) { v.columns[0].role = ColumnRole::insensitive; }) == 1);
  CHECK(told([](Version& v) { v.columns[1].role = ColumnRole::insensitive; }) == 7);
  CHECK(told([](Version& v) { v.population.sha256.reset(); }) == 1);
  CHECK(told([](Version& v) { v.population = {}; }) == 2);
  version.population = {};
  CHECK(never_met({.k = 1}, version).empty());
}

}  // namespace
}  // namespace usufruct
