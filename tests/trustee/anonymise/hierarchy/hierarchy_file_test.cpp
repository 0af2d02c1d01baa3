#include "trustee/anonymise/hierarchy/hierarchy_file.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

std::string tree(std::string_view text) {
  const auto made = parse_hierarchy_file(text, "h.yaml");
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  REQUIRE(std::holds_alternative<Hierarchy>(*made));
  return std::get<Hierarchy>(*made).print();
}

Recipe recipe(std::string_view text) {
  const auto made = parse_hierarchy_file(text, "h.yml");
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  REQUIRE(std::holds_alternative<Recipe>(*made));
  return std::get<Recipe>(*made);
}

struct Refusal {
  std::string text;
  std::string says;
};

}  // namespace

TEST_CASE("hierarchy file: a tree of any depth, shallow values repeated upwards") {
  CHECK(tree("\"*\":\n"
             "  Higher education: [Bachelors, Masters]\n"
             "  Secondary:\n"
             "    High School: [11th, 12th]\n"
             "    Other: GED\n"
             "    none:\n"
             "  \"\": \"\"\n") ==
        "Bachelors;Bachelors;Higher education;*\nMasters;Masters;Higher education;*\n"
        "11th;High School;Secondary;*\n12th;High School;Secondary;*\nGED;Other;Secondary;*\n"
        "none;none;Secondary;*\n;;;*\n");
  CHECK(tree("'*': [1.50, {low: [007, \"null\"]}]") == "1.50;1.50;*\n007;low;*\nnull;low;*\n");
  CHECK(tree("{\"*\": x}") == "x;*\n");
}

TEST_CASE("hierarchy file: a recipe with the options of its way") {
  const auto intervals = recipe("build: intervals\nwidths: [2.5, 5]\n");
  CHECK(intervals.by == Method::intervals);
  REQUIRE(intervals.widths.size() == 2);
  CHECK(intervals.widths[0].units == 25);
  CHECK(recipe("build: intervals\nedges: [18, 40]").edges.size() == 1);
  CHECK(recipe("build: intervals\nedges: [[18, 40], [40]]").edges.size() == 2);
  CHECK(recipe("build: quantiles\ngroups: 8").groups == 8);
  const auto dates = recipe("build: dates\nlevels: [month, year]\nwritten: dmy");
  CHECK(dates.units == std::vector{DateUnit::month, DateUnit::year});
  CHECK(dates.written == DayOrder::day_first);
  CHECK(recipe("build: prefixes\nkept: [3, 2]").kept == std::vector<std::size_t>{3, 2});
  CHECK(recipe("build: order\norder: [low, high]").order.size() == 2);
  CHECK(recipe("build: frequency").groups == 0);
  CHECK(recipe("build: flat").by == Method::flat);
}

TEST_CASE("hierarchy file: a recipe is worked out on the values, a tree needs none") {
  const std::vector<ValueCount> values{{"1", 1}, {"7", 1}};
  const auto file = parse_hierarchy_file("build: intervals\nwidths: 10", "a.yaml");
  REQUIRE(file.has_value());
  CHECK(hierarchy_of(*file, values)->print() == "1;*\n7;*\n");
  CHECK(hierarchy_of(*file, {}).error().message.find("no values") != std::string::npos);
  CHECK(hierarchy_of(*parse_hierarchy_file("a;*\n", "a.csv"), {})->print() == "a;*\n");
}

TEST_CASE("hierarchy file: what is wrong is said with its line and column") {
  const std::vector<Refusal> rows{
      {"\"*\": {A: [x, y], B: [x]}", "h.yaml:1:22: value 'x' occurs twice, first in line 1"},
      {"\"*\":\n  A: {Other: [x]}\n  B: {Other: [y]}", "h.yaml:3:7: 'Other' names two groups"},
      {"\"*\":\n  G: {A: [x, y]}\n  H: [A]", "h.yaml:3:7: 'A' names two groups"},
      {"\"*\": {A: []}", "h.yaml:1:10: no values under 'A'"},
      {"\"*\": {A: [x, ]}\nB: 1", "h.yaml:2:1: 'B' beside '*'"},
      {"\"*\":\n  A: [x, null]", "h.yaml:2:10: a value is missing"},
      {"\"*\":", "a value is missing"},
      {"\"*\": [[a]]", "h.yaml:1:7: a list in a list"},
      {"A: [x]", "h.yaml:1:1: neither a tree nor"},
      {"[x]", "neither a tree nor"},
      {"build: interval", "h.yaml:1:8: 'interval' is no way"},
      {"build: intervals\nwidth: 5", "h.yaml:2:1: 'width' is not known here"},
      {"build: flat\ngroups: 5", "h.yaml:2:1: 'groups' is not known here"},
      {"build: intervals\nwidths: [5, x]", "h.yaml:2:13: 'x' is no number"},
      {"build: intervals\nedges: [[5], 6]", "h.yaml:2:14: a list of edges"},
      {"build: intervals\nedges: [5, [6]]", "h.yaml:2:12: "},
      {"build: quantiles\ngroups: 1", "h.yaml:2:9: 'groups' must be from 2 to 65536"},
      {"build: dates\nlevels: [hour]", "h.yaml:2:10: 'hour' is no unit"},
      {"build: dates\nwritten: ymd", "h.yaml:2:10: 'ymd' is no order"},
      {"build: prefixes\nkept: [0]", "h.yaml:2:8: '0' is no count"},
      {"\"*\": \xff", "h.yaml"},
      {"\"*\": {A: [x", "h.yaml"},
  };
  for (const Refusal& row : rows) {
    CAPTURE(row.text);
    const auto made = parse_hierarchy_file(row.text, "h.yaml");
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == Code::malformed);
    CHECK_MESSAGE(made.error().message.find(row.says) != std::string::npos, made.error().message);
  }
  CHECK(parse_hierarchy_file("a;b\n", "h.csv").error().message == "h.csv: line 1 ends with 'b'");
}

TEST_CASE("hierarchy file: deeper than levels go is refused") {
  std::string text = "\"*\": ";
  for (int i = 0; i < 31; ++i) text += fmt::format("{{g{}: ", i);
  text += "x";
  for (int i = 0; i < 31; ++i) text += "}";
  const auto made = parse_hierarchy_file(text, "deep.yaml");
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == Code::malformed);
}

TEST_CASE("hierarchy file: whatever is written is read back to the same, or refused") {
  rc::check("files of pieces", [] {
    const std::vector<std::string> pieces{"\"*\":", " ", "\n", "  ",     "{",     "}",  "[",
                                          "]",      ",", ": ", "- ",     "a",     "b",  "\"",
                                          ";",      "*", "~",  "build:", "order", "\r", "\xc3"};
    std::string text;
    for (const auto& piece :
         *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)))
      text += piece;
    for (const char* name : {"h.csv", "h.yaml"}) {
      const auto made = parse_hierarchy_file(text, name);
      if (!made) {
        RC_ASSERT(made.error().code == Code::malformed);
        RC_ASSERT(made.error().message.find(name) == 0);
        continue;
      }
      const auto* hierarchy = std::get_if<Hierarchy>(&*made);
      if (hierarchy != nullptr)
        RC_ASSERT(Hierarchy::parse(hierarchy->print())->print() == hierarchy->print());
    }
  });
}

TEST_CASE("hierarchy file: one byte of a good one changed is read or refused, never more leaves") {
  const std::string good = "\"*\":\n  A: [a, b]\n  B: {C: [c, d], e: }\n";
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char c : {'x', '"', ':', '[', '}', '\n', '\t', '\0', '\xff', '#', '*', '&', '!'}) {
      std::string text = good;
      text[at] = c;
      CAPTURE(text);
      const auto made = parse_hierarchy_file(text, "h.yaml");
      if (made && std::holds_alternative<Hierarchy>(*made))
        CHECK(std::get<Hierarchy>(*made).leaf_count() <= 7);
      else if (!made)
        CHECK(made.error().code == Code::malformed);
    }
}
