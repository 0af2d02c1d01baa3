#include <doctest/doctest.h>

#include "tests/trustee/terms/odrl_world.h"
#include "trustee/terms/import/odrl/operand.h"

namespace usufruct {
namespace {

using terms::odrl::Interval;
using terms::odrl::Mode;
using terms::odrl::Operator;
using terms::odrl::Range;

bool is_in(const std::vector<Interval>& intervals, std::int64_t value) {
  return std::ranges::any_of(
      intervals, [&](const Interval& one) { return value >= one.low && value < one.high; });
}

/// Whether a number stands to a range as the operator says: to all of a span; of what is not known
/// narrowly to every number it may be, widely to any.
bool holds(std::string_view op, std::int64_t value, const Range& range, Mode mode) {
  if (range.is_span) {
    const bool is_inside = value >= range.first && value <= range.last;
    if (op == "eq" || op == "neq") return is_inside == (op == "eq");
    const bool is_of_start = op == "lt" || op == "gteq";
    return odrl_world::compares(op, value, is_of_start ? range.first : range.last);
  }
  bool any = false;
  bool all = true;
  for (std::int64_t right = range.first; right <= range.last; ++right) {
    const bool one = odrl_world::compares(op, value, right);
    any = any || one;
    all = all && one;
  }
  return mode == Mode::narrow ? all : any;
}

TEST_CASE("odrl operand: intervals hold what the operator says, to the safe side") {
  for (const char* name : {"eq", "neq", "lt", "lteq", "gt", "gteq"}) {
    const auto op = terms::odrl::parse_operator(name);
    REQUIRE(op);
    CHECK(terms::odrl::name_of(*op) == name);
    for (const Mode mode : {Mode::narrow, Mode::wide}) {
      for (const std::int64_t unit : {1, 3}) {
        for (std::int64_t first = -4; first < 9; ++first) {
          for (std::int64_t last = first; last < first + 5; ++last) {
            for (const bool is_span : {false, true}) {
              const Range range{first, last, is_span};
              const auto found = terms::odrl::intervals_of(*op, range, unit, mode);
              REQUIRE(found);
              CAPTURE(name);
              CAPTURE(unit);
              CAPTURE(first);
              CAPTURE(last);
              CAPTURE(is_span);
              for (std::int64_t value = 0; value < 15; ++value) {
                CHECK(is_in(*found, value) == holds(name, value * unit, range, mode));
              }
            }
          }
        }
      }
    }
  }
  CHECK_FALSE(terms::odrl::intervals_of(Operator::is_a, {1, 1}, 1, Mode::wide));
}

TEST_CASE("odrl operand: moments, periods and counts") {
  using terms::odrl::parse_moment;
  const auto ms = [](std::string_view text) {
    const auto moment = parse_moment(text);
    return moment ? moment->range.first : -1;
  };
  CHECK(ms("1970-01-01T00:00:01Z") == 1'000);
  CHECK(ms("1970-01-01T00:00:01.25Z") == 1'250);
  CHECK(ms("1970-01-01T01:00:00+01:00") == 0);
  CHECK(ms("1970-01-01T24:00:00Z") == 86'400'000);
  CHECK(ms("1970-01-02") == 86'400'000);
  CHECK(ms("1970-01-02+01:00") == 82'800'000);
  CHECK(parse_moment("1970-01-01T00:00:01.0000000Z")->range.is_exact());
  CHECK_FALSE(parse_moment("1970-01-01T00:00:01.0000001Z")->range.is_exact());
  CHECK(parse_moment("1970-01-01T00:00:01")->is_local);
  for (const char* bad : {"", "1970", "1970-02-30", "1970-01-01T", "1970-01-01T25:00:00Z",
                          "1970-01-01T24:00:01Z", "1970-01-01T24:00:00.5Z", "-1970-01-01",
                          "11970-01-01", "1970-01-01 00:00:00Z", "1970-01-01Zz", "1970-1-1"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(parse_moment(bad));
  }

  using terms::odrl::parse_duration;
  const auto seconds = [](std::string_view text) {
    const auto range = parse_duration(text);
    return range ? std::pair(range->first, range->last) : std::pair<std::int64_t, std::int64_t>();
  };
  using Pair = std::pair<std::int64_t, std::int64_t>;
  CHECK(seconds("P1D") == Pair{86'400, 86'400});
  CHECK(seconds("P2W") == Pair{1'209'600, 1'209'600});
  CHECK(seconds("PT1H2M3S") == Pair{3'723, 3'723});
  CHECK(seconds("P1M") == Pair{28 * 86'400, 31 * 86'400});
  CHECK(seconds("P1Y1D") == Pair{366 * 86'400, 367 * 86'400});
  CHECK(seconds("PT0.5S") == Pair{0, 1});
  CHECK(seconds("PT0.0S") == Pair{0, 0});
  for (const char* bad : {"", "P", "PT", "P1", "1D", "-P1D", "P1H", "PT1D", "P1D1Y", "P1D1D",
                          "P1.5D", "P9999999999D", "PT1.S", "P1DT", "P1TH"}) {
    CAPTURE(std::string(bad));
    CHECK_FALSE(parse_duration(bad));
  }

  using terms::odrl::parse_count;
  CHECK(parse_count("5") == 5);
  CHECK(parse_count("5.00") == 5);
  for (const char* bad : {"", "-1", "5.5", "5.", "5e1", " 5", "9999999999999999"}) {
    CHECK_FALSE(parse_count(bad));
  }
}

}  // namespace
}  // namespace usufruct
