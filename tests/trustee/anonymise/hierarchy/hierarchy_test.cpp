#include "trustee/anonymise/hierarchy/hierarchy.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace usufruct;
using namespace usufruct::anonymise;

TEST_CASE("hierarchy: reads the ARX form and answers levels, groups and leaves") {
  const auto made = Hierarchy::parse("a;x;*\r\nb;x;*\r\nc;y;*");
  REQUIRE(made.has_value());
  CHECK(made->level_count() == 3);
  CHECK(made->leaf_count() == 3);
  CHECK(made->find("c") == 2);
  CHECK_FALSE(made->find("d").has_value());
  CHECK(made->group_count(1) == 2);
  CHECK(made->name(1, made->group_of(1, 1)) == "x");
  CHECK(made->leaves_under(1, 0) == 2);
  CHECK(made->leaves_under(2, 0) == 3);
  CHECK(made->print() == "a;x;*\nb;x;*\nc;y;*\n");
  CHECK(print_digest(made->digest()) ==
        "sha256:dd4ae5f0c53ff4630225541e1e3473deb06f62b9827a2cca2bfa5f2e4c3e41a1");
}

TEST_CASE("hierarchy: quotes what needs it, and reads it back") {
  const auto made = Hierarchy::make({{"a;b", "*"}, {"say \"x\"", "*"}, {"", "*"}});
  REQUIRE(made.has_value());
  CHECK(made->print() == "\"a;b\";*\n\"say \"\"x\"\"\";*\n;*\n");
  CHECK(Hierarchy::parse(made->print())->print() == made->print());
}

TEST_CASE("hierarchy: refuses what is not one") {
  struct Row {
    std::string text;
    std::string says;
  };
  const std::vector<Row> rows{
      {"", "no lines"},
      {"a\n", "1 levels"},
      {"a;*\nb;x;*\n", "line 2 has 3 levels"},
      {"a;*\na;*\n", "occurs twice"},
      {"a;x\n", "ends with 'x'"},
      {"a;x;m;*\nb;x;n;*\n", "split again"},
      {"a;\xff;*\n", "not UTF-8"},
      {"\"a;*\n", "never closed"},
      {"\"a\"b;*\n", "after a closing quote"},
      {"a\"b;*\n", "quote inside"},
      {"a;*\rb;*\n", "carriage return"},
      {"a;*\n\n", "line 2 has 1 levels"},
      {"0;1;2;3;4;5;6;7;8;9;0;1;2;3;4;5;6;7;8;9;0;1;2;3;4;5;6;7;8;9;0;1;2;*\n", "levels"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto made = Hierarchy::parse(row.text);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == Code::malformed);
    CHECK(made.error().message.find(row.says) != std::string::npos);
  }
}

TEST_CASE("hierarchy: a copy shares what it holds, and levels make the same as lines") {
  const auto lines = Hierarchy::parse("a;x;*\nb;y;*\nc;x;*\n");
  const Hierarchy copy = *lines;
  CHECK(&copy.name(0, 1) == &lines->name(0, 1));
  const std::vector<Hierarchy::Level> levels{
      {{"a", "b", "c"}, {0, 1, 2}}, {{"unused", "y", "x"}, {2, 1, 2}}, {{"*"}, {0, 0, 0}}};
  const auto made = Hierarchy::of_levels(levels);
  REQUIRE(made.has_value());
  CHECK(made->print() == lines->print());
  CHECK(made->group_count(1) == 2);
  CHECK(made->name(1, 0) == "x");
}

TEST_CASE("hierarchy: two hundred thousand leaves are each found") {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += fmt::format("v{};{};*\n", i, i / 1000);
  const auto made = Hierarchy::parse(text);
  REQUIRE(made.has_value());
  CHECK(made->group_count(1) == 200);
  for (std::uint32_t i = 0; i < 200'000; ++i)
    if (made->find(fmt::format("v{}", i)) != i) FAIL_CHECK("leaf " << i);
  CHECK_FALSE(made->find("v200000").has_value());
}
