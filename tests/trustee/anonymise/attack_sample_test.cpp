#include "trustee/anonymise/attack_sample.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::columns;
using usufruct::anonymise::test::MemoryFile;

namespace {

/// People of random age, district and sex, with an illness that follows none of them.
std::string random_people(std::size_t count, bool with_names = false) {
  constexpr std::array<std::string_view, 5> ills{"flu", "cold", "gout", "mumps", "asthma"};
  SeededChance chance(11);
  std::string text = "name,age,district,sex,ill\n";
  for (std::size_t i = 0; i < count; ++i)
    text += fmt::format("{},{},d{:02},{},{}\n", with_names ? fmt::format("n{}", i) : "",
                        18 + chance.next() % 70, chance.next() % 40, chance.next() % 2 ? "F" : "M",
                        ills[chance.next() % ills.size()]);
  return text;
}

struct Asked {
  std::string_view roles = "name:x age:q district:q sex:q ill:s";
  Floor floor{};
  AttackOptions attacks{.attacks_max = 300};
  Format format = Format::csv;
  KeepRow keep = [](auto, auto) { return true; };
  std::uint64_t seed = 3;
  Scope scope = Scope::best;
};

Anonymised released(const std::string& table, const Asked& asked) {
  const MemoryFile file(table);
  SeededChance chance(asked.seed);
  const auto key = Secret<32>::random(chance);
  const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                    .columns = columns(asked.roles),
                    .output = {.format = asked.format},
                    .recoding = {.scope = asked.scope, .effort = Effort::quick},
                    .pseudonym_key = &key,
                    .attacks = asked.attacks};
  auto made = anonymise::anonymise(input, asked.floor, asked.keep, chance,
                                   [](View) -> Result<void> { return {}; });
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  return std::move(*made);
}

AttackResult of_kind(const AttackTrial& trial, AttackKind kind) {
  for (const AttackResult& each : trial.results)
    if (each.kind == kind) return each;
  FAIL("no such attack");
  return {};
}

}  // namespace

TEST_CASE("attacks at a release: what leaves as it was singles people out") {
  const auto made = released(random_people(1'200), {.floor = {.k = 1}});
  REQUIRE(made.loss() == 0);
  const AttackTrial& trial = made.attacks();
  CHECK(trial.shown == 600);
  CHECK(trial.withheld == 600);
  const auto singled = of_kind(trial, AttackKind::singling_out_by_many);
  CHECK(singled.attacks == 300);
  CHECK(singled.successes == 300);
  REQUIRE(singled.control.has_value());
  CHECK(singled.control->high < 0.6);
  CHECK(singled.risk.value > 0.9);
  CHECK(singled.risk.low > 0.8);
  // Each is alone with his look, and the illness beside it is his own.
  const auto inferred = of_kind(trial, AttackKind::inference);
  CHECK(inferred.risk.low > 0.7);
  CHECK(inferred.control->value < 0.35);
}

TEST_CASE("attacks at a release: under k 10 and l 3 they win little over people not shown") {
  const auto made = released(random_people(1'200), {.floor = {.k = 10, .l_distinct = 3}});
  const AttackTrial& trial = made.attacks();
  REQUIRE(trial.results.size() == 4);
  CHECK(trial.shown + trial.withheld == made.rows_released());
  CHECK(trial.shown < trial.withheld + 20);
  CHECK(trial.withheld < trial.shown + 20);
  // A class that is shown is shown with at least k rows, or some would stand alone.
  CHECK(of_kind(trial, AttackKind::singling_out_by_one).attacks == 0);
  CHECK(of_kind(trial, AttackKind::linking).risk.high < 0.1);
  CHECK(of_kind(trial, AttackKind::inference).risk.high < 0.4);
}

TEST_CASE("attacks at a release: people not shown fare like those shown where all look alike") {
  // Of one class, pieces are shown and others withheld: what a row shows is true of both.
  const auto made =
      released(random_people(1'200), {.floor = {.k = 500}, .scope = Scope::full_domain});
  REQUIRE(made.measurement().classes <= 2);
  const AttackTrial& trial = made.attacks();
  CHECK(trial.shown + trial.withheld == 1'200);
  const auto inferred = of_kind(trial, AttackKind::inference);
  CHECK(inferred.main.value == doctest::Approx(0.2).epsilon(0.5));
  CHECK(inferred.risk.low == 0);
  CHECK(inferred.risk.high < 0.15);
  CHECK(of_kind(trial, AttackKind::linking).risk.high < 0.05);
}

TEST_CASE("attacks at a release: of a large table so many rows are drawn as are allowed") {
  const auto made = released(random_people(6'000),
                             {.floor = {.k = 5}, .attacks = {.attacks_max = 100, .rows_max = 400}});
  const AttackTrial& trial = made.attacks();
  CHECK(trial.shown <= 400);
  CHECK(trial.shown > 380);
  CHECK(trial.withheld <= 400);
  CHECK(trial.withheld > 380);
}

TEST_CASE("attacks at a release: rows that may not be used are not looked at") {
  const auto made =
      released(random_people(1'000),
               {.floor = {.k = 5}, .keep = [](std::uint64_t row, auto) { return row % 4 == 0; }});
  CHECK(made.rows_kept() == 250);
  CHECK(made.attacks().shown + made.attacks().withheld == made.rows_released());
}

TEST_CASE("attacks at a release: where nobody can be withheld there is no control") {
  const auto made = released(random_people(15), {.floor = {.k = 10}});
  CHECK(made.attacks().shown == made.rows_released());
  CHECK(made.attacks().withheld == 0);
  for (const AttackResult& each : made.attacks().results) CHECK_FALSE(each.control.has_value());
}

TEST_CASE("attacks at a release: a token is nothing that an attacker knows of somebody") {
  // By it every row would be alone.
  const auto made = released(random_people(400, /*with_names=*/true),
                             {.roles = "name:p age:q district:q sex:q ill:s",
                              .floor = {.k = 10, .l_distinct = 2},
                              .scope = Scope::full_domain});
  CHECK(of_kind(made.attacks(), AttackKind::singling_out_by_one).attacks == 0);
  const auto with_it = released(random_people(400, /*with_names=*/true),
                                {.roles = "name:i age:q district:q sex:q ill:s",
                                 .floor = {.k = 10, .l_distinct = 2},
                                 .scope = Scope::full_domain});
  CHECK(of_kind(with_it.attacks(), AttackKind::singling_out_by_one).attacks > 100);
}

TEST_CASE("attacks at a release: the same chance gives the same answer, in every format") {
  const std::string table = random_people(500);
  const Asked asked{.floor = {.k = 4, .l_distinct = 2}};
  const auto made = released(table, asked);
  Asked packed = asked;
  packed.format = Format::parquet;
  Asked other = asked;
  other.seed = 4;
  CHECK(made.attacks() == released(table, asked).attacks());
  CHECK(made.attacks() == released(table, packed).attacks());
  CHECK(made.attacks() != released(table, other).attacks());
}

TEST_CASE("attacks at a release: none are tried unasked") {
  const MemoryFile file(random_people(50));
  SeededChance chance(1);
  const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                    .columns = columns("name:x age:q district:q sex:q ill:s")};
  const auto made = anonymise::anonymise(
      input, {.k = 2}, [](auto, auto) { return true; }, chance,
      [](View) -> Result<void> { return {}; });
  REQUIRE(made.has_value());
  CHECK(made->attacks() == AttackTrial{});
}
