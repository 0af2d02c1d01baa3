#include "trustee/anonymise/measure/measure.h"

#include <doctest/doctest.h>

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

const std::string good =
    "age,city,ill\n"
    "\"[20, 30)\",X,flu\n"
    "\"[20, 30)\",X,cold\n"
    "\"[30, 40)\",Y,flu\n"
    "\"[20, 30)\",X,flu\n"
    "\"[30, 40)\",Y,gout\n";

MeasureOptions options() {
  return {.quasi_identifiers = {"age", "city"}, .sensitive = {"ill"}, .rows_suppressed = 1};
}

Measurement measured(std::string_view text) {
  const auto made = measure(as_view(text), options());
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  return *made;
}

std::string swapped(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("measure: counts classes, risks and diversity by the definitions") {
  const Measurement found = measured(good);
  CHECK(found.rows == 5);
  CHECK(found.classes == 2);
  CHECK(found.k_achieved == 2);
  CHECK(found.sample_uniques == 0);
  CHECK(found.risk_highest == 0.5);
  CHECK(found.risk_average == 0.4);
  CHECK(found.records_at_risk == 5);  // 1/2 and 1/3 are both above 0.2
  CHECK(found.class_size_average == 2.5);
  CHECK(found.discernibility == 9 + 4 + 1 * 6);
  REQUIRE(found.diversity.size() == 1);
  CHECK(found.diversity[0] == Diversity{"ill", 2});
  CHECK(check_floor(found, {2, 2000, 2}).has_value());
}

TEST_CASE("measure: sees every planted breach") {
  struct Row {
    std::string text;
    std::string rule;
    std::string says;
  };
  const std::vector<Row> rows{
      // A cell swapped out of its class leaves two classes short.
      {swapped(good, "Y,gout", "X,gout"), "floor-k",
       "smallest class has 1 row and the floor is k 2 (1 short)"},
      // A row taken away from the smallest class.
      {swapped(good, "\"[30, 40)\",Y,flu\n", ""), "floor-k", "1 short"},
      // A value in its original form.
      {swapped(good, "\"[20, 30)\"", "24"), "floor-k", "1 row"},
      // The same value with a space is another value.
      {swapped(good, "X,cold", "X ,cold"), "floor-k", "1 row"},
      // A class whose people are all ill alike.
      {swapped(good, "gout", "flu"), "floor-diversity",
       "1 value of 'ill' and the floor is 2 (1 short)"},
      {"age,city,ill\n", "floor-k", "0 rows"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto answer = check_floor(measured(row.text), {2, 10000, 2});
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == Code::denied);
    CHECK(answer.error().rule == row.rule);
    CHECK_MESSAGE(answer.error().message.find(row.says) != std::string::npos,
                  answer.error().message);
  }
  const auto suppressed = check_floor(measured(good), {2, 1000, 2});
  REQUIRE_FALSE(suppressed.has_value());
  CHECK(suppressed.error().rule == "floor-suppression");
  CHECK(suppressed.error().message == "1 of 6 rows are suppressed and the most is 0 (1 over)");
}

TEST_CASE("measure: refuses bytes that are not a released file") {
  const std::vector<std::string> bad{
      "",
      "age,city\n1,2\n",
      "age,city,ill,age\n1,2,3,4\n",
      "age,city,ill\n1,2\n",
      "age,city,ill\n1,2,3,4\n",
      "age,city,ill\n1,2,3",
      "age,city,ill\n1,\"2,3\n",
      "age,city,ill\n1,\"2\"x,3\n",
      "age,city,ill\n1,2\"x,3\n",
      "age,city,ill\n1,2,3\r4,5,6\n",
  };
  for (const std::string& text : bad) {
    CAPTURE(text);
    const auto made = measure(as_view(text), options());
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == Code::malformed);
  }
}

TEST_CASE("measure: different tuples never share a class") {
  const auto found = measured("age,city,ill\n1,23,a\n12,3,a\n");
  CHECK(found.classes == 2);
}

TEST_CASE("measure: granularity and precision follow the hierarchies") {
  const auto age = Hierarchy::parse("21;[20, 30);*\n22;[20, 30);*\n31;[30, 40);*\n");
  const auto city = Hierarchy::parse("X;*\nY;*\n");
  auto with = options();
  with.hierarchies = {&*age, &*city};
  const auto found = measure(as_view(good), with);
  REQUIRE(found.has_value());
  // age: three rows lose 1/2, two rows 0, the suppressed one 1; city: only the suppressed one.
  CHECK(*found->granularity == doctest::Approx(1 - (1.5 + 1 + 1) / 12));
  CHECK(*found->precision == doctest::Approx(1 - (5 * 0.5 + 1 + 1) / 12));
  const auto unknown = measure(as_view(swapped(good, "X", "Z")), with);
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().message.find("'Z'") != std::string::npos);
}

TEST_CASE("measure: the bytes may come in any pieces, and as rows") {
  auto with = options();
  with.floor = {.k = 2, .l_distinct = 2, .l_entropy_milli = 1500};
  const auto whole = measure(as_view(good), with);
  REQUIRE(whole.has_value());
  for (const std::size_t piece : {1UL, 2UL, 5UL, 40UL}) {
    auto measuring = Measuring::make(with);
    REQUIRE(measuring.has_value());
    for (std::size_t at = 0; at < good.size(); at += piece)
      REQUIRE(measuring->take(as_view(std::string_view(good).substr(at, piece))).has_value());
    CHECK(measuring->finish() == *whole);
  }
  with.format = Format::parquet;
  auto by_row = Measuring::make(with);
  REQUIRE(by_row.has_value());
  using Cells = std::vector<std::string_view>;
  REQUIRE(by_row->columns(Cells{"age", "city", "ill"}).has_value());
  CHECK_FALSE(by_row->row(Cells{"[20, 30)", "X"}).has_value());
  for (const Cells& cells : std::vector<Cells>{{"[20, 30)", "X", "flu"},
                                               {"[20, 30)", "X", "cold"},
                                               {"[30, 40)", "Y", "flu"},
                                               {"[20, 30)", "X", "flu"},
                                               {"[30, 40)", "Y", "gout"}})
    REQUIRE(by_row->row(cells).has_value());
  CHECK(by_row->finish() == *whole);
}

TEST_CASE("measure: TSV and JSON lines hold the same release") {
  auto with = options();
  const Measurement whole = measured(good);
  with.format = Format::tsv;
  CHECK(measure(as_view("age\tcity\till\n[20, 30)\tX\tflu\n[20, 30)\tX\tcold\n[30, 40)\tY\tflu\n"
                        "[20, 30)\tX\tflu\n[30, 40)\tY\tgout\n"),
                with) == whole);
  with.format = Format::json_lines;
  CHECK(measure(as_view("{\"age\":\"[20, 30)\",\"city\":\"X\",\"ill\":\"flu\"}\n"
                        "{\"age\":\"[20, 30)\",\"city\":\"X\",\"ill\":\"cold\"}\n"
                        "{\"city\":\"Y\",\"age\":\"[30, 40)\",\"ill\":\"flu\"}\n"
                        "{\"age\":\"[20, 30)\",\"city\":\"X\",\"ill\":\"flu\"}\n"
                        "{\"age\":\"[30, 40)\",\"city\":\"Y\",\"ill\":\"gout\"}\n"),
                with) == whole);
}

TEST_CASE("measure: an empty text is a value of its own, and all stars are a class") {
  const auto found = measured("age,city,ill\n,X,flu\n,X,\n*,*,flu\n*,*,gout\n,*,a\n,*,b\n");
  CHECK(found.classes == 3);
  CHECK(found.k_achieved == 2);
  CHECK(found.diversity[0].distinct_min == 2);
}

TEST_CASE("measure: a row may ask for a k of its own") {
  auto with = options();
  std::vector<std::uint32_t> asked{2, 3, 2, 1, 0};
  with.k_asked = [&](std::uint64_t row) { return asked[row]; };
  const auto met = measure(as_view(good), with);
  REQUIRE(met.has_value());
  CHECK(check_floor(*met, {.k = 2, .suppression_max_per_10000 = 10'000}).has_value());
  asked[4] = 3;  // A row of the class of two.
  const auto missed = measure(as_view(good), with);
  REQUIRE(missed.has_value());
  const auto answer = check_floor(*missed, {.k = 2, .suppression_max_per_10000 = 10'000});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().rule == "floor-k");
  CHECK(answer.error().message == "a class of 2 rows has somebody who asks for k 3 (1 short)");
}

TEST_CASE("measure: a model without what it needs is denied, never silently met") {
  struct Row {
    Floor floor;
    std::string rule;
  };
  const std::vector<Row> rows{{{.t_closeness_ppm = 1'000'000}, "floor-closeness"},
                              {{.delta_disclosure_milli = 1}, "floor-disclosure"},
                              {{.beta_likeness_milli = 1}, "floor-likeness"},
                              {{.beta_enhanced_milli = 1}, "floor-likeness"},
                              {{.k_map = 2}, "floor-k-map"},
                              {{.population_uniques_ppm = 1'000'000}, "floor-uniqueness"}};
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    auto with = options();
    with.floor = row.floor;
    const auto made = Measuring::make(with);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == Code::denied);
    CHECK(made.error().rule == row.rule);
    // Measured for less than the floor asks is not measured.
    Floor asked = row.floor;
    asked.k = 2;
    asked.suppression_max_per_10000 = 10'000;
    const auto answer = check_floor(measured(good), asked);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().rule == row.rule);
    CHECK(answer.error().message.find("was not measured") != std::string::npos);
  }
  auto blind = options();
  blind.sensitive.clear();
  for (const Floor& floor :
       {Floor{.l_distinct = 1}, Floor{.l_entropy_milli = 1},
        Floor{.l_recursive = 1, .c_recursive_milli = 9000}, Floor{.t_closeness_ppm = 1}}) {
    blind.floor = floor;
    const auto made = Measuring::make(blind);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == Code::denied);
  }
}

TEST_CASE("measure: another l is another measurement") {
  auto with = options();
  with.floor = {.k = 2, .l_recursive = 2, .c_recursive_milli = 3000};
  const auto found = measure(as_view(good), with);
  REQUIRE(found.has_value());
  Floor asked{.k = 2, .suppression_max_per_10000 = 10'000};
  asked.l_recursive = 2;
  asked.c_recursive_milli = 2001;
  CHECK(check_floor(*found, asked).has_value());
  asked.c_recursive_milli = 2000;  // Two flus to one cold: 2 < 2·1 does not hold.
  CHECK_FALSE(check_floor(*found, asked).has_value());
  asked.l_recursive = 1;
  CHECK_FALSE(check_floor(*found, asked).has_value());
}

TEST_CASE("measure: what is claimed is compared with the bytes") {
  const auto age = Hierarchy::parse("21;[20, 30);*\n22;[20, 30);*\n31;[30, 40);*\n");
  const auto city = Hierarchy::parse("X;*\nY;*\n");
  const auto refuses = [&](const std::function<void(MeasureOptions&)>& change,
                           std::string_view says) {
    auto with = options();
    with.hierarchies = {&*age, &*city};
    change(with);
    const auto found = measure(as_view(good), with);
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().code == Code::unverified);
    CHECK_MESSAGE(found.error().message.find(says) != std::string::npos, found.error().message);
  };
  refuses([](auto& with) { with.claims.rows_released = 4; }, "5 rows and 4 are claimed");
  refuses([](auto& with) { with.claims.columns = {"age", "ill", "city"}; }, "columns age, city");
  refuses([](auto& with) { with.claims.columns = {"age", "city"}; }, "columns age, city, ill");
  refuses([](auto& with) { with.claims.levels = {{2, 2}, {0, 0}}; }, "none of the levels 2 to 2");
  refuses([](auto& with) { with.claims.levels = {{0, 0}, {0, 0}}; }, "'[20, 30)'");
  refuses(
      [](auto& with) {
        with.sensitive_input = {{.counts = {{"flu", 4}, {"gout", 2}}}};
      },
      "value that the input has not: 'cold'");
  refuses(
      [](auto& with) {
        with.sensitive_input = {{.counts = {{"flu", 2}, {"gout", 2}, {"cold", 2}}}};
      },
      "3 rows have 'flu' and 2 had it");
  refuses(
      [](auto& with) {
        with.sensitive_input = {{.counts = {{"flu", 3}, {"gout", 1}, {"cold", 1}}}};
      },
      "5 rows are released and 1 suppressed, but the input has 5");
  refuses(
      [](auto& with) {
        with.leaf_counts = {{{"21", 1}, {"22", 1}, {"31", 4}}, {{"X", 3}, {"Y", 3}}};
      },
      "3 rows show '[20, 30)' and the input has 2 below it");
  auto with = options();
  with.hierarchies = {&*age, &*city};
  with.claims = {{"age", "city", "ill"}, 5, {{1, 1}, {0, 1}}};
  with.leaf_counts = {{{"21", 1}, {"22", 3}, {"31", 2}}, {{"X", 3}, {"Y", 3}}};
  const auto found = measure(as_view(good), with);
  REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
  CHECK(found->utility->columns[0].levels == LevelRange{1, 1});
}
