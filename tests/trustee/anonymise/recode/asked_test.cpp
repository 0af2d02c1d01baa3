// What rows ask for, what the population says and what columns weigh, against slow definitions.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <set>

#include "tests/trustee/anonymise/recode/tables.h"
#include "trustee/anonymise/recode/absorb.h"
#include "trustee/anonymise/recode/global.h"
#include "trustee/anonymise/recode/k_member.h"
#include "trustee/anonymise/recode/ladder.h"
#include "trustee/anonymise/recode/mondrian.h"
#include "trustee/anonymise/recode/portfolio.h"
#include "trustee/anonymise/recode/refine.h"

namespace {

using namespace usufruct;
using namespace usufruct::anonymise;

using Texts = std::vector<std::string>;

/// People of the population under texts, which stand on one level each.
std::uint64_t people_under(const Histogram& table, const std::vector<std::size_t>& levels,
                           const Texts& texts) {
  std::uint64_t people = 0;
  for (std::size_t p = 0; p < table.people.size(); ++p) {
    bool is_under = true;
    for (std::size_t c = 0; c < texts.size(); ++c) {
      const Hierarchy& tree = table.hierarchies[c];
      const std::uint32_t group = tree.group_of(levels[c], table.people.leaves[c][p]);
      is_under = is_under && tree.name(levels[c], group) == texts[c];
    }
    if (is_under) people += table.people.counts[p];
  }
  return people;
}

double ncp(const Hierarchy& tree, std::size_t level, std::uint32_t leaf) {
  return (tree.leaves_under(level, tree.group_of(level, leaf)) - 1.0) /
         std::max(1.0, static_cast<double>(tree.leaf_count()) - 1);
}

/// Weighted loss of one row shown at some levels.
double row_loss(const Histogram& table, const std::vector<std::size_t>& levels,
                const std::vector<std::uint32_t>& leaves) {
  double loss = 0;
  double weights = 0;
  for (std::size_t c = 0; c < levels.size(); ++c) {
    loss += table.weight(c) * ncp(table.hierarchies[c], levels[c], leaves[c]);
    weights += table.weight(c);
  }
  return loss / weights;
}

std::vector<std::uint32_t> leaves_of(const Histogram& table, std::uint32_t tuple) {
  std::vector<std::uint32_t> leaves;
  for (std::size_t c = 0; c < table.column_count(); ++c) leaves.push_back(table.leaves[c][tuple]);
  return leaves;
}

/// Every vector of levels, one a column.
template <class Each>
void each_node(const Histogram& table, const Each& each) {
  std::vector<std::size_t> levels(table.column_count(), 0);
  for (;;) {
    each(levels);
    std::size_t c = 0;
    while (c < levels.size() && levels[c] + 1 == table.hierarchies[c].level_count())
      levels[c++] = 0;
    if (c == levels.size()) return;
    ++levels[c];
  }
}

struct Row {
  std::uint32_t tuple = 0;
  std::uint32_t asked = 0;
  std::uint32_t value = 0;
};

std::vector<Row> rows_of(const Histogram& table) {
  std::vector<Row> rows;
  for (const auto& atom : table.atoms)
    rows.insert(rows.end(), atom.rows, Row{atom.tuple, table.asked(atom.tuple), atom.combination});
  return rows;
}

/// Of a class, who may stay: whoever asks for more than there are goes, again and again.
std::vector<Row> who_stay(std::vector<Row> rows) {
  for (;;) {
    const std::size_t before = rows.size();
    std::erase_if(rows, [&](const Row& row) { return row.asked > before; });
    if (rows.size() == before) return rows;
  }
}

bool meets(const Histogram& table, const Floor& floor, const std::vector<Row>& rows,
           const std::vector<std::size_t>& levels, const Texts& texts) {
  std::set<std::uint32_t> values;
  for (const Row& row : rows) {
    if (row.asked > rows.size()) return false;
    values.insert(row.value);
  }
  return rows.size() >= floor.k && values.size() >= floor.l_distinct &&
         (floor.k_map == 0 || people_under(table, levels, texts) >= floor.k_map);
}

struct Optimum {
  double loss = 9;
  std::uint64_t suppressed = 0;
};

/// The best node by trying all; nothing when none releases a row and suppresses no more than it
/// may.
std::optional<Optimum> slow_optimum(const Histogram& table, const Floor& floor) {
  std::optional<Optimum> best;
  const auto rows = rows_of(table);
  each_node(table, [&](const std::vector<std::size_t>& levels) {
    std::map<Texts, std::vector<Row>> classes;
    for (const Row& row : rows) {
      Texts texts;
      for (std::size_t c = 0; c < levels.size(); ++c) {
        const Hierarchy& tree = table.hierarchies[c];
        texts.push_back(tree.name(levels[c], tree.group_of(levels[c], table.leaves[c][row.tuple])));
      }
      classes[texts].push_back(row);
    }
    double lost = 0;
    std::uint64_t released = 0;
    for (const auto& [texts, all] : classes) {
      const auto stay = who_stay(all);
      if (!meets(table, floor, stay, levels, texts)) continue;
      for (const Row& row : stay) lost += row_loss(table, levels, leaves_of(table, row.tuple));
      released += stay.size();
    }
    const std::uint64_t out = rows.size() - released;
    if (released == 0 || out > suppressed_max(floor, rows.size())) return;
    const double loss = (lost + static_cast<double>(out)) / static_cast<double>(rows.size());
    if (!best || loss < best->loss) best = {loss, out};
  });
  return best;
}

struct Asked {
  Histogram table;
  Floor floor;
};

/// A table with any of: rows that ask, a population, weights; and a floor for it.
Asked random_asked(const test::TableShape& shape) {
  Asked made{test::random_table(shape), {}};
  const int what = *rc::gen::inRange(1, 8);
  made.floor = {.k = static_cast<std::uint32_t>(*rc::gen::inRange(1, 6)),
                .suppression_max_per_10000 =
                    static_cast<std::uint32_t>(*rc::gen::element(0, 500, 2500, 6000))};
  if (shape.values > 0 && *rc::gen::inRange(0, 4) == 0) made.floor.l_distinct = 2;
  if ((what & 1) != 0) made.table = test::with_asks(made.table, 2 * shape.rows_max / 3);
  if ((what & 2) != 0) {
    test::populate(made.table, 2 * shape.rows_max);
    made.floor.k_map = static_cast<std::uint32_t>(*rc::gen::inRange(1, 12));
  }
  if ((what & 4) != 0) test::weigh(made.table);
  return made;
}

/// Every class as a reader sees it, and whether it is what is asked.
void check_recoding(const Asked& asked, const Recoding& recoding) {
  const auto& [table, floor] = asked;
  struct Class {
    std::vector<Row> rows;
    std::vector<std::size_t> levels;
  };
  std::map<Texts, Class> classes;
  double lost = 0;
  std::uint64_t released = 0;
  std::vector<std::uint64_t> of_atom(table.atoms.size(), 0);
  for (const auto& share : recoding.shares) {
    const auto& atom = table.atoms[share.atom];
    of_atom[share.atom] += share.rows;
    Texts texts;
    std::vector<std::size_t> levels;
    for (std::size_t c = 0; c < recoding.columns; ++c) {
      const std::size_t at = share.group * recoding.columns + c;
      const Hierarchy& tree = table.hierarchies[c];
      levels.push_back(recoding.levels[at]);
      const std::uint32_t group = tree.group_of(levels[c], recoding.leaves[at]);
      RC_ASSERT(tree.group_of(levels[c], table.leaves[c][atom.tuple]) == group);
      texts.push_back(tree.name(levels[c], group));
    }
    lost += share.rows * row_loss(table, levels, leaves_of(table, atom.tuple));
    released += share.rows;
    Class& to = classes[texts];
    to.levels = levels;
    to.rows.insert(to.rows.end(), share.rows,
                   Row{atom.tuple, table.asked(atom.tuple), atom.combination});
  }
  for (std::size_t a = 0; a < of_atom.size(); ++a) RC_ASSERT(of_atom[a] <= table.atoms[a].rows);
  for (const auto& [texts, each] : classes)
    RC_ASSERT(meets(table, floor, each.rows, each.levels, texts));
  RC_ASSERT(released + recoding.suppressed == table.rows);
  const double out = static_cast<double>(recoding.suppressed);
  RC_ASSERT(std::abs(recoding.loss - (lost + out) / static_cast<double>(table.rows)) < 1e-9);
}

}  // namespace

TEST_CASE("asked: the full-domain search finds what trying every node finds") {
  CHECK(rc::check([] {
    const Asked asked = random_asked({.columns_max = 3, .leaves_max = 8, .rows_max = 30});
    const auto slow = slow_optimum(asked.table, asked.floor);
    for (const std::uint64_t nodes_max : {std::uint64_t{1} << 20, std::uint64_t{0}}) {
      const auto found = search_global(asked.table, asked.floor, {.lattice_nodes_max = nodes_max});
      RC_ASSERT(found.has_value() == slow.has_value());
      if (!found) {
        RC_ASSERT(found.error().code == Code::denied);
        continue;
      }
      RC_ASSERT(found->proven_optimal);
      RC_ASSERT(std::abs(found->cost.loss - slow->loss) < 1e-9);
      RC_ASSERT(found->loss_bound <= slow->loss + 1e-9);
      Recoding made = recoding_of(asked.table, asked.floor, *found);
      check_recoding(asked, made);
    }
  }));
}

TEST_CASE("asked: every recoding of the portfolio is what is asked, above a bound that holds") {
  CHECK(rc::check([] {
    const Asked asked = random_asked({});
    const auto slow = slow_optimum(asked.table, asked.floor);
    const auto made = recode(asked.table, asked.floor, {.effort = Effort::quick});
    RC_ASSERT(made.has_value() == slow.has_value());
    if (!made) return;
    check_recoding(asked, *made);
    RC_ASSERT(made->suppressed <= suppressed_max(asked.floor, asked.table.rows));
    RC_ASSERT(made->loss <= slow->loss + 1e-9);
    RC_ASSERT(made->loss_bound <= made->loss + 1e-12);
    const auto again = recode(asked.table, asked.floor, {.effort = Effort::quick});
    RC_ASSERT(again->shares == made->shares);
    RC_ASSERT(again->levels == made->levels);
  }));
}

TEST_CASE("asked: every way of local recoding keeps to it, refined or not") {
  CHECK(rc::check([] {
    const Asked asked = random_asked({.rows_max = 100});
    const auto& [histogram, floor] = asked;
    if (!check_reachable(histogram, floor)) return;
    if (most_together(histogram) < histogram.rows) return;  // recode() leaves these out before
    const Cells cells(histogram);
    const Clusterer clusterer(histogram, floor, cells);
    const std::uint64_t out_max = suppressed_max(floor, histogram.rows);
    std::vector<Clustering> made{
        recode_by_k_member(clusterer), recode_by_mondrian(clusterer),
        clustering_of(recode_by_ladder(histogram, floor).recoding, clusterer)};
    for (Clustering& each : made) {
      check_recoding(asked, recoding_of(each, clusterer, "any"));
      const double before = loss_of(each, histogram.rows);
      refine(each, clusterer, {.block_members_max = 20, .turns = 2});
      RC_ASSERT(loss_of(each, histogram.rows) <= before + 1e-9);
      check_recoding(asked, recoding_of(each, clusterer, "any"));
      absorb(each, clusterer, out_max);
      check_recoding(asked, recoding_of(each, clusterer, "any"));
      settle(each, clusterer, out_max);
      const Recoding settled = recoding_of(each, clusterer, "any");
      check_recoding(asked, settled);
      RC_ASSERT(settled.suppressed <= out_max);
    }
  }));
}

TEST_CASE("asked: the bound is below what any partition loses, suppressed rows and all") {
  CHECK(rc::check([] {
    const Asked asked =
        random_asked({.columns_max = 2, .leaves_max = 4, .rows_max = 6, .values = 0});
    const auto& [table, floor] = asked;
    const auto made = recode(table, floor, {});
    const auto rows = rows_of(table);
    // Every way to put the rows into classes, 0 being those that are suppressed; of each class the
    // cheapest levels at which it is what is asked.
    std::map<std::vector<std::size_t>, double> known;
    const auto least_of = [&](const std::vector<std::size_t>& members) {
      const auto at = known.find(members);
      if (at != known.end()) return at->second;
      std::vector<Row> all;
      for (const std::size_t i : members) all.push_back(rows[i]);
      double least = 99;
      each_node(table, [&](const std::vector<std::size_t>& levels) {
        Texts texts;
        for (std::size_t c = 0; c < levels.size(); ++c) {
          const Hierarchy& tree = table.hierarchies[c];
          const std::uint32_t group = tree.group_of(levels[c], table.leaves[c][all[0].tuple]);
          for (const Row& row : all)
            if (tree.group_of(levels[c], table.leaves[c][row.tuple]) != group) return;
          texts.push_back(tree.name(levels[c], group));
        }
        if (!meets(table, floor, all, levels, texts)) return;
        double loss = 0;
        for (const Row& row : all) loss += row_loss(table, levels, leaves_of(table, row.tuple));
        least = std::min(least, loss);
      });
      return known[members] = least;
    };
    double least = 99;
    std::vector<std::size_t> group_of(rows.size(), 0);
    const std::function<void(std::size_t, std::size_t)> place = [&](std::size_t row,
                                                                    std::size_t groups) {
      if (row < rows.size()) {
        for (std::size_t g = 0; g <= groups + 1; ++g) {
          group_of[row] = g;
          place(row + 1, std::max(groups, g));
        }
        return;
      }
      if (groups == 0) return;
      std::vector<std::vector<std::size_t>> members(groups + 1);
      for (std::size_t i = 0; i < rows.size(); ++i) members[group_of[i]].push_back(i);
      if (members[0].size() > suppressed_max(floor, rows.size())) return;
      double loss = static_cast<double>(members[0].size());
      for (std::size_t g = 1; g <= groups; ++g) loss += least_of(members[g]);
      least = std::min(least, loss / static_cast<double>(rows.size()));
    };
    place(0, 0);
    RC_ASSERT(made.has_value() == (least < 9));
    if (!made) return;
    RC_ASSERT(made->loss_bound <= least + 1e-9);
    RC_ASSERT(made->loss >= least - 1e-9);
    if (made->proven_optimal) RC_ASSERT(made->loss <= least + 3e-6);
  }));
}

TEST_CASE("asked: a row that asks for more than there are is suppressed, and all others are not") {
  Histogram table;
  table.hierarchies.push_back(test::halved(4, 3));
  table.leaves = {{0, 0, 1, 2, 3}};
  table.counts = {9, 1, 10, 10, 10};
  table.k_asked = {0, 41, 0, 0, 0};
  for (std::uint32_t t = 0; t < 5; ++t)
    table.atoms.push_back({t, 0, static_cast<std::uint32_t>(table.counts[t])});
  table.rows = 40;
  for (const auto scope : {Scope::best, Scope::full_domain}) {
    const auto made = recode(table, {.k = 5, .suppression_max_per_10000 = 250}, {.scope = scope});
    REQUIRE(made.has_value());
    CHECK(made->suppressed == 1);
    CHECK(made->loss == doctest::Approx(1.0 / 40));
    CHECK(made->loss_bound == doctest::Approx(1.0 / 40).epsilon(1e-4));
    CHECK(made->proven_optimal);
    const auto none = recode(table, {.k = 5, .suppression_max_per_10000 = 200}, {.scope = scope});
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().code == Code::denied);
    CHECK(none.error().rule == "floor-k");
    CHECK(none.error().message ==
          "1 of 40 rows ask for k 41 or more, 39 can stand together without them, and 0 may be "
          "suppressed");
  }
}

TEST_CASE("asked: people of no row count for a class, and a text is read for the finest") {
  // One row of each leaf; k-map 3 is met by people who are in no row.
  Histogram table;
  table.hierarchies.push_back(
      *Hierarchy::make({{"a", "ab", "*"}, {"b", "ab", "*"}, {"c", "c", "*"}}));
  table.leaves = {{0, 2}};
  table.counts = {1, 1};
  table.atoms = {{0, 0, 1}, {1, 0, 1}};
  table.rows = 2;
  table.people = {.leaves = {{0, 1, 2}}, .counts = {1, 2, 3}};
  const Floor floor{.k = 1, .suppression_max_per_10000 = 0, .k_map = 3};
  const auto made = recode(table, floor, {});
  REQUIRE(made.has_value());
  CHECK(made->loss == doctest::Approx(0.25));  // the first row shows `ab`
  CHECK(made->proven_optimal);

  // `x` is a value and a group of others: a reader of `x` may take it for the value alone.
  table.hierarchies[0] = *Hierarchy::make({{"x", "x", "*"}, {"y", "x", "*"}, {"z", "z", "*"}});
  table.people = {.leaves = {{0, 1, 2}}, .counts = {2, 5, 9}};
  table.leaves = {{0, 2}};
  const auto doubtful = recode(table, floor, {.scope = Scope::full_domain});
  REQUIRE(doubtful.has_value());
  CHECK(doubtful->levels[0] == 2);
  CHECK_FALSE(doubtful->proven_optimal);
}

TEST_CASE("asked: a heavier column keeps more") {
  Histogram table;
  for (int c = 0; c < 2; ++c) table.hierarchies.push_back(test::halved(8, 4));
  table.leaves.resize(2);
  for (std::uint32_t t = 0; t < 64; ++t) {
    table.leaves[0].push_back(t / 8);
    table.leaves[1].push_back(t % 8);
    table.counts.push_back(1);
    table.atoms.push_back({t, 0, 1});
    ++table.rows;
  }
  const auto levels = [&](std::vector<double> weights, Scope scope) {
    table.weights = std::move(weights);
    const auto made = recode(table, {.k = 4, .suppression_max_per_10000 = 0}, {.scope = scope});
    REQUIRE(made.has_value());
    std::vector<double> mean(2, 0);
    for (const auto& share : made->shares)
      for (std::size_t c = 0; c < 2; ++c)
        mean[c] += made->levels[share.group * 2 + c] / 64.0 * share.rows;
    return mean;
  };
  for (const auto scope : {Scope::best, Scope::full_domain}) {
    const auto first = levels({1.9, 0.1}, scope);
    const auto second = levels({0.1, 1.9}, scope);
    CHECK(first[0] == 0);
    CHECK(first[1] == 2);
    CHECK(second[0] == 2);
    CHECK(second[1] == 0);
  }
}
