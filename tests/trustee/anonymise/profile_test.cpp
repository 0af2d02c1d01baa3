#include "trustee/anonymise/profile.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/trustee/anonymise/table.h"

using namespace usufruct;
using namespace usufruct::anonymise;

TEST_CASE("profile: says what each column holds and what role it suggests") {
  std::string text = "person_id,age,wage,code,const,blank\n";
  for (int i = 0; i < 20; ++i)
    text += fmt::format("u{},{},{},X{},k,\n", i, i % 3 * 50, i % 2 ? "1.5" : "-10", i);
  const usufruct::anonymise::test::MemoryFile file(text);
  const auto made = profile({.path = file.path(), .format = Format::csv});
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  CHECK(made->rows == 20);
  REQUIRE(made->columns.size() == 6);
  const auto& columns = made->columns;
  CHECK(columns[0].suggested == ColumnRole::subject);
  CHECK(columns[0].uniqueness == 1);
  CHECK(columns[1].type == ValueType::whole_number);
  CHECK(columns[1].lowest == "0");
  CHECK(columns[1].highest == "100");
  CHECK(columns[1].distinct == 3);
  CHECK(columns[1].suggested == ColumnRole::quasi_identifier);
  CHECK(columns[2].type == ValueType::decimal);
  CHECK(columns[2].lowest == "-10");
  CHECK(columns[2].reason == "it may tell people apart together with other columns");
  CHECK(columns[3].suggested == ColumnRole::identifier);
  CHECK(columns[3].reason == "20 distinct values in 20 rows");
  CHECK(columns[4].suggested == ColumnRole::insensitive);
  CHECK(columns[5].type == ValueType::none);
  CHECK(columns[5].empty == 20);
}

TEST_CASE("role: names are read back, and a misspelt one is guessed") {
  for (const auto role : {ColumnRole::identifier, ColumnRole::quasi_identifier,
                          ColumnRole::sensitive, ColumnRole::insensitive, ColumnRole::subject})
    CHECK(parse_role(name_of(role)) == role);
  const auto bad = parse_role("quasi-identifier");
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().hint.find("quasi_identifier") != std::string::npos);
}
