// Worked examples from the papers that define the models.
#include "trustee/anonymise/measure/models.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace usufruct::anonymise;
using namespace usufruct::anonymise::measuring;
using Share = PairCounts::Share;

namespace {

std::uint64_t rows_of(const std::vector<Share>& shares) {
  std::uint64_t rows = 0;
  for (const Share& each : shares) rows += each.rows;
  return rows;
}

Spread spread(const std::vector<Share>& shares, const std::vector<double>& whole) {
  return {shares, rows_of(shares), whole};
}

}  // namespace

TEST_CASE("models: ordered distance is that of the salaries in Li et al. 2007") {
  // Nine salaries, 3k to 11k, once each; §4.1 gives 0.375 and 0.167.
  const std::vector<double> whole(9, 1.0 / 9);
  const std::vector<std::string> salaries{"3000", "4000", "5000",  "6000", "7000",
                                          "8000", "9000", "10000", "11000"};
  const auto rank = rank_of_values(salaries);
  const std::vector<Share> low{{0, 1}, {1, 1}, {2, 1}};
  const std::vector<Share> spread_out{{3, 1}, {5, 1}, {8, 1}};
  CHECK(ordered_distance(spread(low, whole), rank) == doctest::Approx(0.375));
  CHECK(ordered_distance(spread(spread_out, whole), rank) == doctest::Approx(1.0 / 6));
  CHECK(equal_distance(spread(low, whole)) == doctest::Approx(2.0 / 3));
}

TEST_CASE("models: hierarchical distance pays by the level on which values meet") {
  // 0 and 1 meet on level 1, all on level 2.
  const std::vector<double> whole{0.25, 0.25, 0.5};
  const ValueTree tree{.group = {{0, 1, 2}, {0, 0, 1}, {0, 0, 0}},
                       .whole = {{0.25, 0.25, 0.5}, {0.5, 0.5}, {1}}};
  // A quarter moves from 0 to 1 and a half from there to 2: ¼·½ + ½·1.
  const std::vector<Share> one{{0, 3}};
  CHECK(hierarchical_distance(spread(one, whole), tree) == doctest::Approx(0.625));
  const std::vector<Share> pair{{0, 1}, {2, 1}};
  CHECK(hierarchical_distance(spread(pair, whole), tree) == doctest::Approx(0.125));
}

TEST_CASE("models: recursive diversity looks at the tail of the sorted counts") {
  const std::vector<Share> shares{{0, 2}, {1, 5}, {2, 1}, {3, 3}};  // 5 3 2 1
  CHECK(recursive_ratio(spread(shares, {}), 1) == doctest::Approx(5.0 / 11));
  CHECK(recursive_ratio(spread(shares, {}), 2) == doctest::Approx(5.0 / 6));
  CHECK(recursive_ratio(spread(shares, {}), 3) == doctest::Approx(5.0 / 3));
  CHECK(recursive_ratio(spread(shares, {}), 4) == 5);
  CHECK(std::isinf(recursive_ratio(spread(shares, {}), 5)));
}

TEST_CASE("models: entropy diversity of equal shares is their number") {
  const std::vector<Share> four{{0, 7}, {1, 7}, {2, 7}, {3, 7}};
  CHECK(entropy_diversity(spread(four, {})) == doctest::Approx(4));
  const std::vector<Share> one{{0, 7}};
  CHECK(entropy_diversity(spread(one, {})) == 1);
}

TEST_CASE("models: disclosure and likeness compare shares with those of all") {
  const std::vector<double> whole{0.5, 0.4, 0.1};
  const std::vector<Share> shares{{0, 1}, {1, 1}, {2, 2}};  // ¼ ¼ ½
  CHECK(delta_disclosure(spread(shares, whole)) == doctest::Approx(std::log(5)));
  CHECK(beta_likeness(spread(shares, whole)) == doctest::Approx(4));
  // -ln 0.1 = 2.30: what is rare may gain much, but not by four.
  const Gain gain = enhanced_beta_likeness(spread(shares, whole), 9);
  CHECK(gain.gain == doctest::Approx(4));
  CHECK(gain.bound == doctest::Approx(-std::log(0.1)));
  CHECK(enhanced_beta_likeness(spread(shares, whole), 1).bound == 1);
}

TEST_CASE("models: values are ranked as numbers, then as texts") {
  const std::vector<std::string> values{"b",
                                        "10",
                                        "9",
                                        "-2",
                                        "",
                                        "9.50",
                                        "a",
                                        "9.5",
                                        "-10",
                                        "2,5",
                                        "123456789012345678901",
                                        "123456789012345678900"};
  std::vector<std::string> ranked;
  for (const auto v : rank_of_values(values)) ranked.push_back(values[v]);
  CHECK(ranked == std::vector<std::string>{"-10", "-2", "9", "9.5", "9.50", "10",
                                           "123456789012345678900", "123456789012345678901", "",
                                           "2,5", "a", "b"});
}
