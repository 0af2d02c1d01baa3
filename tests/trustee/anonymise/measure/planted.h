#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <optional>

#include "crypto/base/chance.h"
#include "tests/trustee/anonymise/measure/definitions.h"
#include "trustee/anonymise/measure/measure.h"

/// Random tables and a naive recoder for them: full-domain, the first node that will do.
namespace usufruct::anonymise::test {

inline const Hierarchy& age_tree() {
  static const Hierarchy tree = [] {
    std::string text;
    for (int age = 20; age < 36; ++age)
      text += std::to_string(age) + ";" + std::to_string(age / 4 * 4) + "+;" +
              (age < 28 ? "young" : "old") + ";*\n";
    return *Hierarchy::parse(text);
  }();
  return tree;
}
inline const Hierarchy& city_tree() {
  static const Hierarchy tree =
      *Hierarchy::parse("Lyon;FR;*\nParis;FR;*\nBonn;DE;*\nKiel;DE;*\nOslo;NO;*\n;none;*\n");
  return tree;
}
inline const Hierarchy& ill_tree() {
  static const Hierarchy tree =
      *Hierarchy::parse("flu;air;*\ncold;air;*\ngout;bone;*\narthritis;bone;*\nnever seen;x;*\n");
  return tree;
}

/// Columns age, city (quasi-identifiers), ill, pay (sensitive) and note.
struct Original {
  Table table;
  std::vector<std::size_t> quasi{0, 1};
  std::vector<const Hierarchy*> trees{&age_tree(), &city_tree()};
};

inline std::uint64_t draw(SeededChance& chance, std::uint64_t below) {
  return chance.next() % below;
}

inline Original random_original(SeededChance& chance, std::size_t rows) {
  static const Row cities{"Lyon", "Paris", "Bonn", "Kiel", "Oslo", ""};
  static const Row ills{"flu", "cold", "gout", "arthritis"};
  Original made;
  made.table.header = {"age", "city", "ill", "pay", "note"};
  for (std::size_t i = 0; i < rows; ++i)
    made.table.rows.push_back({std::to_string(20 + std::min(draw(chance, 16), draw(chance, 16))),
                               cities[std::min(draw(chance, 6), draw(chance, 6))],
                               ills[std::min(draw(chance, 4), draw(chance, 4))],
                               std::to_string(900 + 50 * draw(chance, 5)),
                               "n" + std::to_string(i)});
  return made;
}

/// A release of it, with all that those who made it may claim.
struct Released {
  Original original;
  Table table;
  std::vector<std::uint32_t> node;
  std::uint64_t suppressed = 0;
  std::vector<Row> suppressed_rows;  ///< as they would be shown
  Floor floor;
  std::vector<Sensitive> sensitive;
};

inline std::vector<Sensitive> sensitive_of(const Table& input) {
  return {{2, counts_of(input.rows, 2), Distance::hierarchical, &ill_tree()},
          {3, counts_of(input.rows, 3), Distance::ordered, nullptr}};
}

inline Row shown(const Original& original, const Row& row, const std::vector<std::uint32_t>& node) {
  Row made = row;
  for (std::size_t c = 0; c < node.size(); ++c) {
    const Hierarchy& tree = *original.trees[c];
    made[c] = tree.name(node[c], tree.group_of(node[c], *tree.find(row[c])));
  }
  return made;
}

inline std::optional<Released> recode_at(const Original& original, const Floor& floor,
                                         const std::vector<std::uint32_t>& node) {
  Released made{.original = original, .table = {}, .node = node, .floor = floor};
  made.sensitive = sensitive_of(original.table);
  Table all{original.table.header, {}};
  for (const Row& row : original.table.rows) all.rows.push_back(shown(original, row, node));
  made.table.header = all.header;
  for (const auto& [values, rows] : classes_of(all, original.quasi)) {
    auto& to = meets_floor(rows, made.sensitive, floor) ? made.table.rows : made.suppressed_rows;
    to.insert(to.end(), rows.begin(), rows.end());
  }
  made.suppressed = made.suppressed_rows.size();
  const std::uint64_t most = original.table.rows.size() * floor.suppression_max_per_10000 / 10'000;
  if (made.suppressed > most || made.table.rows.empty()) return std::nullopt;
  return made;
}

inline std::optional<Released> recode(const Original& original, const Floor& floor) {
  for (std::uint32_t sum = 0; sum <= 5; ++sum)
    for (std::uint32_t age = 0; age <= std::min(3U, sum); ++age)
      if (const std::uint32_t city = sum - age; city <= 2)
        if (auto made = recode_at(original, floor, {age, city})) return made;
  return std::nullopt;
}

inline std::vector<ValueCount> value_counts(const Counts& counts) {
  std::vector<ValueCount> made;
  for (const auto& [value, count] : counts)
    made.push_back({value, static_cast<std::uint64_t>(count)});
  return made;
}

inline MeasureOptions options_for(const Released& released) {
  MeasureOptions options{.quasi_identifiers = {"age", "city"},
                         .sensitive = {"ill", "pay"},
                         .rows_suppressed = released.suppressed,
                         .hierarchies = released.original.trees,
                         .floor = released.floor};
  for (const Sensitive& each : released.sensitive)
    options.sensitive_input.push_back({value_counts(each.whole), each.distance, each.tree});
  for (const std::size_t c : released.original.quasi)
    options.leaf_counts.push_back(value_counts(counts_of(released.original.table.rows, c)));
  options.claims.columns = released.original.table.header;
  options.claims.rows_released = released.table.rows.size();
  for (const std::uint32_t level : released.node) options.claims.levels.push_back({level, level});
  return options;
}

/// Every kind of floor in turn, with bounds that some tables meet.
inline Floor floor_of_kind(std::size_t kind, SeededChance& chance) {
  Floor floor{.k = static_cast<std::uint32_t>(2 + draw(chance, 4)),
              .suppression_max_per_10000 = static_cast<std::uint32_t>(1500 * draw(chance, 3))};
  const auto some = [&](std::uint64_t low, std::uint64_t high) {
    return static_cast<std::uint32_t>(low + draw(chance, high - low));
  };
  switch (kind) {
    case 1:
      floor.l_distinct = some(2, 4);
      break;
    case 2:
      floor.l_entropy_milli = some(1500, 3000);
      break;
    case 3:
      floor.l_recursive = some(2, 4);
      floor.c_recursive_milli = some(1000, 4000);
      break;
    case 4:
      floor.t_closeness_ppm = some(100'000, 400'000);
      break;
    case 5:
      floor.delta_disclosure_milli = some(500, 2000);
      break;
    case 6:
      floor.beta_likeness_milli = some(500, 3000);
      break;
    case 7:
      floor.beta_enhanced_milli = some(500, 3000);
      break;
    default:
      break;
  }
  return floor;
}
inline constexpr std::size_t floor_kinds = 8;

}  // namespace usufruct::anonymise::test
