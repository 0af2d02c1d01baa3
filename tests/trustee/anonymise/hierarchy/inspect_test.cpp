#include "trustee/anonymise/hierarchy/inspect.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace usufruct;
using namespace usufruct::anonymise;

using Kind = Oddity::Kind;

TEST_CASE("inspect: the shape of each level") {
  const auto made = Hierarchy::parse("a;x;*\nb;y;*\nc;x;*\nd;x;*\n");
  const auto shapes = shapes_of(*made);
  REQUIRE(shapes.size() == 3);
  CHECK(shapes[0].groups == 4);
  CHECK(shapes[0].largest_leaves == 1);
  CHECK(shapes[1].groups == 2);
  CHECK(made->name(1, shapes[1].largest) == "x");
  CHECK(shapes[1].largest_leaves == 3);
  CHECK(made->name(1, shapes[1].smallest) == "y");
  CHECK(shapes[2].largest_leaves == 4);
}

TEST_CASE("inspect: levels that change nothing, names that mean two things") {
  CHECK(oddities_of(*Hierarchy::parse("a;x;*\nb;x;*\nc;y;*\n")).empty());
  CHECK(oddities_of(*Hierarchy::parse("a;A;x;*\nb;B;x;*\nc;C;y;*\n")) ==
        std::vector<Oddity>{{Kind::same_as_below, 1}});
  // `a` is a value on level 0, and {a, b} on level 1; `c` is one value on both.
  CHECK(oddities_of(*Hierarchy::parse("a;a;*\nb;a;*\nc;c;*\n")) ==
        std::vector<Oddity>{{Kind::name_of_others, 1, "a"}});
}

TEST_CASE("inspect: a group of most leaves, and a level that merges too much at once") {
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += fmt::format("{};{};*\n", i, i < 6 ? "most" : fmt::format("g{}", i));
  CHECK(oddities_of(*Hierarchy::parse(text)) == std::vector<Oddity>{{Kind::unbalanced, 1, "most"}});
  std::string flat;
  for (int i = 0; i < 65; ++i) flat += fmt::format("{};*\n", i);
  CHECK(oddities_of(*Hierarchy::parse(flat)) == std::vector<Oddity>{{Kind::steep, 1}});
}

TEST_CASE("inspect: values without a leaf and leaves without a value") {
  const auto made = Hierarchy::parse("a;*\nb;*\n");
  const std::vector<ValueCount> values{{"b", 2}, {"c", 7}, {"", 1}};
  const auto coverage = cover(*made, values);
  CHECK(coverage.missing == std::vector<ValueCount>{{"c", 7}, {"", 1}});
  CHECK(coverage.unused == std::vector<std::string>{"a"});
}
