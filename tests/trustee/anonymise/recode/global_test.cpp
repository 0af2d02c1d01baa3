#include "trustee/anonymise/recode/global.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <map>
#include <numeric>
#include <set>
#include <tuple>

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

/// Leaves 0..n-1; each higher level halves the groups, the last is `*`.
Hierarchy halving(int leaves, int levels) {
  std::vector<std::vector<std::string>> rows;
  for (int leaf = 0; leaf < leaves; ++leaf) {
    auto& row = rows.emplace_back();
    for (int level = 0; level + 1 < levels; ++level)
      row.push_back(fmt::format("{}:{}", level, leaf >> level));
    row.push_back("*");
  }
  return *Hierarchy::make(rows);
}

/// The definition, slowly: every node, classes by their names, l by sets.
std::tuple<double, std::uint64_t, unsigned, Node> every_node(const Histogram& histogram,
                                                             const Floor& floor) {
  std::tuple<double, std::uint64_t, unsigned, Node> best{9, 0, 0, {}};
  Node node(histogram.column_count(), 0);
  for (bool more = true; more;) {
    std::map<std::vector<std::string>, std::vector<std::uint32_t>> classes;
    for (std::uint32_t t = 0; t < histogram.tuple_count(); ++t) {
      std::vector<std::string> key;
      for (std::size_t c = 0; c < node.size(); ++c) {
        const auto& h = histogram.hierarchies[c];
        key.push_back(h.name(node[c], h.group_of(node[c], histogram.leaves[c][t])));
      }
      classes[key].push_back(t);
    }
    std::uint64_t suppressed = 0;
    std::vector<std::uint64_t> lost(node.size(), 0);
    for (const auto& [key, tuples] : classes) {
      std::uint64_t rows = 0;
      bool is_bad = false;
      for (const auto t : tuples) rows += histogram.counts[t];
      for (const auto& column : histogram.sensitive) {
        std::set<std::uint32_t> values;
        for (const auto& atom : histogram.atoms)
          if (std::find(tuples.begin(), tuples.end(), atom.tuple) != tuples.end())
            values.insert(column.value[atom.combination]);
        is_bad = is_bad || values.size() < floor.l_distinct;
      }
      is_bad = is_bad || rows < floor.k;
      if (is_bad) suppressed += rows;
      for (std::size_t c = 0; c < node.size(); ++c) {
        const auto& h = histogram.hierarchies[c];
        const auto leaves =
            h.leaves_under(node[c], h.group_of(node[c], histogram.leaves[c][tuples[0]]));
        lost[c] += rows * (is_bad ? std::max<std::uint64_t>(1, h.leaf_count() - 1) : leaves - 1);
      }
    }
    double loss = 0;
    for (std::size_t c = 0; c < node.size(); ++c)
      loss += static_cast<double>(lost[c]) / static_cast<double>(std::max<std::size_t>(
                                                 1, histogram.hierarchies[c].leaf_count() - 1));
    loss /= static_cast<double>(node.size()) * static_cast<double>(histogram.rows);
    if (suppressed <= suppressed_max(floor, histogram.rows))
      best =
          std::min(best, {loss, suppressed, std::accumulate(node.begin(), node.end(), 0U), node});
    std::size_t c = 0;
    while (c < node.size() && node[c] + 1U == histogram.hierarchies[c].level_count()) node[c++] = 0;
    more = c < node.size();
    if (more) ++node[c];
  }
  return best;
}

Histogram random_histogram() {
  Histogram made;
  const int columns = *rc::gen::inRange(1, 5);
  std::vector<int> sizes;
  for (int c = 0; c < columns; ++c) {
    sizes.push_back(*rc::gen::inRange(1, 9));
    made.hierarchies.push_back(halving(sizes.back(), *rc::gen::inRange(2, 5)));
  }
  std::set<std::vector<std::uint32_t>> tuples;
  const int count = *rc::gen::inRange(1, 25);
  for (int i = 0; i < count; ++i) {
    std::vector<std::uint32_t> tuple;
    for (const int size : sizes)
      tuple.push_back(static_cast<std::uint32_t>(*rc::gen::inRange(0, size)));
    tuples.insert(tuple);
  }
  made.leaves.resize(static_cast<std::size_t>(columns));
  made.sensitive.push_back({.name = "s",
                            .values = {"0", "1", "2", "3", "4"},
                            .counts = std::vector<std::uint64_t>(5, 0),
                            .value = {0, 1, 2, 3, 4}});
  for (const auto& tuple : tuples) {
    for (std::size_t c = 0; c < tuple.size(); ++c) made.leaves[c].push_back(tuple[c]);
    const auto t = static_cast<std::uint32_t>(made.counts.size());
    const auto values = static_cast<std::uint32_t>(*rc::gen::inRange(1, 4));
    made.counts.push_back(0);
    for (std::uint32_t value = 0; value < values; ++value) {
      const auto rows = static_cast<std::uint32_t>(*rc::gen::inRange(1, 4));
      made.atoms.push_back({t, (value + t) % 5, rows});
      made.sensitive[0].counts[(value + t) % 5] += rows;
      made.counts.back() += rows;
    }
    made.rows += made.counts.back();
  }
  return made;
}

}  // namespace

TEST_CASE("global: the search finds what trying every node finds") {
  CHECK(rc::check([] {
    const Histogram histogram = random_histogram();
    const Floor floor{static_cast<std::uint32_t>(*rc::gen::inRange(1, 8)),
                      static_cast<std::uint32_t>(*rc::gen::element(0, 500, 2500, 10000)),
                      static_cast<std::uint32_t>(*rc::gen::inRange(0, 4))};
    // One search with the lattice in memory, one as if it did not fit.
    for (const std::uint64_t nodes_max : {std::uint64_t{1} << 20, std::uint64_t{0}}) {
      const auto found = search_global(histogram, floor, {.lattice_nodes_max = nodes_max});
      const Node top_node = [&] {
        Node top;
        for (const auto& h : histogram.hierarchies)
          top.push_back(static_cast<std::uint8_t>(h.level_count() - 1));
        return top;
      }();
      if (cost_of(histogram, top_node, floor).suppressed > 0) {
        RC_ASSERT(!found.has_value());
        RC_ASSERT(found.error().code == Code::denied);
        continue;
      }
      RC_ASSERT(found.has_value());
      RC_ASSERT(found->proven_optimal);
      const auto [loss, suppressed, sum, node] = every_node(histogram, floor);
      RC_ASSERT(found->node == node);
      RC_ASSERT(found->cost.suppressed == suppressed);
      RC_ASSERT(found->cost.loss == loss);
      RC_ASSERT(found->loss_bound == loss);
    }
  }));
}

TEST_CASE("global: a spent budget answers with a bound that holds") {
  Histogram histogram;
  for (int c = 0; c < 4; ++c) histogram.hierarchies.push_back(halving(16, 5));
  histogram.leaves.resize(4);
  for (std::uint32_t t = 0; t < 200; ++t) {
    for (std::uint32_t c = 0; c < 4; ++c)
      histogram.leaves[c].push_back(t * (2 * c + 3) / (c + 1) % 16);
    histogram.counts.push_back(1 + t % 3);
    histogram.atoms.push_back({t, 0, 1 + t % 3});
    histogram.rows += histogram.counts.back();
  }
  const Floor floor{7, 300, 0};
  const auto whole = search_global(histogram, floor);
  REQUIRE(whole.has_value());
  CHECK(whole->proven_optimal);
  for (const std::uint64_t nodes_max : {std::uint64_t{1} << 20, std::uint64_t{0}}) {
    const auto cut =
        search_global(histogram, floor, {.check_count_max = 3, .lattice_nodes_max = nodes_max});
    REQUIRE(cut.has_value());
    CHECK_FALSE(cut->proven_optimal);
    CHECK(cut->loss_bound <= whole->cost.loss + 1e-12);
    CHECK(cut->cost.loss >= whole->cost.loss);
    CHECK(cut->cost.suppressed <= suppressed_max(floor, histogram.rows));
  }
}

TEST_CASE("global: many columns overflow no key") {
  Histogram histogram;
  for (int c = 0; c < 40; ++c) histogram.hierarchies.push_back(halving(8, 4));
  histogram.leaves.resize(40);
  for (std::uint32_t t = 0; t < 6; ++t) {
    // Tuples 2i and 2i + 1 differ in the last column alone.
    for (std::uint32_t c = 0; c < 40; ++c) histogram.leaves[c].push_back(c == 39 ? t : t / 2);
    histogram.counts.push_back(1);
    histogram.atoms.push_back({t, 0, 1});
    ++histogram.rows;
  }
  Node node(40, 0);
  CHECK(cost_of(histogram, node, {2, 0, 0}).suppressed == 6);
  node[39] = 1;
  CHECK(cost_of(histogram, node, {2, 0, 0}).suppressed == 0);
}

TEST_CASE("floor: the suppression limit is rounded down and never overflows") {
  CHECK(suppressed_max({5, 500, 0}, 30'162) == 1508);
  CHECK(suppressed_max({5, 0, 0}, 30'162) == 0);
  CHECK(suppressed_max({5, 10'000, 0}, 7) == 7);
  CHECK(suppressed_max({5, 9'999, 0}, 10'000) == 9'999);
  CHECK(suppressed_max({5, 5'000, 0}, ~0ULL) == ~0ULL / 2);
}
