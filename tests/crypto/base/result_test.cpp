#include "crypto/base/result.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace usufruct {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return denied("odd", "try an even one", "even-only");
  return value / 2;
}

Result<int> quarter(int value) { return TRY_IN("quarter", half(TRY(half(value)))); }

TEST_CASE("result: TRY passes values on and errors up, with where they happened") {
  CHECK(quarter(8) == 2);
  const auto inner = quarter(7);
  REQUIRE_FALSE(inner);
  CHECK(inner.error().message == "odd");
  const auto outer = quarter(6);
  REQUIRE_FALSE(outer);
  CHECK(outer.error().message == "quarter: odd");
  CHECK(outer.error().hint == "try an even one");
  CHECK(outer.error().rule == "even-only");
}

TEST_CASE("result: the page of errors is the table") {
  std::ifstream file(std::string(USUFRUCT_SOURCE_DIR) + "/specs/errors.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const Code code : {Code::malformed, Code::unverified, Code::denied, Code::not_found,
                          Code::conflict, Code::unavailable}) {
    const auto& row = row_of(code);
    const std::string line = fmt::format("| `{}` | {} | {} | {} | {} |", row.name, row.exit_status,
                                         row.http_status, row.meaning, row.next);
    CAPTURE(line);
    CHECK(page.find(line) != std::string::npos);
  }
}

TEST_CASE("result: exit statuses are those scripts know") {
  CHECK(row_of(Code::malformed).exit_status == 3);
  CHECK(row_of(Code::unverified).exit_status == 4);
  CHECK(row_of(Code::denied).exit_status == 5);
  CHECK(row_of(Code::not_found).exit_status == 6);
  CHECK(row_of(Code::conflict).exit_status == 7);
  CHECK(row_of(Code::unavailable).exit_status == 8);
}

}  // namespace
}  // namespace usufruct
