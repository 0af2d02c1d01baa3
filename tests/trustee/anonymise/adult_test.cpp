// Optima that ARX 3.9.2 proves on the UCI Adult table with its own hierarchies.
#include <doctest/doctest.h>

#include "crypto/base/chance.h"
#include "tests/support/data.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

std::optional<Input> adult(ColumnRole occupation) {
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
    input.columns.push_back(
        {name, is_occupation ? occupation : ColumnRole::quasi_identifier, *hierarchy});
  }
  return input;
}

std::vector<int> levels(const Anonymised& made) {
  std::vector<int> found;
  for (const auto& column : made.columns())
    if (column.role == ColumnRole::quasi_identifier)
      found.push_back(static_cast<int>(column.level));
  return found;
}

struct Row {
  Floor floor;
  ColumnRole occupation;
  std::vector<int> levels;
  std::uint64_t suppressed;
  double quality;
  double loss;
};

}  // namespace

TEST_CASE("adult: the optimum is the one ARX proves") {
  constexpr auto q = ColumnRole::quasi_identifier;
  constexpr auto s = ColumnRole::sensitive;
  const std::vector<Row> rows{
      {{5, 500, 0}, q, {0, 3, 0, 0, 2, 1, 1, 2, 0}, 1346, 0.73037, 0.26963},
      {{11, 500, 0}, q, {0, 4, 0, 1, 2, 1, 1, 1, 0}, 1507, 0.67048, 0.32952},
      {{5, 10000, 0}, q, {0, 3, 0, 0, 2, 1, 1, 1, 0}, 2553, 0.77230, 0.22770},
      {{5, 500, 2}, s, {0, 3, 0, 0, 2, 1, 1, 0}, 1346, 0.82166, 0.17834},
  };
  for (const Row& row : rows) {
    CAPTURE(row.floor.k);
    CAPTURE(row.floor.l_distinct);
    const auto input = adult(row.occupation);
    if (!input) return;
    SeededChance chance(1);
    const auto made = anonymise::anonymise(
        *input, row.floor, [](auto, auto) { return true; }, chance,
        [](View) -> Result<void> { return {}; });
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
    CHECK(levels(*made) == row.levels);
    CHECK(made->rows_input() == 30'162);
    CHECK(made->rows_suppressed() == row.suppressed);
    CHECK(made->rows_released() == 30'162 - row.suppressed);
    CHECK(made->proven_optimal());
    CHECK(made->loss() == doctest::Approx(row.loss).epsilon(0.00002));
    CHECK(*made->measurement().granularity == doctest::Approx(row.quality).epsilon(0.00001));
    CHECK(made->measurement().k_achieved >= row.floor.k);
  }
}
