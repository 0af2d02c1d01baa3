#include "trustee/terms/floor.h"

#include <doctest/doctest.h>

#include "tests/support/random_floor.h"
#include "trustee/terms/author.h"
#include "trustee/terms/author_floor.h"
#include "trustee/terms/explain.h"
#include "trustee/terms/fixed_point.h"

namespace usufruct {
namespace {

/// Every bound asked for, none at an end of its range.
Floor whole_floor() {
  return {.k = 5,
          .suppression_max_per10000 = 500,
          .l_distinct = 2,
          .l_entropy_milli = 2'500,
          .l_recursive = 3,
          .c_recursive_milli = 4'000,
          .t_closeness_ppm = 200'000,
          .delta_disclosure_milli = 1'500,
          .beta_likeness_milli = 2'000,
          .beta_enhanced_milli = 2'125,
          .k_map = 7,
          .population_uniques_ppm = 10'000};
}

Result<Terms> terms_with(std::string_view privacy) {
  return terms::parse_terms(fmt::format("title: t\n{}\n", privacy), "t.yaml");
}

constexpr std::string_view whole_text =
    "privacy: {k: 5, suppression_max: 5.00%, l_distinct: 2, l_entropy: 2.5, "
    "l_recursive: {l: 3, c: 4}, t_closeness: 0.2, delta_disclosure: 1.5, beta_likeness: 2, "
    "beta_enhanced: 2.125, k_map: 7, population_uniques: 1%}";

TEST_CASE("fixed point: a decimal is read exactly or not at all") {
  CHECK(terms::parse_fixed_point("0.2", 6) == 200'000U);
  CHECK(terms::parse_fixed_point("1", 3) == 1'000U);
  CHECK(terms::parse_fixed_point("9999999999.999999", 6) == 9'999'999'999'999'999U);
  for (const auto* text : {"", ".", ".5", "1.", "1.0000000", "-1", "+1", "1e3", " 1", "1 ", "1,5",
                           "0x10", "12345678901", "1.2.3", "\xd9\xa1", "nan"}) {
    CAPTURE(text);
    CHECK_FALSE(terms::parse_fixed_point(text, 6));
  }
  CHECK_FALSE(terms::parse_fixed_point("5.0", 0));
  CHECK(terms::print_fixed_point(200'000, 6) == "0.2");
  CHECK(terms::print_fixed_point(1, 6) == "0.000001");
  CHECK(terms::print_fixed_point(4'000, 3) == "4");
  CHECK(terms::print_fixed_point(4'010, 3) == "4.01");
  CHECK(terms::print_fixed_point(0, 3) == "0");
}

TEST_CASE("floor: a file says every bound, and is printed back the same") {
  const auto read = terms_with(whole_text);
  REQUIRE_MESSAGE(read, read.error().message);
  CHECK(read->floor == whole_floor());
  CHECK(terms::print_floor(read->floor) == whole_text);
  SeededChance chance(3);
  for (int i = 0; i < 500; ++i) {
    const Floor floor = random_floor(chance);
    const auto back = terms_with(terms::print_floor(floor));
    CAPTURE(terms::print_floor(floor));
    REQUIRE(back);
    CHECK(back->floor == floor);
  }
}

TEST_CASE("floor: what is not exact, out of range or half said is refused with its place") {
  struct Slip {
    std::string_view privacy;
    std::string_view place;
    std::string_view message;
  };
  const Slip slips[] = {
      {"privacy: {t_closeness: 0.2000001}", "t.yaml:2:24", "from 0.000001 to 1, not '0.2000001'"},
      {"privacy: {t_closeness: 1.1}", "t.yaml:2:24", "from 0.000001 to 1"},
      {"privacy: {t_closeness: 0}", "t.yaml:2:24", "from 0.000001 to 1, not '0'"},
      {"privacy: {t_closeness: -0.1}", "t.yaml:2:24", "not '-0.1'"},
      {"privacy: {t_closeness: '0.2'}", "t.yaml:2:24", "not '0.2'"},
      {"privacy: {t_closeness: 20%}", "t.yaml:2:24", "not '20%'"},
      {"privacy: {t_closeness: 1e-1}", "t.yaml:2:24", "not '1e-1'"},
      {"privacy: {l_entropy: 0.5}", "t.yaml:2:22", "from 1 to 1000000"},
      {"privacy: {l_entropy: 2.0001}", "t.yaml:2:22", "not '2.0001'"},
      {"privacy: {l_entropy: 1000001}", "t.yaml:2:22", "from 1 to 1000000"},
      {"privacy: {l_recursive: {l: 3}}", "t.yaml:2:24", "'c' is missing"},
      {"privacy: {l_recursive: {c: 4}}", "t.yaml:2:24", "'l' is missing"},
      {"privacy: {l_recursive: {l: 3, c: 0}}", "t.yaml:2:34", "'c' must be from 0.001"},
      {"privacy: {l_recursive: 3}", "t.yaml:2:24", "must be a mapping"},
      {"privacy: {l_recursive: {l: 3, c: 4, d: 1}}", "t.yaml:2:37", "'d' is not known"},
      {"privacy: {delta_disclosure: 0}", "t.yaml:2:29", "from 0.001"},
      {"privacy: {beta_likeness: 99999999999}", "t.yaml:2:26", "from 0.001 to 1000000"},
      {"privacy: {beta_enhanced: [2]}", "t.yaml:2:26", "must be a single value"},
      {"privacy: {k_map: 2.5}", "t.yaml:2:18", "from 0 to 1000000"},
      {"privacy: {population_uniques: 1}", "t.yaml:2:31", "from 0.0001% to 100%, not '1'"},
      {"privacy: {population_uniques: 0%}", "t.yaml:2:31", "not '0%'"},
      {"privacy: {population_uniques: 100.0001%}", "t.yaml:2:31", "from 0.0001% to 100%"},
      {"privacy: {t_closenes: 0.2}", "t.yaml:2:11", "'t_closenes' is not known"},
  };
  for (const auto& slip : slips) {
    CAPTURE(slip.privacy);
    const auto read = terms_with(slip.privacy);
    REQUIRE_FALSE(read);
    CAPTURE(read.error().message);
    CHECK(read.error().code == Code::malformed);
    CHECK(read.error().message.starts_with(slip.place));
    CHECK(read.error().message.find(slip.message) != std::string::npos);
  }
  CHECK(
      terms_with("privacy: {t_closeness: 0}").error().hint.starts_with("0 would ask for nothing"));
}

TEST_CASE("floor: each bound has its stricter side, and 0 asks nothing") {
  const Floor floor = whole_floor();
  for (const auto& bound : terms::floor_bounds()) {
    CAPTURE(bound.key);
    const auto with = [&](std::uint32_t value) {
      Floor other = floor;
      other.*bound.value = value;
      return other;
    };
    const std::uint32_t value = floor.*bound.value;
    const bool greater_is_stricter = bound.sense == terms::Sense::at_least;
    const Floor stricter = with(greater_is_stricter ? value + 1 : value - 1);
    const Floor looser = with(greater_is_stricter ? value - 1 : value + 1);
    const Floor none = with(0);
    CHECK(terms::asks_less(floor, stricter));
    CHECK_FALSE(terms::asks_less(stricter, floor));
    CHECK(terms::asks_less(looser, floor));
    CHECK(terms::stricter_of(floor, stricter) == stricter);
    CHECK(terms::stricter_of(looser, floor) == floor);
    if (bound.sense == terms::Sense::share_max) {
      CHECK(terms::stricter_of(floor, none) == none);
    } else {
      CHECK(terms::asks_less(none, floor));
      CHECK_FALSE(terms::asks_less(floor, none));
      CHECK(terms::stricter_of(none, floor) == floor);
    }
  }
}

TEST_CASE("floor: two together are commutative, idempotent, and as strict as either") {
  SeededChance chance(11);
  std::size_t apart = 0;
  for (int i = 0; i < 2'000; ++i) {
    const Floor one = random_floor(chance);
    const Floor other = random_floor(chance);
    const Floor third = random_floor(chance);
    const Floor both = terms::stricter_of(one, other);
    REQUIRE(both == terms::stricter_of(other, one));
    REQUIRE(terms::stricter_of(one, one) == one);
    REQUIRE_FALSE(terms::asks_less(both, one));
    REQUIRE_FALSE(terms::asks_less(both, other));
    REQUIRE(terms::check_possible(both));
    REQUIRE(terms::stricter_of(both, third) ==
            terms::stricter_of(one, terms::stricter_of(other, third)));
    // It takes no more than that: of each bound it is one of the two.
    for (const auto& bound : terms::floor_bounds()) {
      const bool is_of_one = both.*bound.value == one.*bound.value;
      REQUIRE((is_of_one || both.*bound.value == other.*bound.value));
    }
    apart += terms::asks_less(one, other) && terms::asks_less(other, one) ? 1 : 0;
  }
  CHECK(apart > 1'000);
}

TEST_CASE("floor: one that no table can be held against is none") {
  CHECK(terms::check_possible({}));
  CHECK(terms::check_possible(whole_floor()));
  const auto fault = [](auto change) {
    Floor floor = whole_floor();
    change(floor);
    const auto possible = terms::check_possible(floor);
    return possible ? std::string("possible") : possible.error().message;
  };
  CHECK(fault([](Floor& f) { f.suppression_max_per10000 = 10'001; }) ==
        "suppression_max 100.01% is no floor");
  CHECK(fault([](Floor& f) { f.t_closeness_ppm = 1'000'001; }) ==
        "t_closeness 1.000001 is no floor");
  CHECK(fault([](Floor& f) { f.population_uniques_ppm = UINT32_MAX; }) ==
        "population_uniques 429496.7295% is no floor");
  CHECK(fault([](Floor& f) { f.l_entropy_milli = 999; }) == "l_entropy 0.999 is no floor");
  CHECK(fault([](Floor& f) { f.c_recursive_milli = 0; }) == "recursive diversity has l 3 and c 0");
  CHECK(fault([](Floor& f) { f.l_recursive = 0; }) == "recursive diversity has l 0 and c 4");
}

TEST_CASE("floor: it is told in one line, and in words of each language") {
  CHECK(terms::print_floor_line({.k = 5, .suppression_max_per10000 = 500, .l_distinct = 2}) ==
        "k 5, l-distinct 2, suppression at most 500 of 10,000");
  CHECK(terms::print_floor_line(whole_floor()) ==
        "k 5, l-distinct 2, suppression at most 500 of 10,000, l-entropy 2.5, l-recursive-l 3, "
        "l-recursive-c 4, t-closeness 0.2, delta-disclosure 1.5, beta-likeness 2, "
        "beta-enhanced 2.125, k-map 7, population-uniques 1%");
  const auto text = terms::explain_floor(whole_floor(), terms::Language::en);
  CHECK(std::ranges::count(text, '\n') == 12);  // a head, and a line for the two of recursive
  CHECK(text.starts_with("whatever is released is held to this:\n  - each row looks like 5 rows"));
  CHECK(text.find("stays below 4 times all from the 3. most frequent on") != std::string::npos);
  CHECK(text.find("at a distance of 0.2 at most (t-closeness)") != std::string::npos);
  CHECK(text.find("1% of the rows at most are estimated") != std::string::npos);
  for (const auto& language : terms::Vocabulary::builtin().languages()) {
    const auto said = terms::explain_floor(whole_floor(), language);
    CAPTURE(said);
    CHECK(std::ranges::count(said, '\n') == 12);
    CHECK(said.find('{') == std::string::npos);
    CHECK(said.find("floor-") == std::string::npos);
  }
  CHECK(terms::explain_floor({}, terms::Language::en).empty());
}

}  // namespace
}  // namespace usufruct
