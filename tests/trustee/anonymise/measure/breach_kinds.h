#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/trustee/anonymise/measure/planted.h"

/// What may be done to a good release, and whether what comes out is sound by the definitions.
namespace usufruct::anonymise::test {

/// A file without quotes, or nothing when it is not one of LF-ended lines of one width.
inline std::optional<Table> parse_plain(std::string_view text) {
  Table table;
  std::vector<Row> lines(1, Row(1));
  for (const char c : text) {
    if (c == '"' || c == '\r' || static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    if (c == '\n')
      lines.emplace_back(1);
    else if (c == ',')
      lines.back().emplace_back();
    else
      lines.back().back() += c;
  }
  if (lines.back() != Row(1)) return std::nullopt;  // The last line has no end.
  lines.pop_back();
  if (lines.empty()) return std::nullopt;
  table.header = lines.front();
  table.rows.assign(lines.begin() + 1, lines.end());
  for (const Row& row : table.rows)
    if (row.size() != table.header.size()) return std::nullopt;
  return table;
}

/// All that a release is claimed to be, checked slowly on the table.
inline bool is_sound(const Released& good, const Table& table) {
  if (table.header != good.original.table.header) return false;
  if (table.rows.size() + good.suppressed != good.original.table.rows.size()) return false;
  for (const std::size_t c : good.original.quasi) {
    const Hierarchy& tree = *good.original.trees[c];
    std::set<std::string> names;
    for (std::uint32_t g = 0; g < tree.group_count(good.node[c]); ++g)
      names.insert(tree.name(good.node[c], g));
    Counts below;
    for (const Row& row : good.original.table.rows)
      ++below[shown(good.original, row, good.node)[c]];
    for (const auto& [value, count] : counts_of(table.rows, c))
      if (!names.contains(value) || count > below[value]) return false;
  }
  for (const Sensitive& each : good.sensitive)
    for (const auto& [value, count] : counts_of(table.rows, each.column)) {
      const auto at = each.whole.find(value);
      if (at == each.whole.end() || count > at->second) return false;
    }
  for (const auto& [values, rows] : classes_of(table, good.original.quasi))
    if (!meets_floor(rows, good.sensitive, good.floor)) return false;
  const std::uint64_t kept = good.original.table.rows.size();
  return good.suppressed <= kept * good.floor.suppression_max_per_10000 / 10'000;
}

/// Changes a release in one of several ways; false when this one has nothing to change.
using Plant = std::function<bool(Released&, Table&, SeededChance&)>;

inline Row& any_row(Table& table, SeededChance& chance) {
  return table.rows[draw(chance, table.rows.size())];
}

struct Kind {
  std::string name;
  bool is_always_caught;
  Plant plant;
};

/// Rows lost, added, moved or changed.
inline std::vector<Kind> row_kinds() {
  return {
      {"a class one row short", true,
       [](Released&, Table& table, SeededChance& chance) {
         table.rows.erase(table.rows.begin() +
                          static_cast<std::ptrdiff_t>(draw(chance, table.rows.size())));
         return true;
       }},
      {"a row twice", true,
       [](Released&, Table& table, SeededChance& chance) {
         table.rows.push_back(any_row(table, chance));
         return true;
       }},
      {"a row in the place of another", false,
       [](Released&, Table& table, SeededChance& chance) {
         any_row(table, chance) = Row(any_row(table, chance));
         return true;
       }},
      {"a suppressed row that is back", true,
       [](Released& good, Table& table, SeededChance& chance) {
         if (good.suppressed_rows.empty()) return false;
         table.rows.push_back(good.suppressed_rows[draw(chance, good.suppressed_rows.size())]);
         return true;
       }},
      {"a suppressed row in the place of another", false,
       [](Released& good, Table& table, SeededChance& chance) {
         if (good.suppressed_rows.empty()) return false;
         any_row(table, chance) = good.suppressed_rows[draw(chance, good.suppressed_rows.size())];
         return true;
       }},
      {"a row in another class", false,
       [](Released&, Table& table, SeededChance& chance) {
         const std::size_t c = draw(chance, 2);
         any_row(table, chance)[c] = std::string(any_row(table, chance)[c]);
         return true;
       }},
      {"a sensitive value of another row", false,
       [](Released&, Table& table, SeededChance& chance) {
         const std::size_t c = 2 + draw(chance, 2);
         any_row(table, chance)[c] = std::string(any_row(table, chance)[c]);
         return true;
       }},
      {"two sensitive values exchanged", false,
       [](Released&, Table& table, SeededChance& chance) {
         const std::size_t c = 2 + draw(chance, 2);
         std::swap(any_row(table, chance)[c], any_row(table, chance)[c]);
         return true;
       }},
      {"a sensitive value nobody had", true,
       [](Released&, Table& table, SeededChance& chance) {
         any_row(table, chance)[2] = "never seen";
         return true;
       }},
  };
}

/// Values, columns and counts that are not what is claimed.
inline std::vector<Kind> claim_kinds() {
  return {
      {"a value finer than claimed", true,
       [](Released& good, Table& table, SeededChance& chance) {
         const std::size_t c = draw(chance, 2);
         if (good.node[c] == 0) return false;
         Row& row = any_row(table, chance);
         const Hierarchy& tree = *good.original.trees[c];
         const std::uint32_t level = good.node[c] - 1;
         for (std::uint32_t leaf = 0; leaf < tree.leaf_count(); ++leaf)
           if (tree.name(good.node[c], tree.group_of(good.node[c], leaf)) == row[c]) {
             row[c] = tree.name(level, tree.group_of(level, leaf));
             return true;
           }
         return false;
       }},
      {"a value no hierarchy knows", true,
       [](Released&, Table& table, SeededChance& chance) {
         any_row(table, chance)[draw(chance, 2)] += " ";
         return true;
       }},
      {"an empty value", false,
       [](Released&, Table& table, SeededChance& chance) {
         any_row(table, chance)[draw(chance, 2)] = "";
         return true;
       }},
      {"two columns exchanged", true,
       [](Released&, Table& table, SeededChance&) {
         for (Row& row : table.rows) std::swap(row[0], row[3]);
         return true;
       }},
      {"two names exchanged", true,
       [](Released&, Table& table, SeededChance&) {
         std::swap(table.header[2], table.header[4]);
         return true;
       }},
      {"a column of names beside the others", true,
       [](Released& good, Table& table, SeededChance&) {
         table.header.push_back("name");
         for (std::size_t i = 0; i < table.rows.size(); ++i)
           table.rows[i].push_back("person " + std::to_string(i + good.suppressed));
         return true;
       }},
      {"a column lost", true,
       [](Released&, Table& table, SeededChance&) {
         table.header.pop_back();
         for (Row& row : table.rows) row.pop_back();
         return true;
       }},
      {"more suppressed than the floor allows", true,
       [](Released& good, Table& table, SeededChance&) {
         const std::uint64_t kept = good.original.table.rows.size();
         const std::uint64_t most = kept * good.floor.suppression_max_per_10000 / 10'000;
         while (good.suppressed <= most && !table.rows.empty()) {
           table.rows.pop_back();
           ++good.suppressed;
         }
         return good.suppressed > most;
       }},
  };
}

inline std::vector<Kind> kinds() {
  std::vector<Kind> all = row_kinds();
  for (Kind& kind : claim_kinds()) all.push_back(std::move(kind));
  return all;
}

}  // namespace usufruct::anonymise::test
