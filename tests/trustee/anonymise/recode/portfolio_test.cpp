#include "trustee/anonymise/recode/portfolio.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "crypto/base/chance.h"
#include "tests/trustee/anonymise/recode/tables.h"
#include "trustee/anonymise/recode/absorb.h"
#include "trustee/anonymise/recode/k_member.h"
#include "trustee/anonymise/recode/ladder.h"
#include "trustee/anonymise/recode/mondrian.h"
#include "trustee/anonymise/recode/refine.h"

namespace {

using namespace usufruct;
using namespace usufruct::anonymise;

/// What a reader of the recoded rows would count, by text alone.
struct Shown {
  std::map<std::vector<std::string>, std::map<std::uint32_t, std::uint64_t>> classes;
  std::uint64_t rows = 0;
  double lost = 0;  ///< of all cells of all rows
};

Shown shown_by(const Histogram& histogram, const Recoding& recoding) {
  Shown shown;
  for (const auto& share : recoding.shares) {
    const auto& atom = histogram.atoms[share.atom];
    std::vector<std::string> texts;
    for (std::size_t c = 0; c < recoding.columns; ++c) {
      const auto& hierarchy = histogram.hierarchies[c];
      const std::size_t at = share.group * recoding.columns + c;
      const std::uint8_t level = recoding.levels[at];
      const std::uint32_t group = hierarchy.group_of(level, recoding.leaves[at]);
      // Every row lies under what it is shown as.
      RC_ASSERT(hierarchy.group_of(level, histogram.leaves[c][atom.tuple]) == group);
      texts.push_back(hierarchy.name(level, group));
      shown.lost += static_cast<double>(share.rows) *
                    (static_cast<double>(hierarchy.leaves_under(level, group)) - 1) /
                    std::max(1.0, static_cast<double>(hierarchy.leaf_count()) - 1);
    }
    shown.classes[texts][atom.combination] += share.rows;
    shown.rows += share.rows;
  }
  return shown;
}

void check_is_whole(const Histogram& histogram, const Recoding& recoding) {
  std::vector<std::uint64_t> rows(histogram.atoms.size(), 0);
  for (std::size_t i = 0; i < recoding.shares.size(); ++i) {
    RC_ASSERT(recoding.shares[i].rows > 0U);
    RC_ASSERT(recoding.shares[i].group < recoding.class_count());
    RC_ASSERT((i == 0 || recoding.shares[i - 1].atom <= recoding.shares[i].atom));
    rows[recoding.shares[i].atom] += recoding.shares[i].rows;
  }
  std::uint64_t out = 0;
  for (std::size_t a = 0; a < rows.size(); ++a) {
    RC_ASSERT(rows[a] <= histogram.atoms[a].rows);
    out += histogram.atoms[a].rows - rows[a];
  }
  RC_ASSERT(out == recoding.suppressed);
}

void check_loss(const Histogram& histogram, const Recoding& recoding, const Shown& shown) {
  const double cells = static_cast<double>(recoding.columns * histogram.rows);
  const double out = static_cast<double>(recoding.columns * recoding.suppressed);
  RC_ASSERT(std::abs(recoding.loss - (shown.lost + out) / cells) < 1e-9);
  RC_ASSERT(recoding.loss_bound <= recoding.loss + 1e-12);
}

double entropy_of(const std::map<std::uint32_t, std::uint64_t>& values, double rows) {
  double entropy = 0;
  for (const auto& [value, count] : values) {
    const double p = static_cast<double>(count) / rows;
    entropy -= p * std::log(p);
  }
  return entropy;
}

double distance_of(const Histogram& histogram, const std::map<std::uint32_t, std::uint64_t>& values,
                   double rows) {
  double sum = 0;
  for (std::uint32_t v = 0; v < histogram.sensitive[0].values.size(); ++v) {
    const auto at = values.find(v);
    const double p = at == values.end() ? 0 : static_cast<double>(at->second) / rows;
    sum += std::abs(p - static_cast<double>(histogram.sensitive[0].counts[v]) /
                            static_cast<double>(histogram.rows));
  }
  return sum / 2;
}

void check_floor_holds(const Histogram& histogram, const Floor& floor, const Shown& shown) {
  for (const auto& [texts, values] : shown.classes) {
    std::uint64_t rows = 0;
    for (const auto& [value, count] : values) rows += count;
    const auto n = static_cast<double>(rows);
    RC_ASSERT(rows >= floor.k);
    RC_ASSERT(values.size() >= floor.l_distinct);
    if (floor.l_entropy_milli > 1000)
      RC_ASSERT(std::exp(entropy_of(values, n)) >= floor.l_entropy_milli / 1000.0 - 1e-6);
    if (floor.t_closeness_ppm > 0)
      RC_ASSERT(distance_of(histogram, values, n) <= floor.t_closeness_ppm / 1e6 + 1e-6);
  }
}

Floor random_floor() {
  Floor floor{.k = static_cast<std::uint32_t>(*rc::gen::inRange(1, 7)),
              .suppression_max_per_10000 =
                  static_cast<std::uint32_t>(*rc::gen::element(0, 500, 2500, 10000))};
  switch (*rc::gen::inRange(0, 4)) {
    case 1:
      floor.l_distinct = static_cast<std::uint32_t>(*rc::gen::inRange(2, 4));
      break;
    case 2:
      floor.l_entropy_milli = static_cast<std::uint32_t>(*rc::gen::inRange(1001, 2500));
      break;
    case 3:
      floor.t_closeness_ppm = static_cast<std::uint32_t>(*rc::gen::inRange(100'000, 600'000));
      break;
    default:
      break;
  }
  return floor;
}

}  // namespace

TEST_CASE("portfolio: every recoding is whole, true, and meets the floor by what it shows") {
  CHECK(rc::check([] {
    const Histogram histogram = test::random_table({});
    const Floor floor = random_floor();
    const auto scope = *rc::gen::element(Scope::best, Scope::full_domain);
    const auto made = recode(histogram, floor, {.scope = scope, .effort = Effort::quick});
    if (!made) {
      RC_ASSERT(made.error().code == Code::denied);
      return;
    }
    check_is_whole(histogram, *made);
    const Shown shown = shown_by(histogram, *made);
    check_loss(histogram, *made, shown);
    check_floor_holds(histogram, floor, shown);
    RC_ASSERT(made->suppressed <= suppressed_max(floor, histogram.rows));
    const auto again = recode(histogram, floor, {.scope = scope, .effort = Effort::quick});
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->shares == made->shares);
    RC_ASSERT(again->levels == made->levels);
  }));
}

TEST_CASE("portfolio: every way of local recoding keeps the floor, refined or not") {
  CHECK(rc::check([] {
    const Histogram histogram = test::random_table({.rows_max = 120});
    const Floor floor = random_floor();
    const Cells cells(histogram);
    const Clusterer clusterer(histogram, floor, cells);
    std::vector<Clustering> made{
        recode_by_k_member(clusterer), recode_by_mondrian(clusterer),
        clustering_of(recode_by_ladder(histogram, floor).recoding, clusterer)};
    for (Clustering& each : made) {
      const double before = loss_of(each, histogram.rows);
      refine(each, clusterer, {.block_members_max = 20, .turns = 2});
      RC_ASSERT(loss_of(each, histogram.rows) <= before + 1e-9);
      absorb(each, clusterer, suppressed_max(floor, histogram.rows));
      const Recoding recoding = recoding_of(each, clusterer, "any");
      check_is_whole(histogram, recoding);
      check_floor_holds(histogram, floor, shown_by(histogram, recoding));
    }
  }));
}

TEST_CASE("portfolio: the bound is below what any partition loses") {
  CHECK(rc::check([] {
    const Histogram histogram =
        test::random_table({.columns_max = 2, .leaves_max = 4, .rows_max = 7, .values = 0});
    const Floor floor{.k = static_cast<std::uint32_t>(*rc::gen::inRange(1, 4)),
                      .suppression_max_per_10000 = 0};
    const auto made = recode(histogram, floor, {});
    if (!made) return;
    // Every way to put seven rows into classes, by brute force.
    std::vector<std::uint32_t> rows;
    for (const auto& atom : histogram.atoms) rows.insert(rows.end(), atom.rows, atom.tuple);
    const Cells cells(histogram);
    double least = 1;
    std::vector<std::size_t> group_of(rows.size(), 0);
    const std::function<void(std::size_t, std::size_t)> place = [&](std::size_t row,
                                                                    std::size_t groups) {
      if (row < rows.size()) {
        for (std::size_t g = 0; g <= groups; ++g) {
          group_of[row] = g;
          place(row + 1, std::max(groups, g + 1));
        }
        return;
      }
      double loss = 0;
      for (std::size_t g = 0; g < groups; ++g) {
        std::vector<std::uint32_t> members;
        for (std::size_t i = 0; i < rows.size(); ++i)
          if (group_of[i] == g) members.push_back(rows[i]);
        if (members.size() < floor.k) return;
        for (std::size_t c = 0; c < histogram.column_count(); ++c) {
          Cell cell = histogram.leaves[c][members[0]];
          for (const std::uint32_t t : members) cell = cells.join(c, cell, histogram.leaves[c][t]);
          loss += cells.loss(c, cell) * static_cast<double>(members.size());
        }
      }
      least = std::min(least, loss / static_cast<double>(rows.size()));
    };
    place(0, 0);
    RC_ASSERT(made->loss_bound <= least + 1e-12);
    RC_ASSERT(made->loss >= least - 1e-9);
    if (made->proven_optimal) RC_ASSERT(made->loss <= least + 3e-6);
  }));
}

TEST_CASE("portfolio: rows that ask for more than the floor stand with that many") {
  Histogram histogram;
  histogram.hierarchies.push_back(test::halved(8, 4));
  histogram.leaves.resize(1);
  for (std::uint32_t t = 0; t < 8; ++t) {
    histogram.leaves[0].push_back(t);
    histogram.counts.push_back(3);
    histogram.atoms.push_back({t, 0, 3});
    histogram.k_asked.push_back(t == 5 ? 9 : 2);
    histogram.rows += 3;
  }
  for (const auto scope : {Scope::best, Scope::full_domain}) {
    const auto made = recode(histogram, {.k = 2, .suppression_max_per_10000 = 0}, {.scope = scope});
    REQUIRE(made.has_value());
    std::map<std::uint32_t, std::uint64_t> rows;
    std::set<std::uint32_t> asking;
    for (const auto& share : made->shares) {
      rows[share.group] += share.rows;
      if (share.atom == 5) asking.insert(share.group);
    }
    for (const std::uint32_t group : asking) CHECK(rows[group] >= 9);
  }
}

TEST_CASE("portfolio: what no recoding can meet is denied") {
  Histogram histogram = [] {
    Histogram made;
    made.hierarchies.push_back(test::halved(2, 2));
    made.leaves = {{0, 1}};
    made.counts = {2, 2};
    made.atoms = {{0, 0, 2}, {1, 0, 2}};
    made.rows = 4;
    return made;
  }();
  const auto made = recode(histogram, {.k = 5});
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == Code::denied);
  CHECK(made.error().message == "4 rows are kept and the floor is k 5");
}

TEST_CASE(
    "portfolio: a table without near rows ends, and a ladder cut short does not stand alone") {
  SeededChance chance(11);
  Histogram histogram;
  for (int c = 0; c < 8; ++c) histogram.hierarchies.push_back(test::halved(8, 4));
  histogram.leaves.resize(8);
  for (std::uint32_t t = 0; t < 3'000; ++t) {
    for (auto& column : histogram.leaves)
      column.push_back(static_cast<std::uint32_t>(chance.next() % 8));
    histogram.counts.push_back(1);
    histogram.atoms.push_back({t, 0, 1});
    ++histogram.rows;
  }
  const Floor floor{.k = 5};
  const auto made = recode(histogram, floor, {.effort = Effort::quick});
  REQUIRE(made.has_value());
  const Cells cells(histogram);
  CHECK(made->loss <=
        loss_of(recode_by_mondrian(Clusterer(histogram, floor, cells)), histogram.rows));
}

TEST_CASE("portfolio: with thirty columns a release still tells them apart where it can") {
  SeededChance chance(12);
  Histogram histogram;
  for (int c = 0; c < 30; ++c) histogram.hierarchies.push_back(test::halved(c % 3 == 0 ? 2 : 8, 4));
  histogram.leaves.resize(30);
  for (std::uint32_t t = 0; t < 1'200; ++t) {
    for (std::size_t c = 0; c < 30; ++c)
      histogram.leaves[c].push_back(
          static_cast<std::uint32_t>(chance.next() % (c % 3 == 0 ? 2 : 8)));
    histogram.counts.push_back(1);
    histogram.atoms.push_back({t, 0, 1});
    ++histogram.rows;
  }
  const Floor floor{.k = 11};
  const Cells cells(histogram);
  const Clusterer clusterer(histogram, floor, cells);
  const double parted = loss_of(recode_by_mondrian(clusterer), histogram.rows);
  // What grows row by row has lost nearly all when it is large enough.
  CHECK(loss_of(recode_by_k_member(clusterer), histogram.rows) > parted + 0.05);
  CHECK(parted < 0.9);
  for (const auto effort : {Effort::quick, Effort::usual}) {
    const auto made = recode(histogram, floor, {.effort = effort});
    REQUIRE(made.has_value());
    CHECK(made->loss <= parted);
  }
}

TEST_CASE("portfolio: one row that asks for much does not close the nodes below") {
  Histogram histogram;
  histogram.hierarchies.push_back(
      *Hierarchy::make({{"a", "g", "*"}, {"b", "g", "*"}, {"c", "c", "*"}}));
  histogram.leaves = {{0, 1, 2}};
  histogram.counts = {5, 1, 34};
  histogram.atoms = {{0, 0, 5}, {1, 0, 1}, {2, 0, 34}};
  histogram.k_asked = {5, 20, 5};
  histogram.rows = 40;
  const auto made = recode(histogram, {.k = 5, .suppression_max_per_10000 = 1'000},
                           {.scope = Scope::full_domain});
  REQUIRE(made.has_value());
  CHECK(made->suppressed == 1);
  CHECK(made->loss == doctest::Approx(0.025));
}
