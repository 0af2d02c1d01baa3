#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "trustee/anonymise/hierarchy/recipe.h"

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

std::vector<ValueCount> each_once(const std::vector<std::string>& values) {
  std::vector<ValueCount> counts;
  for (const std::string& value : values) counts.push_back({value, 1});
  return counts;
}

std::string text_of(const Result<Hierarchy>& made) {
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  CHECK(Hierarchy::parse(made->print())->print() == made->print());
  return made->print();
}

std::string built(const std::vector<std::string>& values, const Recipe& recipe) {
  return text_of(build_hierarchy(each_once(values), recipe));
}

std::string built(const std::vector<std::string>& values) {
  return text_of(build_hierarchy(each_once(values)));
}

/// The line of a leaf.
std::string line_of(const std::string& text, const std::string& leaf) {
  const std::size_t at = text.starts_with(leaf + ";") ? 0 : text.find("\n" + leaf + ";") + 1;
  return text.substr(at, text.find('\n', at) - at);
}

std::vector<std::string> numbers_from(int first, int last) {
  std::vector<std::string> values;
  for (int i = first; i <= last; ++i) values.push_back(std::to_string(i));
  return values;
}

void refused(const std::vector<std::string>& values, const Recipe& recipe, std::string_view says) {
  const auto made = build_hierarchy(each_once(values), recipe);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == Code::malformed);
  CHECK_MESSAGE(made.error().message.find(says) != std::string::npos, made.error().message);
}

}  // namespace

TEST_CASE("build: many numbers become nested intervals, the empty value stays alone") {
  auto ages = numbers_from(17, 90);
  ages.emplace_back("");
  const auto text = built(ages);
  CHECK(line_of(text, "17") == "17;[15, 20);[10, 20);[0, 20);[0, 40);*");
  CHECK(line_of(text, "90") == "90;[90, 95);[90, 100);[80, 100);[80, 120);*");
  CHECK(text.starts_with(";;;;;*\n17;"));
}

TEST_CASE("build: intervals of the widths given, of decimals and negatives without rounding") {
  CHECK(built({"-0.5", "0", "0.25", "1.5", "NA"},
              {.by = Method::intervals, .widths = {{5, 1}, {2, 0}}}) ==
        "NA;NA;NA;*\n"
        "-0.5;[-0.5, 0);[-2, 0);*\n"
        "0;[0, 0.5);[0, 2);*\n"
        "0.25;[0, 0.5);[0, 2);*\n"
        "1.5;[1.5, 2);[0, 2);*\n");
  refused({"1", "2"}, {.by = Method::intervals, .widths = {{4, 0}, {10, 0}}}, "10 is no multiple");
  refused({"1", "2"}, {.by = Method::intervals, .widths = {{0, 0}}}, "a width of 0");
  refused({"a", "b"}, {.by = Method::intervals}, "none of 2 values is a number");
}

TEST_CASE("build: intervals between the edges given, open at both ends") {
  const Recipe recipe{.by = Method::intervals, .edges = {{{18, 0}, {40, 0}, {65, 0}}, {{40, 0}}}};
  CHECK(built({"17", "18", "39", "64", "65", "90"}, recipe) ==
        "17;< 18;< 40;*\n18;[18, 40);< 40;*\n39;[18, 40);< 40;*\n64;[40, 65);>= 40;*\n"
        "65;>= 65;>= 40;*\n90;>= 65;>= 40;*\n");
  refused({"1"}, {.by = Method::intervals, .edges = {{{2, 0}, {2, 0}}}}, "edge 2 after 2");
  refused({"1"}, {.by = Method::intervals, .edges = {{{2, 0}}, {{3, 0}}}}, "edge 3 is none");
  refused({"1"}, {.by = Method::intervals, .widths = {{1, 0}}, .edges = {{{2, 0}}}}, "together");
}

TEST_CASE("build: numbers as programs print them, with exponents and many digits") {
  const Recipe recipe{.by = Method::intervals, .widths = {{1, 0}}};
  CHECK(built({"1e-05", "-0.10000000000000000001", "+3", ".5", "2.5E0", "inf", "nan", "007"},
              recipe) ==
        "007;007;*\ninf;inf;*\nnan;nan;*\n-0.10000000000000000001;[-1, 0);*\n1e-05;[0, 1);*\n"
        ".5;[0, 1);*\n2.5E0;[2, 3);*\n+3;[3, 4);*\n");
  // A number just below an edge stays below it, whatever its digits.
  CHECK(built({"0.99999999999999999999", "-1.0000000000000000001", "-1.5", "1"}, recipe) ==
        "-1.5;[-2, -1);*\n-1.0000000000000000001;[-2, -1);*\n"
        "0.99999999999999999999;[0, 1);*\n1;[1, 2);*\n");
}

TEST_CASE("build: quantiles hold about equally many rows, at round edges") {
  std::vector<ValueCount> counts;
  for (int i = 1; i <= 100; ++i) counts.push_back({std::to_string(i * i), 1});
  const auto text = text_of(build_hierarchy(counts, {.by = Method::quantiles, .groups = 4}));
  CHECK(line_of(text, "1") == "1;< 700;< 2800;*");
  CHECK(line_of(text, "676") == "676;< 700;< 2800;*");
  CHECK(line_of(text, "729") == "729;[700, 2800);< 2800;*");
  CHECK(line_of(text, "5929") == "5929;[2800, 6000);>= 2800;*");
  CHECK(line_of(text, "6084") == "6084;>= 6000;>= 2800;*");
  // One value of most rows has an interval of its own; equal numbers share theirs.
  CHECK(text_of(build_hierarchy(
            std::vector<ValueCount>{{"0", 90}, {"0.0", 1}, {"10", 3}, {"20", 3}, {"30", 3}},
            {.by = Method::quantiles, .groups = 4})) ==
        "0;< 10;*\n0.0;< 10;*\n10;>= 10;*\n20;>= 10;*\n30;>= 10;*\n");
}

TEST_CASE("build: numbers of which most rows are near one another become quantiles") {
  std::vector<ValueCount> counts{{"0", 900}};
  for (int i = 1; i <= 40; ++i) counts.push_back({std::to_string(i * 1000), 3});
  CHECK(choose_recipe(counts).by == Method::quantiles);
  CHECK(choose_recipe(each_once(numbers_from(0, 99))).by == Method::intervals);
  CHECK(choose_recipe(each_once(numbers_from(1, 12))).by == Method::order);
  CHECK(choose_recipe(each_once({"0.5", "1.5"})).by == Method::order);
}

TEST_CASE("build: few whole numbers by rank") {
  CHECK(built({"10", "9", "1", "2", "3"}) ==
        "1;{1, 2};{1, 2, 3, 9};*\n2;{1, 2};{1, 2, 3, 9};*\n3;{3, 9};{1, 2, 3, 9};*\n"
        "9;{3, 9};{1, 2, 3, 9};*\n10;10;10;*\n");
}

TEST_CASE("build: order as given, every value named") {
  const Recipe recipe{.by = Method::order, .order = {"low", "middle", "high", "never seen"}};
  CHECK(built({"high", "low", "", "middle"}, recipe) ==
        ";;*\nlow;{low, middle};*\nmiddle;{low, middle};*\nhigh;high;*\n");
  refused({"low", "odd"}, recipe, "lacks the value 'odd', which 1 row has");
  refused({"a"}, {.by = Method::order, .order = {"a", "a"}}, "'a' twice");
  CHECK(built({"b", "c", "a"}, {.by = Method::order}) == "a;{a, b};*\nb;{a, b};*\nc;c;*\n");
}

TEST_CASE("build: dates by day, week, month, quarter, year and decade") {
  // Of 2024: the 29th of February is a Thursday, and the week goes on in March.
  const auto text = built({"2024-02-26", "2024-02-29", "2024-03-01", "2024-03-20", "2024-03-21",
                           "2024-12-30", "2025-01-01", "2025-05-05", "2019-12-31", "unknown"});
  CHECK(line_of(text, "2024-02-26") == "2024-02-26;2024-02 W09;2024-02;2024-Q1;2024;2020s;*");
  CHECK(line_of(text, "2024-03-01") == "2024-03-01;2024-03 W09;2024-03;2024-Q1;2024;2020s;*");
  CHECK(line_of(text, "2024-12-30") == "2024-12-30;2024-12 W01;2024-12;2024-Q4;2024;2020s;*");
  CHECK(line_of(text, "2025-01-01") == "2025-01-01;2025-01 W01;2025-01;2025-Q1;2025;2020s;*");
  CHECK(line_of(text, "unknown") == "unknown;unknown;unknown;unknown;unknown;unknown;*");
  CHECK(built({"2024-12-30", "2025-01-01", "2025-01-06"},
              {.by = Method::dates, .units = {DateUnit::week}}) ==
        "2024-12-30;2025-W01;*\n2025-01-01;2025-W01;*\n2025-01-06;2025-W02;*\n");
}

TEST_CASE("build: timestamps down to the day, other writings of a date, no day that is none") {
  CHECK(built({"2024-03-01T10:20:30Z", "2024-03-01 23:59", "2024-03-02 00:00:00.123+01:00"},
              {.by = Method::dates, .units = {DateUnit::day}}) ==
        "2024-03-01 23:59;2024-03-01;*\n2024-03-01T10:20:30Z;2024-03-01;*\n"
        "2024-03-02 00:00:00.123+01:00;2024-03-02;*\n");
  CHECK(built({"09.03.1984", "08.03.1985"}, {.by = Method::dates, .units = {DateUnit::year}}) ==
        "09.03.1984;*\n08.03.1985;*\n");
  const Recipe mdy{
      .by = Method::dates, .units = {DateUnit::month}, .written = DayOrder::month_first};
  CHECK(built({"03/09/1984", "03/10/1984", "04/01/1984", "13/01/1984"}, mdy) ==
        "13/01/1984;13/01/1984;*\n03/09/1984;1984-03;*\n03/10/1984;1984-03;*\n"
        "04/01/1984;1984-04;*\n");
  for (const char* none : {"2023-02-29", "1984-13-01", "1984-3-9", "1984-03-09T25:00", "0984-03-09",
                           "1984-03-09 ", "1984-03/09", "03/09/1984", "1984-03-09T10:20:30."})
    CHECK_MESSAGE(!parse_date(none).has_value(), none);
  refused({"03/09/1984"}, {.by = Method::dates}, "none of 1 values is a date");
  refused({"1984-03-09"}, {.by = Method::dates, .units = {DateUnit::year, DateUnit::month}},
          "'month' after 'year'");
}

TEST_CASE("build: which of 03/04 is the day is told by the other dates, or not at all") {
  CHECK(choose_recipe(each_once({"03/04/1984", "13/04/1984", "14/05/1985"})).written ==
        DayOrder::day_first);
  CHECK(choose_recipe(each_once({"03/04/1984", "04/13/1984", "05/14/1985"})).written ==
        DayOrder::month_first);
  CHECK(choose_recipe(each_once({"03/04/1984", "05/06/1984"})).by != Method::dates);
}

TEST_CASE("build: prefixes drop characters from the right; a shorter code waits") {
  CHECK(built({"75001", "75002", "75116", "69001", "75", "7500"},
              {.by = Method::prefixes, .kept = {4, 2}}) ==
        "69001;6900*;69***;*\n75;75;75***;*\n7500;7500*;75***;*\n75001;7500*;75***;*\n"
        "75002;7500*;75***;*\n75116;7511*;75***;*\n");
  CHECK(built({"äöü1", "äöü2", "äox1"}, {.by = Method::prefixes, .kept = {3, 1}}) ==
        "äox1;äox*;*\näöü1;äöü*;*\näöü2;äöü*;*\n");
  refused({"75001"}, {.by = Method::prefixes, .kept = {2, 3}}, "3 characters kept after 2");
}

TEST_CASE("build: codes are told from numbers and words") {
  CHECK(choose_recipe(each_once({"01234", "12345", "12346"})).by == Method::prefixes);
  CHECK(choose_recipe(each_once({"SW1A 1AA", "EC1A 1BB", "W1A 0AX", "?"})).by == Method::prefixes);
  CHECK(choose_recipe(each_once({"E11.9", "J45", "I10"})).by == Method::prefixes);
  CHECK(choose_recipe(each_once({"10th", "11th", "Bachelors"})).by == Method::flat);
  CHECK(choose_recipe(each_once({"10th", "11th", "Bachelors", ""})).by == Method::frequency);
  CHECK(choose_recipe(each_once({"red", "blue", "1"})).by == Method::flat);
  CHECK(choose_recipe(each_once({""})).by == Method::flat);
}

TEST_CASE("build: many texts by frequency, named by their members or their ends") {
  const std::vector<ValueCount> counts{{"a", 40}, {"b", 10}, {"c", 10},
                                       {"d", 10}, {"e", 10}, {"", 90}};
  CHECK(text_of(build_hierarchy(counts, {.by = Method::frequency, .groups = 4})) ==
        ";;;*\na;a;a;*\nb;{b, c};{b, c, d, e};*\nc;{b, c};{b, c, d, e};*\n"
        "d;{d, e};{b, c, d, e};*\ne;{d, e};{b, c, d, e};*\n");
  std::vector<std::string> many;
  for (int i = 10; i < 50; ++i) many.push_back(fmt::format("the town of {}", i));
  CHECK(choose_recipe(each_once(many)).by == Method::frequency);
  const auto text = built(many);
  CHECK(text.find(";t..the town of 2;*\n") != std::string::npos);
  CHECK(built({"b", "a"}) == "a;*\nb;*\n");
}

TEST_CASE("build: a rare value is not spelt out in the name of its group") {
  const std::vector<ValueCount> counts{{"Abel", 9},   {"Meier", 1},  {"Meyer", 1}, {"Moser", 1},
                                       {"Müller", 1}, {"Möller", 1}, {"Zola", 1}};
  CHECK(text_of(build_hierarchy(counts, {.by = Method::frequency, .groups = 4})) ==
        "Abel;Abel;Abel;*\nMeier;M..Me;M..Z;*\nMeyer;M..Me;M..Z;*\nMoser;Mo..Z;M..Z;*\n"
        "Möller;Mo..Z;M..Z;*\nMüller;Mo..Z;M..Z;*\nZola;Mo..Z;M..Z;*\n");
  const auto text =
      built({"Meier", "Meyer", "Möller", "Müller"}, {.by = Method::frequency, .groups = 2});
  CHECK(text == "Meier;M..Me;*\nMeyer;M..Me;*\nMöller;Mö..M;*\nMüller;Mö..M;*\n");
}

TEST_CASE("build: no group takes the name of another") {
  const std::vector<std::string> values{"a", "b, c", "a, b", "c", "d", "e", "{d, e}"};
  const auto text = built(values, {.by = Method::order, .order = values});
  CHECK(line_of(text, "b, c").starts_with("b, c;{a, b, c};"));
  CHECK(line_of(text, "a, b").starts_with("a, b;{a, b, c} (2);"));
  CHECK(line_of(text, "e").starts_with("e;{d, e} (2);"));
  CHECK(line_of(text, "{d, e}").starts_with("{d, e};{d, e};"));
}

TEST_CASE("build: too few groups or too many are refused") {
  refused({"a", "b"}, {.by = Method::frequency, .groups = 1}, "1 groups");
  refused({"1", "2"}, {.by = Method::quantiles, .groups = 65'537}, "65537 groups");
}

TEST_CASE("build: names are read back, and a misspelt one is guessed") {
  for (const Method method : {Method::intervals, Method::quantiles, Method::dates, Method::prefixes,
                              Method::frequency, Method::order, Method::flat})
    CHECK(parse_method(name_of(method)) == method);
  CHECK(parse_method("prefix").error().hint == "did you mean 'prefixes'?");
}

TEST_CASE("build: over 256 numbers stay leaves, and a hundred thousand are no matter") {
  const auto made = build_hierarchy(each_once(numbers_from(1, 100'000)));
  REQUIRE(made.has_value());
  CHECK(made->leaf_count() == 100'000);
  CHECK(made->level_count() <= 8);
  CHECK(made->leaves_under(1, made->group_of(1, *made->find("4999"))) == 4999);
}

TEST_CASE("build: whatever the values, every way keeps each as a leaf, whatever their order") {
  rc::check("every method", [] {
    const auto texts = *rc::gen::container<std::set<std::string>>(rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("0123456789-.:/ TWe,{}*ab"))));
    if (texts.empty()) return;
    std::vector<ValueCount> counts;
    for (const auto& text : texts) counts.push_back({text, *rc::gen::inRange<unsigned>(0, 9)});
    auto turned = counts;
    std::ranges::reverse(turned);
    const auto groups = *rc::gen::inRange<std::size_t>(2, 9);
    for (const Method by : {Method::intervals, Method::quantiles, Method::dates, Method::prefixes,
                            Method::frequency, Method::order, Method::flat}) {
      const auto made = build_hierarchy(counts, {.by = by, .groups = groups});
      if (!made) {
        RC_ASSERT(made.error().code == Code::malformed);
        continue;
      }
      RC_ASSERT(made->leaf_count() == counts.size());
      for (const auto& each : counts) RC_ASSERT(made->find(each.value).has_value());
      for (std::size_t l = 1; l < made->level_count(); ++l)
        RC_ASSERT(made->group_count(l) < made->group_count(l - 1) || l + 1 == made->level_count());
      RC_ASSERT(build_hierarchy(turned, {.by = by, .groups = groups})->print() == made->print());
      RC_ASSERT(Hierarchy::parse(made->print())->print() == made->print());
    }
    RC_ASSERT(build_hierarchy(counts).has_value());
  });
}
