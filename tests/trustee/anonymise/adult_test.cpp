// Optima that ARX 3.9.2 proves on the UCI Adult table with its own hierarchies.
#include <doctest/doctest.h>

#include "crypto/base/chance.h"
#include "tests/support/data.h"
#include "tests/trustee/anonymise/made.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::everyone;

namespace {

/// With `tree`, occupation has its hierarchy also where it is sensitive.
std::optional<Input> adult(ColumnRole occupation, bool tree = false) {
  const auto path = find_data("adult/adult.csv", "adult optima");
  if (!path) return std::nullopt;
  Input input{.files = {{.path = path->string()}}};
  for (const char* name : {"sex", "age", "race", "marital-status", "education", "native-country",
                           "workclass", "occupation", "salary-class"}) {
    const auto file =
        find_data(std::string("adult/adult_hierarchy_") + name + ".csv", "adult optima");
    if (!file) return std::nullopt;
    auto hierarchy = Hierarchy::parse(anonymise::test::read_text(file->string()));
    REQUIRE(hierarchy.has_value());
    const bool is_occupation = std::string_view(name) == "occupation";
    const auto role = is_occupation ? occupation : ColumnRole::quasi_identifier;
    input.columns.push_back({name, role, {}});
    if (role == ColumnRole::quasi_identifier || tree) input.columns.back().hierarchy = *hierarchy;
  }
  return input;
}

std::vector<int> levels(const Anonymised& made) {
  std::vector<int> found;
  for (const auto& column : made.columns())
    if (column.role == ColumnRole::quasi_identifier)
      found.push_back(static_cast<int>(column.level_min));
  return found;
}

struct Row {
  Floor floor;
  ColumnRole occupation;
  std::vector<int> levels;
  std::uint64_t suppressed;
  double quality;
  bool tree = false;
};

const Sink into_nothing = [](View) -> Result<void> { return {}; };

}  // namespace

TEST_CASE("adult: the optimum is the one ARX proves") {
  constexpr auto q = ColumnRole::quasi_identifier;
  constexpr auto s = ColumnRole::sensitive;
  // Specification: reference optima with 5 % suppression unless said; a sensitive occupation.
  const std::vector<Row> rows{
      {{.k = 5}, q, {0, 3, 0, 0, 2, 1, 1, 2, 0}, 1346, 0.73037},
      {{.k = 11}, q, {0, 4, 0, 1, 2, 1, 1, 1, 0}, 1507, 0.67048},
      {{5, 10000}, q, {0, 3, 0, 0, 2, 1, 1, 1, 0}, 2553, 0.77230},
      {{.k = 5, .l_distinct = 2}, s, {0, 3, 0, 0, 2, 1, 1, 0}, 1346, 0.82166},
      {{.k = 5, .l_entropy_milli = 2000}, s, {0, 3, 0, 0, 2, 1, 1, 0}, 1409, 0.81987},
      {{.k = 5, .l_recursive = 3, .c_recursive_milli = 4000},
       s,
       {0, 2, 0, 1, 2, 1, 1, 0},
       1408,
       0.78023},
      {{.k = 5, .t_closeness_ppm = 200'000}, s, {1, 4, 1, 1, 3, 1, 2, 1}, 235, 0.16031},
      {{.k = 5, .t_closeness_ppm = 200'000}, s, {1, 4, 0, 0, 3, 1, 2, 1}, 1384, 0.32505, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.quality);
    auto input = adult(row.occupation, row.tree);
    if (!input) return;
    input->recoding.scope = Scope::full_domain;
    SeededChance chance(1);
    const auto made = anonymise::anonymise(*input, row.floor, everyone, chance, into_nothing);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
    CHECK(levels(*made) == row.levels);
    CHECK(made->rows_input() == 30'162);
    CHECK(made->rows_suppressed() == row.suppressed);
    CHECK(made->rows_released() == 30'162 - row.suppressed);
    CHECK(made->proven_optimal());
    CHECK(made->loss() == doctest::Approx(1 - row.quality).epsilon(0.00002));
    CHECK(*made->measurement().granularity == doctest::Approx(row.quality).epsilon(0.00001));
    CHECK(made->measurement().k_achieved >= row.floor.k);
  }
}

TEST_CASE("adult: local recoding keeps more than any tool that was measured, below a known bound") {
  struct Local {
    Floor floor;
    ColumnRole occupation;
    Effort effort;
    double quality;  ///< at least
    double bound;    ///< at most; 1: not exact at this effort
  };
  constexpr auto q = ColumnRole::quasi_identifier;
  constexpr auto s = ColumnRole::sensitive;
  const std::vector<Local> rows{
      {{.k = 5}, q, Effort::quick, 0.948, 1},
      {{.k = 5}, q, Effort::usual, 0.950, 0.96985},
      {{.k = 5, .l_entropy_milli = 2000}, s, Effort::quick, 0.966, 1},
      {{.k = 5, .t_closeness_ppm = 200'000}, s, Effort::usual, 0.578, 1},
  };
  for (const Local& row : rows) {
    CAPTURE(row.quality);
    auto input = adult(row.occupation);
    if (!input) return;
    input->recoding.effort = row.effort;
    SeededChance chance(1);
    const auto made = anonymise::anonymise(*input, row.floor, everyone, chance, into_nothing);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
    CHECK(1 - made->loss() >= row.quality);
    CHECK(*made->measurement().granularity == doctest::Approx(1 - made->loss()).epsilon(1e-6));
    CHECK(made->loss_bound() <= made->loss());
    if (row.bound < 1) CHECK(1 - made->loss_bound() == doctest::Approx(row.bound).epsilon(1e-5));
    CHECK_FALSE(made->proven_optimal());
    CHECK(made->measurement().k_achieved >= row.floor.k);
  }
}
