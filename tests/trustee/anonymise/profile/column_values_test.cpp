#include "trustee/anonymise/profile/column_values.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/trustee/anonymise/table.h"

using namespace usufruct;
using namespace usufruct::anonymise;

TEST_CASE("column values: of several columns in one pass, by value, with their rows") {
  std::string text = "a,b,c\n";
  for (int i = 0; i < 100'000; ++i) text += fmt::format("{},x{},\n", i % 3, i);
  const usufruct::anonymise::test::MemoryFile file(text);
  const Source source{.path = file.path(), .format = Format::csv};
  const std::vector<std::string> wanted{"c", "a", "b"};
  const auto made = read_values(std::span(&source, 1), wanted);
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  REQUIRE(made->size() == 3);
  CHECK((*made)[0].values == std::vector<ValueCount>{{"", 100'000}});
  CHECK((*made)[1].name == "a");
  CHECK((*made)[1].values == std::vector<ValueCount>{{"0", 33'334}, {"1", 33'333}, {"2", 33'333}});
  CHECK((*made)[2].values.size() == 100'000);
  CHECK((*made)[2].values.front() == ValueCount{"x0", 1});
}

TEST_CASE("column values: a column that is not there is named, with the nearest") {
  const usufruct::anonymise::test::MemoryFile file("age,born\n1,2\n");
  const Source source{.path = file.path(), .format = Format::csv};
  const std::vector<std::string> wanted{"agee"};
  const auto made = read_values(std::span(&source, 1), wanted);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == Code::not_found);
  CHECK(made.error().message.find("there is no column 'agee'") != std::string::npos);
  CHECK(made.error().hint == "did you mean 'age'?");
  CHECK(read_values(std::span(&source, 1), {})->empty());
}
