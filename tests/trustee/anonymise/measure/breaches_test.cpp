// A breach of every kind planted in the bytes of good releases. Each is caught, or the definitions
// (definitions.h) say that it is none.
#include <doctest/doctest.h>

#include "tests/trustee/anonymise/measure/breach_kinds.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using namespace usufruct::anonymise::test;

namespace {

/// Whether measuring or the floor refuses these bytes.
bool is_caught(std::string_view bytes, const MeasureOptions& options, const Floor& floor) {
  const auto found = measure(as_view(bytes), options);
  return !found || !check_floor(*found, floor);
}

/// Good releases of every kind of floor.
template <class Each>
void each_good(std::uint64_t seeds, const Each& each) {
  std::size_t seen = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    SeededChance chance(seed);
    const Original original = random_original(chance, 30 + draw(chance, 150));
    const auto good = recode(original, floor_of_kind(seed % floor_kinds, chance));
    if (!good) continue;
    CAPTURE(seed);
    ++seen;
    each(*good, chance);
  }
  CHECK(seen > seeds / 2);
}

}  // namespace

TEST_CASE("breaches: good releases pass") {
  each_good(400, [](const Released& good, SeededChance&) {
    const auto found = measure(as_view(csv_of(good.table)), options_for(good));
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    const auto answer = check_floor(*found, good.floor);
    CHECK_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    CHECK(is_sound(good, good.table));
  });
}

TEST_CASE("breaches: every kind planted in a row or a column is caught, or is none") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    std::size_t planted = 0;
    std::size_t caught = 0;
    each_good(240, [&](const Released& good, SeededChance& chance) {
      Released changed = good;
      if (!kind.plant(changed, changed.table, chance)) return;
      ++planted;
      auto options = options_for(changed);
      options.claims.rows_released = good.original.table.rows.size() - changed.suppressed;
      const std::string bytes = csv_of(changed.table);
      const bool is_refused = is_caught(bytes, options, good.floor);
      CHECK_MESSAGE(is_refused == !is_sound(changed, changed.table), bytes);
      if (kind.is_always_caught) CHECK_MESSAGE(is_refused, bytes);
      caught += is_refused ? 1 : 0;
    });
    CHECK(planted > 20);
    CHECK(caught > 2);
  }
}

TEST_CASE("breaches: every broken byte is caught, or is none") {
  std::size_t caught = 0;
  std::size_t harmless = 0;
  each_good(1600, [&](const Released& good, SeededChance& chance) {
    std::string bytes = csv_of(good.table);
    const std::size_t at = draw(chance, bytes.size());
    switch (draw(chance, 6)) {
      case 0:
        bytes.resize(at);  // The file is cut.
        break;
      case 1:
        bytes.erase(at, 1);
        break;
      case 2:
        bytes.insert(at, 1, '"');
        break;
      case 3:
        bytes[at] = "\r\n,\"\x80*2 "[draw(chance, 8)];
        break;
      case 4:
        bytes.insert(at, 1, "\r\n,x"[draw(chance, 4)]);
        break;
      default:
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << draw(chance, 7));
        break;
    }
    CAPTURE(bytes);
    const auto table = parse_plain(bytes);
    const bool is_refused = is_caught(bytes, options_for(good), good.floor);
    CHECK(is_refused == !(table && is_sound(good, *table)));
    (is_refused ? caught : harmless) += 1;
  });
  CHECK(caught > 500);
  CHECK(harmless > 50);  // Notes may say what they like.
}

TEST_CASE("breaches: each model is what refuses when only it is missed") {
  // Twelve of the input's sixteen rows are ill with flu; the class shown has nothing else.
  std::string text = "age,ill\n";
  for (int i = 0; i < 8; ++i) text += "A,flu\n";
  for (int i = 0; i < 4; ++i) text += "B,flu\n";
  for (const char* ill : {"cold", "gout", "gout", "cold"}) text += std::string("B,") + ill + "\n";
  MeasureOptions options{.quasi_identifiers = {"age"}, .sensitive = {"ill"}};
  options.sensitive_input = {
      {.counts = {{"flu", 12}, {"cold", 2}, {"gout", 2}}, .distance = Distance::equal}};
  struct Case {
    Floor floor;
    std::string rule;
    std::string says;
  };
  const std::vector<Case> cases{
      {{.k = 8}, "", ""},
      {{.k = 9}, "floor-k", "the smallest class has 8 rows and the floor is k 9 (1 short)"},
      {{.l_distinct = 1}, "", ""},
      {{.l_distinct = 2}, "floor-diversity", "1 value of 'ill' and the floor is 2 (1 short)"},
      {{.l_entropy_milli = 1000}, "", ""},
      {{.l_entropy_milli = 1001},
       "floor-diversity",
       "entropy l-diversity of 'ill' is 1.000000 in a class of 8 rows and the floor is 1.001000"},
      {{.l_recursive = 1, .c_recursive_milli = 1001}, "", ""},
      // r₁ < c·r₁ is strict: equality is a breach.
      {{.l_recursive = 1, .c_recursive_milli = 1000}, "floor-diversity", "is 1.000000"},
      {{.l_recursive = 2, .c_recursive_milli = 4'000'000},
       "floor-diversity",
       "a class of 8 rows has too few values of 'ill'"},
      // ½(|1-¾| + ⅛ + ⅛) = ¼.
      {{.t_closeness_ppm = 250'000}, "", ""},
      {{.t_closeness_ppm = 249'999},
       "floor-closeness",
       "t-closeness of 'ill' is 0.250000 in a class of 8 rows and the floor is 0.249999"},
      // ln 2: cold is a quarter of class B and an eighth of all.
      {{.delta_disclosure_milli = 694}, "", ""},
      {{.delta_disclosure_milli = 693}, "floor-disclosure", "is 0.693147"},
      {{.beta_likeness_milli = 1000}, "", ""},
      {{.beta_likeness_milli = 999}, "floor-likeness", "is 1.000000"},
      // Flu gains ⅓ in class A, above -ln ¾ = 0.288: however high β is.
      {{.beta_enhanced_milli = 5000},
       "floor-likeness",
       "is 0.333333 in a class of 8 rows and the floor is 0.287682"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.says);
    options.floor = each.floor;
    const auto found = measure(as_view(text), options);
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    const auto answer = check_floor(*found, each.floor);
    CHECK(answer.has_value() == each.rule.empty());
    if (answer) continue;
    CHECK(answer.error().code == Code::denied);
    CHECK(answer.error().rule == each.rule);
    CHECK_MESSAGE(answer.error().message.find(each.says) != std::string::npos,
                  answer.error().message);
  }
}

TEST_CASE("breaches: planted in what anonymise() hands over, they are caught") {
  std::size_t planted = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    CAPTURE(seed);
    SeededChance chance(seed);
    Released good{.original = random_original(chance, 200), .table = {}, .node = {}};
    good.floor = {.k = 3, .suppression_max_per_10000 = 1000, .l_distinct = 2};
    const anonymise::test::MemoryFile file(csv_of(good.original.table));
    Input input{.files = {{.path = file.path(), .format = Format::csv}},
                .columns = anonymise::test::columns("age:q city:q ill:s pay:s note:i"),
                .recoding = {.scope = Scope::full_domain}};
    input.columns[0].hierarchy = age_tree();
    input.columns[1].hierarchy = city_tree();
    std::string bytes;
    const auto made = anonymise::anonymise(
        input, good.floor, [](auto, auto) { return true; }, chance,
        [&](View piece) -> Result<void> {
          bytes += as_text(piece);
          return {};
        });
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
    const auto table = parse_plain(bytes);
    REQUIRE(table.has_value());
    good.table = *table;
    good.suppressed = made->rows_suppressed();
    good.sensitive = sensitive_of(good.original.table);
    for (const ColumnOutcome& column : made->columns())
      if (column.role == ColumnRole::quasi_identifier)
        good.node.push_back(static_cast<std::uint8_t>(column.level_max));
    REQUIRE_FALSE(is_caught(bytes, options_for(good), good.floor));
    for (const Kind& kind : kinds()) {
      CAPTURE(kind.name);
      Released changed = good;
      if (!kind.plant(changed, changed.table, chance)) continue;
      auto options = options_for(changed);
      options.claims.rows_released = 200 - changed.suppressed;
      CHECK(is_caught(csv_of(changed.table), options, good.floor) ==
            !is_sound(changed, changed.table));
      ++planted;
    }
  }
  CHECK(planted > 200);
}

TEST_CASE("breaches: a class that stands for too few of the population, or people who are alone") {
  const auto place = Hierarchy::parse("Lyon;FR;*\nParis;FR;*\nOslo;NO;*\n");
  REQUIRE(place.has_value());
  MeasureOptions options{.quasi_identifiers = {"place"}, .sensitive = {}, .hierarchies = {&*place}};
  options.population = Population{.people = 40};
  options.population->add({"Lyon"}, 6);
  options.population->add({"Paris"}, 4);
  options.population->add({"Oslo"}, 3);
  options.population->add({"Oslo"}, 2);
  const std::string text = "place\nFR\nFR\nFR\nOslo\n";
  const auto answer_to = [&](const Floor& floor) {
    options.floor = floor;
    const auto found = measure(as_view(text), options);
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    // Three of ten in France, one of five in Norway.
    CHECK(found->population_risk->journalist_highest == doctest::Approx(0.2));
    CHECK(found->population_risk->marketer == doctest::Approx((3.0 / 10 + 1.0 / 5) / 4));
    CHECK(found->population_risk->journalist_average == doctest::Approx(2.0 / 15));
    return check_floor(*found, floor);
  };
  Floor floor{.k = 1, .suppression_max_per_10000 = 0};
  floor.k_map = 5;
  CHECK(answer_to(floor).has_value());
  floor.k_map = 6;
  const auto few = answer_to(floor);
  REQUIRE_FALSE(few.has_value());
  CHECK(few.error().rule == "floor-k-map");
  CHECK(few.error().message == "a class of 1 row stands for 5 people and the floor is k-map 6");

  floor.k_map = 0;
  floor.population_uniques_ppm = 1'000'000;
  CHECK(answer_to(floor).has_value());
  floor.population_uniques_ppm = 1;
  const auto alone = answer_to(floor);
  REQUIRE_FALSE(alone.has_value());
  CHECK(alone.error().rule == "floor-uniqueness");
  options.population->people = 3;  // Fewer than are released.
  CHECK_FALSE(measure(as_view(text), options).has_value());
  options.population->people = 40;
  // Who has a value that no hierarchy knows is under nothing that is shown.
  options.population->add({"Rome"}, 1'000);
  floor.population_uniques_ppm = 0;
  floor.k_map = 6;
  CHECK_FALSE(answer_to(floor).has_value());
}
