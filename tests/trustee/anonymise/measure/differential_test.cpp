// The measuring side against the definitions, on random tables and any recoding of them.
#include <doctest/doctest.h>

#include "tests/trustee/anonymise/measure/planted.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using namespace usufruct::anonymise::test;

namespace {

constexpr double exact = 1e-12;

Floor everything() {
  return {.k = 3,
          .suppression_max_per_10000 = 10'000,
          .l_distinct = 2,
          .l_entropy_milli = 2000,
          .l_recursive = 2,
          .c_recursive_milli = 3000,
          .t_closeness_ppm = 200'000,
          .delta_disclosure_milli = 1500,
          .beta_likeness_milli = 2000,
          .beta_enhanced_milli = 1500};
}

/// A release whose classes met nothing in particular: some rows are gone, all else is shown.
Released any_release(std::uint64_t seed) {
  SeededChance chance(seed);
  const Original original = random_original(chance, 20 + draw(chance, 200));
  const std::vector<std::uint32_t> node{static_cast<std::uint32_t>(draw(chance, 4)),
                                        static_cast<std::uint32_t>(draw(chance, 3))};
  Released made{.original = original, .table = {}, .node = node, .floor = everything()};
  made.sensitive = sensitive_of(original.table);
  made.table.header = original.table.header;
  for (const Row& row : original.table.rows) {
    auto& to = draw(chance, 8) == 0 ? made.suppressed_rows : made.table.rows;
    to.push_back(shown(original, row, node));
  }
  made.suppressed = made.suppressed_rows.size();
  return made;
}

const Finding& finding(const Measurement& found, PrivacyModel model, std::string_view column) {
  for (const Finding& each : found.findings)
    if (each.model == model && each.column == column) return each;
  FAIL("no finding of " << name_of(model));
  return found.findings.front();
}

/// The least, or greatest, of a number over all classes.
double worst_of(const std::map<Row, std::vector<Row>>& classes, std::size_t column, bool is_least,
                const std::function<double(const Counts&)>& number) {
  std::optional<double> worst;
  for (const auto& [values, rows] : classes) {
    const double here = number(counts_of(rows, column));
    worst = !worst ? here : is_least ? std::min(*worst, here) : std::max(*worst, here);
  }
  return worst.value_or(0);
}

bool is_close(double a, double b) {
  return a == b || std::abs(a - b) <= exact * std::max(1.0, std::abs(b));
}

}  // namespace

TEST_CASE("measuring: every model finds what its definition says") {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    CAPTURE(seed);
    const Released released = any_release(seed);
    const auto found = measure(as_view(csv_of(released.table)), options_for(released));
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    const auto classes = classes_of(released.table, released.original.quasi);
    const Floor floor = everything();
    for (const Sensitive& each : released.sensitive) {
      const std::string& column = released.table.header[each.column];
      CAPTURE(column);
      using Number = std::function<double(const Counts&)>;
      const auto same = [&](PrivacyModel model, bool is_least, const Number& number) {
        CAPTURE(name_of(model));
        const double wanted = worst_of(classes, each.column, is_least, number);
        const Finding& got = finding(*found, model, column);
        CHECK_MESSAGE(is_close(got.value, wanted), got.value << " and " << wanted);
      };
      same(PrivacyModel::distinct_diversity, true,
           [](const Counts& p) { return static_cast<double>(p.size()); });
      same(PrivacyModel::entropy_diversity, true, [](const Counts& p) { return entropy(p); });
      same(PrivacyModel::recursive_diversity, false,
           [&](const Counts& p) { return recursive(p, floor.l_recursive); });
      same(PrivacyModel::t_closeness, false, [&](const Counts& p) { return each.emd(p); });
      same(PrivacyModel::delta_disclosure, false,
           [&](const Counts& p) { return delta(p, each.whole); });
      same(PrivacyModel::beta_likeness, false,
           [&](const Counts& p) { return beta(p, each.whole); });
      const bool meets = worst_of(classes, each.column, true, [&](const Counts& p) {
                           return meets_enhanced_beta(p, each.whole, 1.5) ? 1.0 : 0.0;
                         }) == 1;
      CHECK(finding(*found, PrivacyModel::enhanced_beta_likeness, column).is_met == meets);
    }
    const bool all_meet = std::all_of(classes.begin(), classes.end(), [&](const auto& each) {
      return meets_floor(each.second, released.sensitive, floor);
    });
    CHECK(check_floor(*found, floor).has_value() == all_meet);
  }
}

TEST_CASE("measuring: risk and utility are what their definitions say") {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    const Released released = any_release(seed);
    const auto found = measure(as_view(csv_of(released.table)), options_for(released));
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    const auto classes = classes_of(released.table, released.original.quasi);
    const auto out = static_cast<double>(released.suppressed);
    const double all = out + static_cast<double>(released.table.rows.size());
    double squares = 0;
    double ambiguity = out * 16 * 6;
    std::uint64_t at_risk = 0;
    std::size_t least = released.table.rows.size();
    for (const auto& [values, rows] : classes) {
      const auto size = static_cast<double>(rows.size());
      squares += size * size;
      at_risk += 1 / size > 0.2 ? rows.size() : 0;
      least = std::min(least, rows.size());
      double tuples = 1;
      for (std::size_t c = 0; c < 2; ++c) {
        const Hierarchy& tree = *released.original.trees[c];
        std::set<std::string> leaves;
        for (std::uint32_t leaf = 0; leaf < tree.leaf_count(); ++leaf)
          if (tree.name(released.node[c], tree.group_of(released.node[c], leaf)) == values[c])
            leaves.insert(tree.name(0, leaf));
        tuples *= static_cast<double>(leaves.size());
      }
      ambiguity += size * tuples;
    }
    CHECK(found->classes == classes.size());
    CHECK(found->k_achieved == least);
    CHECK(found->records_at_risk == at_risk);
    CHECK(is_close(found->discernibility, squares + out * all));
    CHECK(is_close(found->utility->ambiguity, ambiguity));
    CHECK(
        is_close(found->class_size_over_k, (all - out) / static_cast<double>(classes.size()) / 3));

    double quality = 0;
    for (std::size_t c = 0; c < 2; ++c) {
      const Hierarchy& tree = *released.original.trees[c];
      const Counts leaves = counts_of(released.original.table.rows, c);
      const double whole = static_cast<double>(tree.leaf_count() - 1);
      double loss = out;
      double bits = 0;
      for (const Row& row : released.table.rows) {
        // What is unknown of the row's leaf: it is one of those under what is shown.
        double under = 0;
        double count = 0;
        double told = 0;
        for (std::uint32_t leaf = 0; leaf < tree.leaf_count(); ++leaf)
          if (tree.name(released.node[c], tree.group_of(released.node[c], leaf)) == row[c]) {
            ++count;
            const auto at = leaves.find(tree.name(0, leaf));
            under += at == leaves.end() ? 0 : at->second;
          }
        for (const auto& [leaf, n] : leaves)
          if (tree.name(released.node[c], tree.group_of(released.node[c], *tree.find(leaf))) ==
              row[c])
            told -= n / under * std::log2(n / under);
        loss += (count - 1) / whole;
        bits += told;
      }
      double whole_bits = 0;
      for (const auto& [leaf, n] : leaves) whole_bits -= n / all * std::log2(n / all);
      bits += out * whole_bits;
      const ColumnUtility& column = found->utility->columns[c];
      CHECK(is_close(column.loss, loss / all));
      CHECK(std::abs(*column.entropy - (1 - bits / (all * whole_bits))) < 1e-9);
      CHECK(column.levels == LevelRange{released.node[c], released.node[c]});
      const double climbed =
          (all - out) * released.node[c] / static_cast<double>(tree.level_count() - 1) + out;
      CHECK(is_close(column.precision, 1 - climbed / all));
      quality += 1 - loss / all;
    }
    CHECK(is_close(*found->granularity, quality / 2));
  }
}

TEST_CASE("measuring: k-map counts the people of a population that match what is shown") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Released released = any_release(seed);
    SeededChance chance(seed + 1000);
    const Original people = random_original(chance, 400);
    auto options = options_for(released);
    options.population.emplace();
    options.population->people = 1000;
    std::map<Row, std::uint64_t> counts;
    for (const Row& row : people.table.rows) ++counts[pick(row, {0, 1})];
    for (const auto& [leaves, count] : counts) options.population->add(leaves, count);
    options.floor.k_map = 20;
    const auto found = measure(as_view(csv_of(released.table)), options);
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    std::uint64_t least = 1000;
    double marketer = 0;
    double highest = 0;
    double sum = 0;
    const auto classes = classes_of(released.table, released.original.quasi);
    for (const auto& [values, rows] : classes) {
      std::uint64_t matches = 0;
      for (const Row& row : people.table.rows)
        matches += pick(shown(people, row, released.node), {0, 1}) == values ? 1 : 0;
      least = std::min(least, matches);
      const auto stands_for = static_cast<double>(std::max<std::uint64_t>(matches, rows.size()));
      marketer += static_cast<double>(rows.size()) / stands_for;
      highest = std::max(highest, 1 / stands_for);
      sum += stands_for;
    }
    marketer /= static_cast<double>(released.table.rows.size());
    CHECK(finding(*found, PrivacyModel::k_map, "").value == static_cast<double>(least));
    CHECK(finding(*found, PrivacyModel::k_map, "").is_met == (least >= 20));
    CHECK(is_close(found->population_risk->marketer, marketer));
    CHECK(is_close(found->population_risk->journalist_highest, highest));
    CHECK(is_close(found->population_risk->journalist_average,
                   std::max(marketer, static_cast<double>(classes.size()) / sum)));
  }
}
