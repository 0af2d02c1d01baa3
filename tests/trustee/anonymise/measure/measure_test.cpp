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
       "smallest class has 1 rows and the floor is k 2 (1 short)"},
      // A row taken away from the smallest class.
      {swapped(good, "\"[30, 40)\",Y,flu\n", ""), "floor-k", "1 short"},
      // A value in its original form.
      {swapped(good, "\"[20, 30)\"", "24"), "floor-k", "1 rows"},
      // The same value with a space is another value.
      {swapped(good, "X,cold", "X ,cold"), "floor-k", "1 rows"},
      // A class whose people are all ill alike.
      {swapped(good, "gout", "flu"), "floor-diversity",
       "1 values of 'ill' and the floor is 2 (1 short)"},
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
