// Floors on the people outside the table, and what somebody who seeks one of them learns.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "crypto/keyed_chance.h"
#include "tests/trustee/anonymise/made.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/checked.h"
#include "trustee/anonymise/expectations.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::columns;
using usufruct::anonymise::test::everyone;
using usufruct::anonymise::test::made;
using usufruct::anonymise::test::Made;
using usufruct::anonymise::test::MemoryFile;

namespace {

/// People of a town; the first `sample` of them are in the table that is released.
std::string town(std::uint32_t people, bool is_register) {
  std::string text = is_register ? "house,age,city\n" : "age,city,ill\n";
  SeededChance chance(5);
  for (std::uint32_t i = 0; i < people; ++i) {
    const std::uint64_t drawn = chance.next();
    const auto age = drawn % 60 + 20;
    const auto city = fmt::format("city-{}", drawn / 60 % 5);
    text += is_register ? fmt::format("{},{},{}\n", i, age, city)
                        : fmt::format("{},{},{}\n", age, city, i % 3);
  }
  return text;
}
const std::string town_roles = "age:q city:q ill:i";

const Finding& finding(const Measurement& measured, PrivacyModel model) {
  const auto at = std::ranges::find(measured.findings, model, &Finding::model);
  REQUIRE(at != measured.findings.end());
  return *at;
}

std::string error_of(const Made& one) {
  REQUIRE_FALSE(one.answer.has_value());
  return one.answer.error().message;
}

}  // namespace

TEST_CASE("population: every class stands for k-map people, in every format and both scopes") {
  const MemoryFile rows(town(200, false));
  const MemoryFile all(town(2'000, true));
  for (const auto scope : {Scope::best, Scope::full_domain})
    for (const auto format : {Format::csv, Format::tsv, Format::json_lines, Format::parquet}) {
      CAPTURE(name_of(format));
      const Input input{
          .files = {{.path = rows.path(), .format = Format::csv}},
          .columns = columns(town_roles),
          .output = {format, Compression::none},
          .recoding = {.scope = scope},
          .population = PopulationInput{.files = {{.path = all.path(), .format = Format::csv}}}};
      const Made one = made(input, {.k = 1, .suppression_max_per_10000 = 0, .k_map = 10});
      REQUIRE_MESSAGE(one.answer.has_value(), (one.answer ? "" : one.answer.error().message));
      const Measurement& measured = one.answer->measurement();
      CHECK(finding(measured, PrivacyModel::k_map).value >= 10);
      CHECK(finding(measured, PrivacyModel::k_map).is_met);
      CHECK(measured.population_risk->journalist_highest <= 0.1);
      CHECK(measured.uniqueness.has_value());
      CHECK(one.answer->loss_bound() <= one.answer->loss());
      if (scope == Scope::full_domain) CHECK(one.answer->proven_optimal());
      // It is less than k of the rows themselves would cost.
      const Made harder = made(input, {.k = 10, .suppression_max_per_10000 = 0});
      REQUIRE(harder.answer.has_value());
      CHECK(one.answer->loss() < harder.answer->loss());
    }
}

TEST_CASE("population: it is told who may be thought of, also where no floor asks") {
  const MemoryFile rows("age,city,ill\n30,A,1\n30,A,2\n31,B,3\n");
  const MemoryFile all("city,age\nA,30\nA,30\nA,30\nB,31\nB,31\n\"C,d\",99\n");
  Input input{.files = {{.path = rows.path(), .format = Format::csv}},
              .columns = columns(town_roles)};
  input.population = PopulationInput{.files = {{.path = all.path(), .format = Format::csv}}};
  const Made one = made(input, {.k = 1});
  REQUIRE_MESSAGE(one.answer.has_value(), (one.answer ? "" : one.answer.error().message));
  CHECK(one.answer->loss() == 0);
  // Two of three, and one of two.
  CHECK(one.answer->measurement().population_risk->journalist_highest == doctest::Approx(0.5));
  CHECK(one.answer->measurement().population_risk->marketer ==
        doctest::Approx((2.0 / 3 + 1.0 / 2) / 3));
  // What only the population has is in no hierarchy that is cut by what there is.
  CHECK(one.answer->columns()[0].hierarchy_text.find("99") == std::string::npos);
  CHECK(one.answer->columns()[1].hierarchy_text.find("C,d") == std::string::npos);

  input.population = PopulationInput{.files = {}, .people = 50};
  const Made counted = made(input, {.k = 1});
  REQUIRE(counted.answer.has_value());
  CHECK_FALSE(counted.answer->measurement().population_risk.has_value());
  CHECK(counted.answer->measurement().uniqueness.has_value());
}

TEST_CASE("population: where too many people would be unique, no row stands alone") {
  const MemoryFile rows(town(300, false));
  Input input{.files = {{.path = rows.path(), .format = Format::csv}},
              .columns = columns(town_roles)};
  input.population = PopulationInput{.files = {}, .people = 1'000};
  const Floor lax{.k = 1, .population_uniques_ppm = 999'999};
  const Made as_it_is = made(input, lax);
  REQUIRE_MESSAGE(as_it_is.answer.has_value(),
                  (as_it_is.answer ? "" : as_it_is.answer.error().message));
  CHECK(as_it_is.answer->loss() == 0);
  CHECK(as_it_is.answer->proven_optimal());
  CHECK(as_it_is.answer->measurement().sample_uniques > 50);

  const Floor strict{.k = 1, .population_uniques_ppm = 1'000};
  for (const auto scope : {Scope::best, Scope::full_domain}) {
    input.recoding.scope = scope;
    const Made one = made(input, strict);
    REQUIRE_MESSAGE(one.answer.has_value(), (one.answer ? "" : one.answer.error().message));
    CHECK(one.answer->measurement().sample_uniques == 0);
    CHECK(finding(one.answer->measurement(), PrivacyModel::population_uniqueness).value == 0);
    CHECK(one.answer->loss() > 0);
    CHECK_FALSE(one.answer->proven_optimal());
    CHECK(one.answer->loss_bound() == 0);
  }
  const MemoryFile lone("age,city,ill\n1,A,x\n");
  input.files = {{.path = lone.path(), .format = Format::csv}};
  input.population->people = 5;
  const Made none = made(input, strict);
  REQUIRE_FALSE(none.answer.has_value());
  CHECK(none.answer.error().rule == "floor-uniqueness");
}

TEST_CASE("population: what a floor asks about must be given") {
  const MemoryFile rows(town(50, false));
  Input input{.files = {{.path = rows.path(), .format = Format::csv}},
              .columns = columns(town_roles)};
  const auto rule = [&](const Floor& floor) {
    const Made one = made(input, floor);
    REQUIRE_FALSE(one.answer.has_value());
    CHECK(one.answer.error().code == Code::denied);
    return one.answer.error().rule;
  };
  CHECK(rule({.k = 1, .k_map = 2}) == "floor-k-map");
  CHECK(rule({.k = 1, .population_uniques_ppm = 10}) == "floor-uniqueness");
  input.population = PopulationInput{.files = {}, .people = 50};
  CHECK(rule({.k = 1, .k_map = 2}) == "floor-k-map");
  const MemoryFile all(town(60, true));
  input.population = PopulationInput{.files = {{.path = all.path(), .format = Format::csv}}};
  CHECK(rule({.k = 1, .k_map = 61}) == "floor-k-map");
  CHECK(error_of(made(input, {.k = 1, .k_map = 61})) ==
        "the population has 60 people and the floor is k-map 61");
  input.columns = columns("age:i city:i ill:i");
  CHECK(rule({.k = 1, .k_map = 2}) == "floor-k-map");
}

TEST_CASE("population: a table that is none is refused") {
  const MemoryFile rows("age,city,ill\n30,A,1\n30,A,2\n31,B,3\n");
  Input input{.files = {{.path = rows.path(), .format = Format::csv}},
              .columns = columns(town_roles)};
  const auto answer = [&](std::string_view table, std::uint64_t people = 0) {
    const MemoryFile file(table);
    input.population =
        PopulationInput{.files = {{.path = file.path(), .format = Format::csv}}, .people = people};
    const Made one = made(input, {.k = 1});
    if (one.answer) return std::string("made");
    CHECK(one.answer.error().code == Code::malformed);
    CHECK(one.bytes.empty());
    std::string message = one.answer.error().message;
    const auto at = message.find(file.path());
    if (at != std::string::npos) message.replace(at, file.path().size(), "FILE");
    return message;
  };
  CHECK(answer("age,city\n30,A\n30,A\n31,B\n") == "made");
  CHECK(answer("age,city\n30,A\n30,A\n31,B\n", 3) == "made");
  CHECK(answer("age,town\n30,A\n30,A\n31,B\n") == "population: FILE: it has no column 'city'");
  CHECK(answer("age,city\n30,A\n30,A\n31,B\n", 2) ==
        "a population of 2 people whose table has 3 rows");
  CHECK(answer("age,city\n30,A\n30,A\n") == "a population of 2 people, of whom 3 rows may be used");
  CHECK(answer("age,city\n") == "population: FILE: the file has no rows");
  CHECK(answer("age,city\n30\n") == "population: FILE: line 2 has 1 fields and the header has 2");
  input.columns[1].hierarchy = *Hierarchy::parse("A;*\nB;*\n");
  CHECK(answer("age,city\n30,A\n30,A\n31,C\n") == "made");  // C is under nothing that is shown
  input.population = PopulationInput{};
  CHECK(error_of(made(input, {.k = 1})) == "a population of no people");
}

TEST_CASE("population: a search that forgets the people is caught") {
  const MemoryFile rows(town(200, false));
  const MemoryFile all(town(2'000, true));
  const PopulationInput population{.files = {{.path = all.path(), .format = Format::csv}}};
  Input input{.files = {{.path = rows.path(), .format = Format::csv}},
              .columns = columns(town_roles)};
  const Floor asked{.k = 1, .suppression_max_per_10000 = 0, .k_map = 10};
  for (const Floor& searched : {asked, Floor{.k = 1, .suppression_max_per_10000 = 0}}) {
    auto counted = count_tuples(input.files, input.columns, everyone,
                                {.population = &population, .with_people = true});
    REQUIRE(counted.has_value());
    const auto recoding = recode(counted->histogram, searched, {});
    REQUIRE(recoding.has_value());
    AskedRows nobody;
    MeasureOptions options = expectations_of(*counted, input, asked, *recoding, nobody);
    options.population = counted->population;
    const Sink nowhere = [](View) -> Result<void> { return {}; };
    Checked checked(*Measuring::make(std::move(options)), nowhere);
    SeededChance chance(1);
    KeyedChance placement(Secret<32>::random(chance));
    const Writing writing{.placing = {.placement = placement, .order = chance}};
    REQUIRE(write_checked(*counted, *recoding, writing, input, checked).has_value());
    const auto found = checked.finish(asked);
    CHECK(found.has_value() == (searched.k_map > 0));
    if (!found) CHECK(found.error().rule == "floor-k-map");
  }
}

TEST_CASE("weights: a heavier column keeps more, and every figure of loss is weighted") {
  const MemoryFile rows(town(400, false));
  Input input{.files = {{.path = rows.path(), .format = Format::csv}},
              .columns = columns(town_roles)};
  const auto release = [&](double age, double city) {
    input.columns[0].weight = age;
    input.columns[1].weight = city;
    Made one = made(input, {.k = 8, .suppression_max_per_10000 = 0});
    REQUIRE_MESSAGE(one.answer.has_value(), (one.answer ? "" : one.answer.error().message));
    const Utility& utility = *one.answer->measurement().utility;
    const double mean =
        (age * utility.columns[0].loss + city * utility.columns[1].loss) / (age + city);
    CHECK(utility.loss == doctest::Approx(mean));
    CHECK(one.answer->loss() == doctest::Approx(mean));
    CHECK(*one.answer->measurement().granularity == doctest::Approx(1 - mean));
    CHECK(one.answer->loss_bound() <= one.answer->loss());
    return std::pair(std::move(one.bytes), utility);
  };
  for (const auto scope : {Scope::best, Scope::full_domain}) {
    input.recoding.scope = scope;
    const auto [even, at_first] = release(1, 1);
    CHECK((release(3, 3).first == even));  // only their relation counts
    CHECK((release(1e300, 1e300).first == even));
    const auto [ages, of_ages] = release(9, 1);
    const auto [cities, of_cities] = release(1, 9);
    CHECK(of_ages.columns[0].loss < of_cities.columns[0].loss);
    CHECK(of_ages.columns[1].loss > of_cities.columns[1].loss);
  }
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    input.columns[0].weight = bad;
    const Made none = made(input, {.k = 2});
    REQUIRE_FALSE(none.answer.has_value());
    CHECK(none.answer.error().code == Code::malformed);
    CHECK(none.answer.error().message.starts_with("column 'age' has the weight"));
  }
}
