#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "trustee/anonymise/recode/histogram.h"

namespace usufruct::anonymise::test {

/// Values 0 … size-1, halved on every level, `*` last.
inline Hierarchy halved(int size, int levels) {
  std::vector<std::vector<std::string>> rows;
  for (int value = 0; value < size; ++value) {
    std::vector<std::string> row;
    for (int level = 0; level + 1 < levels; ++level)
      row.push_back((level == 0 ? "" : std::to_string(level) + ":") +
                    std::to_string(value >> level));
    row.emplace_back("*");
    rows.push_back(row);
  }
  return *Hierarchy::make(rows);
}

struct TableShape {
  int columns_max = 4;
  int leaves_max = 9;
  int rows_max = 60;
  int values = 4;  ///< of one sensitive column; 0: none
};

/// A histogram of random rows; small numbers are drawn more often.
inline Histogram random_table(const TableShape& shape) {
  Histogram made;
  const int columns = *rc::gen::inRange(1, shape.columns_max + 1);
  std::vector<int> sizes;
  for (int c = 0; c < columns; ++c) {
    sizes.push_back(*rc::gen::inRange(1, shape.leaves_max + 1));
    made.hierarchies.push_back(halved(sizes.back(), *rc::gen::inRange(2, 5)));
  }
  std::map<std::vector<std::uint32_t>, std::map<std::uint32_t, std::uint32_t>> tuples;
  const int rows = *rc::gen::inRange(1, shape.rows_max + 1);
  for (int row = 0; row < rows; ++row) {
    std::vector<std::uint32_t> tuple;
    for (const int size : sizes) {
      const int one = *rc::gen::inRange(0, size);
      tuple.push_back(static_cast<std::uint32_t>(std::min(one, *rc::gen::inRange(0, size))));
    }
    ++tuples[tuple][shape.values == 0
                        ? 0
                        : static_cast<std::uint32_t>(*rc::gen::inRange(0, shape.values))];
  }
  made.leaves.resize(static_cast<std::size_t>(columns));
  if (shape.values > 0) {
    auto& sensitive = made.sensitive.emplace_back();
    sensitive.name = "s";
    for (int value = 0; value < shape.values; ++value) {
      sensitive.values.push_back(std::to_string(value));
      sensitive.value.push_back(static_cast<std::uint32_t>(value));
      sensitive.counts.push_back(0);
    }
  }
  for (const auto& [tuple, values] : tuples) {
    const auto t = static_cast<std::uint32_t>(made.counts.size());
    for (std::size_t c = 0; c < tuple.size(); ++c) made.leaves[c].push_back(tuple[c]);
    made.counts.push_back(0);
    for (const auto& [value, count] : values) {
      made.atoms.push_back({t, value, count});
      made.counts.back() += count;
      made.rows += count;
      if (shape.values > 0) made.sensitive[0].counts[value] += count;
    }
  }
  return made;
}

/// Splits some tuples in two, and lets rows ask for k of their own: few of them, and some for more
/// than there can be.
inline Histogram with_asks(const Histogram& table, int k_max) {
  Histogram made = table;
  for (auto& leaves : made.leaves) leaves.clear();
  made.counts.clear();
  made.atoms.clear();
  const auto ask = [&] {
    return *rc::gen::inRange(0, 3) > 0 ? 0U
                                       : static_cast<std::uint32_t>(*rc::gen::inRange(1, k_max));
  };
  const auto add = [&](std::uint32_t tuple, std::uint32_t asked,
                       const std::vector<Histogram::Atom>& atoms) {
    for (std::size_t c = 0; c < made.leaves.size(); ++c)
      made.leaves[c].push_back(table.leaves[c][tuple]);
    made.counts.push_back(0);
    made.k_asked.push_back(asked);
    for (Histogram::Atom atom : atoms) {
      atom.tuple = static_cast<std::uint32_t>(made.counts.size() - 1);
      made.counts.back() += atom.rows;
      made.atoms.push_back(atom);
    }
  };
  for (std::uint32_t t = 0, a = 0; t < table.tuple_count(); ++t) {
    std::vector<Histogram::Atom> one;
    std::vector<Histogram::Atom> other;
    for (; a < table.atoms.size() && table.atoms[a].tuple == t; ++a) {
      Histogram::Atom atom = table.atoms[a];
      if (const auto part = static_cast<std::uint32_t>(*rc::gen::inRange(0, 2)); part < atom.rows) {
        if (part > 0) other.push_back({t, atom.combination, part});
        atom.rows -= part;
      }
      one.push_back(atom);
    }
    const std::uint32_t asked = ask();
    add(t, asked, one);
    if (!other.empty()) add(t, asked + 1 + ask(), other);
  }
  return made;
}

/// A population: a person for every row, and others anywhere.
inline void populate(Histogram& table, int others_max) {
  std::map<std::vector<std::uint32_t>, std::uint32_t> people;
  std::vector<std::uint32_t> tuple(table.column_count());
  for (std::size_t t = 0; t < table.tuple_count(); ++t) {
    for (std::size_t c = 0; c < tuple.size(); ++c) tuple[c] = table.leaves[c][t];
    people[tuple] += static_cast<std::uint32_t>(table.counts[t]);
  }
  for (int others = *rc::gen::inRange(0, others_max); others > 0; --others) {
    for (std::size_t c = 0; c < tuple.size(); ++c)
      tuple[c] = static_cast<std::uint32_t>(
          *rc::gen::inRange(0, static_cast<int>(table.hierarchies[c].leaf_count())));
    ++people[tuple];
  }
  table.people.leaves.resize(table.column_count());
  for (const auto& [leaves, count] : people) {
    for (std::size_t c = 0; c < leaves.size(); ++c) table.people.leaves[c].push_back(leaves[c]);
    table.people.counts.push_back(count);
  }
}

inline void weigh(Histogram& table) {
  double sum = 0;
  for (std::size_t c = 0; c < table.column_count(); ++c) {
    table.weights.push_back(*rc::gen::element(0.25, 0.5, 1.0, 3.0));
    sum += table.weights.back();
  }
  for (double& weight : table.weights) weight *= static_cast<double>(table.column_count()) / sum;
}

}  // namespace usufruct::anonymise::test
