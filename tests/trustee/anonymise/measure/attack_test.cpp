#include "trustee/anonymise/measure/attack.h"

#include <doctest/doctest.h>

#include "tests/trustee/anonymise/measure/planted.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using namespace usufruct::anonymise::test;

namespace {

AttackInput input_of(const std::vector<Row>& released, const std::vector<Row>& people,
                     const std::vector<Row>& control) {
  return {.columns = {{"age", ColumnRole::quasi_identifier, &age_tree()},
                      {"city", ColumnRole::quasi_identifier, &city_tree()},
                      {"ill", ColumnRole::sensitive},
                      {"pay", ColumnRole::sensitive},
                      {"note", ColumnRole::insensitive}},
          .released = released,
          .people = people,
          .control = control};
}

std::vector<Row> people_of(std::uint64_t seed, std::size_t count) {
  SeededChance chance(seed);
  auto rows = random_original(chance, count).table.rows;
  for (Row& row : rows) row[4] = "same";
  return rows;
}

std::vector<Row> shown_at(const std::vector<Row>& people, const std::vector<std::uint32_t>& node) {
  std::vector<Row> rows;
  for (const Row& row : people) rows.push_back(shown(Original{}, row, node));
  return rows;
}

AttackResult result_of(const AttackInput& input, AttackKind kind, std::string_view column = "") {
  SeededChance chance(5);
  const auto results = try_attacks(input, {.attacks_max = 300}, chance);
  REQUIRE_MESSAGE(results.has_value(), (results ? "" : results.error().message));
  for (const AttackResult& each : *results)
    if (each.kind == kind && each.column == column) return each;
  FAIL("no such attack");
  return {};
}

}  // namespace

TEST_CASE("rate: Wilson's interval and what remains over the control") {
  // Wilson's score interval of 10 in 50: 0.2232 ± 0.1107... (Newcombe 1998, method 3).
  const Rate rate = wilson_rate(10, 50);
  CHECK(rate.low == doctest::Approx(0.1124).epsilon(0.001));
  CHECK(rate.high == doctest::Approx(0.3304).epsilon(0.001));
  CHECK(wilson_rate(0, 0) == Rate{0, 0, 1});
  CHECK(wilson_rate(0, 20).low == doctest::Approx(0));
  CHECK(wilson_rate(20, 20).high == doctest::Approx(1));
  const Rate risk = risk_of({0.6, 0.55, 0.65}, Rate{0.2, 0.15, 0.25});
  CHECK(risk.value == doctest::Approx(0.5));
  CHECK(risk.low == doctest::Approx(0.5 - std::hypot(0.0625, 0.03125)));
  CHECK(risk_of({0.2, 0.1, 0.3}, Rate{0.6, 0.5, 0.7}).value == 0);
  CHECK(risk_of({0.6, 0.55, 0.65}, std::nullopt) == Rate{0.6, 0.55, 0.65});
}

TEST_CASE("attack: what is released as it was singles people out, what is all stars does not") {
  const auto people = people_of(1, 120);
  const auto control = people_of(2, 120);
  const auto raw = shown_at(people, {0, 0});
  const auto singled = result_of(input_of(raw, people, control), AttackKind::singling_out_by_many);
  CHECK(singled.attacks > 50);
  CHECK(singled.successes == singled.attacks);
  CHECK_FALSE(singled.is_void);
  CHECK(singled.risk.value > 0.5);
  const auto stars = shown_at(people, {3, 2});
  const auto nothing = result_of(input_of(stars, people, control), AttackKind::singling_out_by_one);
  CHECK(nothing.attacks == 0);
  CHECK(nothing.is_void);
  CHECK(nothing.risk.value == 0);
}

TEST_CASE("attack: halves of a record are linked when little was made coarser") {
  const auto people = people_of(3, 150);
  const auto control = people_of(4, 150);
  auto distinct = people;
  for (std::size_t i = 0; i < distinct.size(); ++i) distinct[i][4] = std::to_string(10 * i);
  const auto raw = result_of(input_of(distinct, distinct, control), AttackKind::linking);
  const auto stars =
      result_of(input_of(shown_at(people, {3, 2}), people, control), AttackKind::linking);
  CHECK(raw.main.value > 4 * stars.main.value);
  CHECK(raw.risk.value > 0.02);
  // All is one class but for illness and pay: hardly better than drawing a row.
  CHECK(stars.risk.low == 0);
}

TEST_CASE("attack: a class that is ill alike is inferred") {
  // Illness follows the city: whoever knows the city knows the illness.
  auto people = people_of(5, 200);
  auto control = people_of(6, 200);
  for (Row& row : people) row[2] = row[1] < "M" ? "flu" : "gout";
  const auto in_it =
      result_of(input_of(shown_at(people, {3, 0}), people, control), AttackKind::inference, "ill");
  CHECK(in_it.successes == in_it.attacks);
  CHECK(in_it.attacks == 200);
  CHECK(in_it.risk.value > 0.4);
  CHECK_FALSE(in_it.is_void);
  // Without the city the most frequent value is all that can be said, of anybody.
  const auto out_of_it =
      result_of(input_of(shown_at(people, {3, 2}), people, people), AttackKind::inference, "ill");
  CHECK(out_of_it.risk.value == doctest::Approx(0).epsilon(0.001));
  CHECK(out_of_it.risk.low == 0);
}

TEST_CASE("attack: numbers within five in a hundred are guessed right") {
  std::vector<Row> people(40, Row{"20", "Lyon", "flu", "1000", "same"});
  std::vector<Row> released = shown_at(people, {1, 1});
  for (Row& row : released) row[3] = "1050";
  CHECK(result_of(input_of(released, people, {}), AttackKind::inference, "pay").successes == 40);
  for (Row& row : released) row[3] = "1051";
  CHECK(result_of(input_of(released, people, {}), AttackKind::inference, "pay").successes == 0);
}

TEST_CASE("attack: the same chance gives the same answer; nonsense is refused") {
  const auto people = people_of(7, 80);
  const auto released = shown_at(people, {1, 1});
  const auto input = input_of(released, people, {});
  SeededChance one(9);
  SeededChance same(9);
  CHECK(try_attacks(input, {}, one).value() == try_attacks(input, {}, same).value());
  const std::vector<Row> narrow{{"20"}};
  CHECK_FALSE(try_attacks(input_of(narrow, people, {}), {}, one).has_value());
  const std::vector<Row> unknown{{"999", "Lyon", "flu", "1", "x"}};
  CHECK_FALSE(try_attacks(input_of(people, unknown, {}), {}, one).has_value());
  CHECK_FALSE(try_attacks(input_of({}, people, {}), {}, one).has_value());
  CHECK_FALSE(try_attacks(input, {.attacks_max = 0}, one).has_value());
}
