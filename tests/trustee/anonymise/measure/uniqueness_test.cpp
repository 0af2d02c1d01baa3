#include "trustee/anonymise/measure/uniqueness.h"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <vector>

#include "crypto/base/chance.h"

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

/// A population whose class sizes are skewed, and a sample of it without replacement.
struct Drawn {
  std::vector<SizeCount> sizes;
  std::uint64_t people = 0;
  std::uint64_t uniques = 0;  ///< of the population
};

Drawn draw_sample(std::uint64_t seed, std::size_t classes, double skew, std::uint64_t per_1000) {
  SeededChance chance(seed);
  Drawn drawn;
  std::map<std::uint64_t, std::uint64_t> sizes;
  for (std::size_t c = 0; c < classes; ++c) {
    const double u = (static_cast<double>(chance.next() >> 11) + 1) / 9007199254740993.0;
    const auto people = static_cast<std::uint64_t>(std::min(1e4, std::pow(u, -skew)));
    drawn.people += people;
    drawn.uniques += people == 1 ? 1 : 0;
    std::uint64_t seen = 0;
    for (std::uint64_t i = 0; i < people; ++i) seen += chance.next() % 1000 < per_1000 ? 1 : 0;
    if (seen > 0) ++sizes[seen];
  }
  for (const auto& [rows, count] : sizes) drawn.sizes.push_back({rows, count});
  return drawn;
}

}  // namespace

TEST_CASE("uniqueness: none in the sample, none in the population") {
  const std::vector<SizeCount> sizes{{2, 40}, {5, 10}};
  const auto found = estimate_uniques(sizes, 10'000);
  CHECK(found.uniques == 0);
  CHECK(found.share == 0);
  CHECK(found.chosen == UniquenessModel::none);
}

TEST_CASE("uniqueness: who is all of the population is counted, not estimated") {
  const std::vector<SizeCount> sizes{{1, 30}, {2, 20}, {10, 3}};
  const auto found = estimate_uniques(sizes, 100);
  CHECK(found.zayatz == doctest::Approx(30));
  CHECK(found.snb == doctest::Approx(30));
  CHECK(found.uniques == doctest::Approx(30));
  CHECK(found.share == doctest::Approx(0.3));
}

TEST_CASE("uniqueness: Zayatz by hand") {
  // Two of four people, one class of one row and none of more: P(one of 1) = 2/4.
  //   sizes 1 (1 class) and 2 (1 class) in a sample of 3 out of 6:
  //   P₁ = 3/6, P₂ = 2·C(4,2)/C(6,3) = 12/20; chance = .5/(.5 + .6); uniques = chance · 1 / .5
  const std::vector<SizeCount> sizes{{1, 1}, {2, 1}};
  CHECK(estimate_uniques(sizes, 6).zayatz == doctest::Approx(0.5 / 1.1 / 0.5));
}

TEST_CASE("uniqueness: everybody is alone when nothing is seen twice") {
  const std::vector<SizeCount> sizes{{1, 50}};
  CHECK(estimate_uniques(sizes, 5000).pitman == 5000);
  CHECK(estimate_uniques(sizes, 5000).chosen == UniquenessModel::pitman);
}

TEST_CASE("uniqueness: estimates are near the truth of drawn populations") {
  for (const double skew : {0.8, 1.2}) {
    for (const std::uint64_t per_1000 : {20UL, 80UL, 300UL, 700UL}) {
      CAPTURE(skew);
      CAPTURE(per_1000);
      const Drawn drawn = draw_sample(7, 60'000, skew, per_1000);
      const auto found = estimate_uniques(drawn.sizes, drawn.people);
      CAPTURE(found.uniques);
      CAPTURE(drawn.uniques);
      CHECK(found.chosen != UniquenessModel::none);
      CHECK((found.chosen == UniquenessModel::pitman) == (per_1000 < 100));
      const double ratio = found.uniques / static_cast<double>(drawn.uniques);
      CHECK(ratio > 0.4);
      CHECK(ratio < 2.5);  // Pitman says too much where sizes are not as Pitman has them.
    }
  }
}

TEST_CASE("uniqueness: Pitman is right about populations that are Pitman's") {
  constexpr double alpha = 0.5;
  constexpr double theta = 30;
  SeededChance chance(11);
  const auto uniform = [&] { return static_cast<double>(chance.next() >> 11) * 0x1p-53; };
  std::vector<std::size_t> class_of;  // [person]
  std::vector<std::uint64_t> sizes;
  std::vector<SizeCount> sample;
  constexpr std::size_t people = 300'000;
  for (std::size_t i = 0; i < people; ++i) {
    if (i == people / 20) {  // Who comes first is as good a sample as any.
      std::map<std::uint64_t, std::uint64_t> counts;
      for (const std::uint64_t size : sizes) ++counts[size];
      for (const auto& [rows, classes] : counts) sample.push_back({rows, classes});
    }
    std::size_t at = sizes.size();
    if (uniform() * (theta + static_cast<double>(i)) >=
        theta + alpha * static_cast<double>(sizes.size())) {
      do at = class_of[chance.next() % i];
      while (uniform() * static_cast<double>(sizes[at]) < alpha);
    } else {
      sizes.push_back(0);
    }
    ++sizes[at];
    class_of.push_back(at);
  }
  std::uint64_t uniques = 0;
  for (const std::uint64_t size : sizes) uniques += size == 1 ? 1 : 0;
  const auto found = estimate_uniques(sample, people);
  CHECK(found.chosen == UniquenessModel::pitman);
  CHECK(found.uniques == doctest::Approx(static_cast<double>(uniques)).epsilon(0.15));
}

TEST_CASE("uniqueness: an estimate never leaves the population") {
  SeededChance chance(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<SizeCount> sizes;
    std::uint64_t rows = 0;
    std::uint64_t size = 1 + chance.next() % 2;
    for (std::size_t i = 1 + chance.next() % 6; i > 0; --i, size += 1 + chance.next() % 9) {
      sizes.push_back({size, 1 + chance.next() % 200});
      rows += sizes.back().rows * sizes.back().classes;
    }
    const std::uint64_t people = rows * (1 + chance.next() % 40);
    const auto found = estimate_uniques(sizes, people);
    CAPTURE(round);
    CHECK(found.uniques >= 0);
    CHECK(found.share <= 1);
    CHECK((sizes.front().rows == 1) == (found.chosen != UniquenessModel::none));
  }
}
