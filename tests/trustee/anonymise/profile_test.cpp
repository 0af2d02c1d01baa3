#include "trustee/anonymise/profile.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "tests/support/data.h"
#include "tests/trustee/anonymise/table.h"

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

Profile profiled(const std::string& text) {
  const usufruct::anonymise::test::MemoryFile file(text);
  const Source source{.path = file.path(), .format = Format::csv};
  auto made = profile(std::span(&source, 1));
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  return std::move(*made);
}

}  // namespace

TEST_CASE("profile: says what each column holds and what role it suggests") {
  std::string text = "person_id,age,stage,code,const,blank\n";
  for (int i = 0; i < 20; ++i)
    text += fmt::format("u{},{},{},X{},k,\n", i, i % 3 * 50, i % 2 ? "1.5" : "-10", i);
  const auto made = profiled(text);
  CHECK(made.rows == 20);
  REQUIRE(made.columns.size() == 6);
  const auto& columns = made.columns;
  CHECK(columns[0].suggested == ColumnRole::subject);
  CHECK(columns[0].figures.uniqueness == 1);
  CHECK(columns[0].figures.separation == 1);
  CHECK(columns[0].figures.unique_rows == 20);
  CHECK(columns[1].type == ValueType::whole_number);
  CHECK(columns[1].lowest == "0");
  CHECK(columns[1].highest == "100");
  CHECK(columns[1].figures.distinct == 3);
  CHECK(columns[1].suggested == ColumnRole::quasi_identifier);
  CHECK(columns[1].hierarchy == Method::order);
  CHECK(columns[2].type == ValueType::decimal);
  CHECK(columns[2].lowest == "-10");
  // 10 and 10 rows: of 190 pairs 100 differ.
  CHECK(columns[2].figures.separation == doctest::Approx(100.0 / 190));
  CHECK(columns[2].reason == "it tells 52.6 % of all pairs of rows apart");
  CHECK(columns[3].suggested == ColumnRole::identifier);
  CHECK(columns[3].reason == "20 distinct values in 20 rows");
  CHECK(columns[4].suggested == ColumnRole::insensitive);
  CHECK(columns[4].reason == "it has one value");
  CHECK(columns[5].type == ValueType::none);
  CHECK(columns[5].empty == 20);
  // age by stage: six tuples of three or four rows.
  CHECK(made.quasi_identifiers.distinct == 6);
  CHECK(made.quasi_identifiers.unique_rows == 0);
}

TEST_CASE("profile: the suggestion is a section of the dataset's file") {
  CHECK(print_columns(profiled("id,the age,diagnosis\n1,30,flu\n2,31,flu\n3,31,cold\n")) ==
        "columns:\n"
        "  id: subject                  # its name has 'id'\n"
        "  \"the age\": quasi_identifier  # its name has 'age'; built by order\n"
        "  diagnosis: sensitive         # its name has 'diagnosis'\n");
  // What a name may hold does not get out of its line.
  const auto text = print_columns(profiled("\"a\nb\"\nx\n"));
  CHECK(std::ranges::count(text, '\n') == 2);
}

TEST_CASE("profile: at most one column is the subject") {
  const auto made = profiled("client_id,patient_id\na,1\na,2\nb,3\n");
  CHECK(made.columns[0].suggested == ColumnRole::identifier);
  CHECK(made.columns[0].reason == "its name has 'client_id', and 'patient_id' is the subject");
  CHECK(made.columns[1].suggested == ColumnRole::subject);
}

TEST_CASE("profile: columns of free text are found by their values") {
  std::string text = "a,b,c\n";
  for (int i = 0; i < 5000; ++i)
    text += fmt::format("{},came with a cough on day {},Some long label of type {}\n", i, i, i % 5);
  const usufruct::anonymise::test::MemoryFile file(text);
  const Source source{.path = file.path(), .format = Format::csv};
  CHECK(free_text_columns(std::span(&source, 1)) == std::vector<std::string>{"b"});
  const Source none{.path = "none.csv"};
  CHECK(free_text_columns(std::span(&none, 1)).error().code == Code::not_found);
}

TEST_CASE("profile: of Adult, the roles one would expect") {
  const auto path = find_data("adult/adult.csv", "profile of Adult");
  if (!path) return;
  const Source source{.path = path->string()};
  const auto made = profile(std::span(&source, 1));
  REQUIRE(made.has_value());
  CHECK(made->rows == 30'162);
  for (const ColumnProfile& column : made->columns) {
    CAPTURE(column.name);
    CHECK(column.suggested ==
          (column.name == "salary-class" ? ColumnRole::sensitive : ColumnRole::quasi_identifier));
    CHECK(column.warnings.empty());
  }
  CHECK(made->columns[1].name == "age");
  CHECK(made->columns[1].figures.distinct == 72);
  CHECK(made->columns[1].hierarchy == Method::intervals);
  // Known of this table: tuples of the eight columns without the salary, and those of one row.
  CHECK(made->quasi_identifiers.distinct == 18'109);
  CHECK(made->quasi_identifiers.unique_rows == 14'021);
}

TEST_CASE("role: names are read back, and a misspelt one is guessed") {
  for (const auto role : {ColumnRole::identifier, ColumnRole::quasi_identifier,
                          ColumnRole::sensitive, ColumnRole::insensitive, ColumnRole::subject})
    CHECK(parse_role(name_of(role)) == role);
  const auto bad = parse_role("quasi-identifier");
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().hint.find("quasi_identifier") != std::string::npos);
}
