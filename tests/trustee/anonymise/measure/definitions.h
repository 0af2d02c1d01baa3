#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"

/// The definitions of specs/anonymity.md §3 written down once more, slowly: every value is a text,
/// every count a std::map, nothing is shared with what is tested.
namespace usufruct::anonymise::test {

using Row = std::vector<std::string>;
using Counts = std::map<std::string, double>;

struct Table {
  Row header;
  std::vector<Row> rows;
};

/// Texts here hold no comma, quote or line end.
inline std::string csv_of(const Table& table) {
  std::string text;
  const auto line = [&](const Row& row) {
    for (std::size_t c = 0; c < row.size(); ++c) text += (c == 0 ? "" : ",") + row[c];
    text += '\n';
  };
  line(table.header);
  for (const Row& row : table.rows) line(row);
  return text;
}

inline Row pick(const Row& row, const std::vector<std::size_t>& places) {
  Row picked;
  for (const std::size_t place : places) picked.push_back(row[place]);
  return picked;
}

inline std::map<Row, std::vector<Row>> classes_of(const Table& table,
                                                  const std::vector<std::size_t>& quasi) {
  std::map<Row, std::vector<Row>> classes;
  for (const Row& row : table.rows) classes[pick(row, quasi)].push_back(row);
  return classes;
}

inline Counts counts_of(const std::vector<Row>& rows, std::size_t column) {
  Counts counts;
  for (const Row& row : rows) ++counts[row[column]];
  return counts;
}

inline double total(const Counts& counts) {
  double sum = 0;
  for (const auto& [value, count] : counts) sum += count;
  return sum;
}

inline double share(const Counts& counts, const std::string& value) {
  const auto at = counts.find(value);
  return at == counts.end() ? 0 : at->second / total(counts);
}

inline double entropy(const Counts& p) {
  double sum = 0;
  for (const auto& [value, count] : p) sum += share(p, value) * std::log(share(p, value));
  return std::exp(-sum);
}

inline double recursive(const Counts& p, std::size_t l) {
  std::multiset<double, std::greater<>> sorted;
  for (const auto& [value, count] : p) sorted.insert(count);
  double tail = 0;
  std::size_t rank = 0;
  for (const double count : sorted)
    if (++rank >= l) tail += count;
  return tail == 0 ? std::numeric_limits<double>::infinity() : *sorted.begin() / tail;
}

inline double equal_emd(const Counts& p, const Counts& q) {
  double sum = 0;
  for (const auto& [value, count] : q) sum += std::abs(share(p, value) - share(q, value));
  return sum / 2;
}

/// Values of q are numbers without a point here.
inline double ordered_emd(const Counts& p, const Counts& q) {
  std::vector<std::string> order;
  for (const auto& [value, count] : q) order.push_back(value);
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return std::stol(a) < std::stol(b); });
  double sum = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    double inner = 0;
    for (std::size_t j = 0; j <= i; ++j) inner += share(p, order[j]) - share(q, order[j]);
    sum += std::abs(inner);
  }
  return order.size() < 2 ? 0 : sum / static_cast<double>(order.size() - 1);
}

/// Li, Li and Venkatasubramanian 2007 §4.2: cost(N) = height(N)/H · min(pos_extra, neg_extra).
inline double hierarchical_emd(const Counts& p, const Counts& q, const Hierarchy& tree) {
  const std::size_t height = tree.level_count() - 1;
  const auto extra = [&](std::size_t level, std::uint32_t group) {
    double sum = 0;
    for (const auto& [value, count] : q)
      if (tree.group_of(level, *tree.find(value)) == group)
        sum += share(p, value) - share(q, value);
    return sum;
  };
  double cost = 0;
  for (std::size_t level = 1; level <= height; ++level)
    for (std::uint32_t group = 0; group < tree.group_count(level); ++group) {
      std::set<std::uint32_t> children;
      for (std::uint32_t leaf = 0; leaf < tree.leaf_count(); ++leaf)
        if (tree.group_of(level, leaf) == group) children.insert(tree.group_of(level - 1, leaf));
      double above = 0;
      double below = 0;
      for (const std::uint32_t child : children) {
        const double here = extra(level - 1, child);
        (here > 0 ? above : below) += std::abs(here);
      }
      cost += static_cast<double>(level) / static_cast<double>(height) * std::min(above, below);
    }
  return cost;
}

inline double delta(const Counts& p, const Counts& q) {
  double worst = 0;
  for (const auto& [value, count] : p)
    worst = std::max(worst, std::abs(std::log(share(p, value) / share(q, value))));
  return worst;
}

inline double beta(const Counts& p, const Counts& q) {
  double worst = 0;
  for (const auto& [value, count] : q)
    worst = std::max(worst, share(p, value) / share(q, value) - 1);
  return worst;
}

inline bool meets_enhanced_beta(const Counts& p, const Counts& q, double bound) {
  for (const auto& [value, count] : q) {
    const double gain = share(p, value) / share(q, value) - 1;
    if (gain > 0 && gain > std::min(bound, -std::log(share(q, value))) + Floor::tolerance)
      return false;
  }
  return true;
}

/// One sensitive column of a table, and what is known of it over the whole input.
struct Sensitive {
  std::size_t column = 0;
  Counts whole;
  Distance distance = Distance::equal;
  const Hierarchy* tree = nullptr;

  double emd(const Counts& p) const {
    return distance == Distance::equal     ? equal_emd(p, whole)
           : distance == Distance::ordered ? ordered_emd(p, whole)
                                           : hierarchical_emd(p, whole, *tree);
  }
};

/// Whether one class meets what a floor asks of its values.
inline bool meets_floor(const std::vector<Row>& rows, const std::vector<Sensitive>& sensitive,
                        const Floor& floor) {
  if (rows.size() < floor.k) return false;
  constexpr double more = Floor::tolerance;
  for (const Sensitive& each : sensitive) {
    const Counts p = counts_of(rows, each.column);
    if (p.size() < floor.l_distinct) return false;
    if (floor.l_entropy_milli > 0 && entropy(p) < floor.l_entropy_milli / 1e3 - more) return false;
    if (floor.l_recursive > 0 && recursive(p, floor.l_recursive) >= floor.c_recursive_milli / 1e3)
      return false;
    if (floor.t_closeness_ppm > 0 && each.emd(p) > floor.t_closeness_ppm / 1e6 + more) return false;
    if (floor.delta_disclosure_milli > 0 &&
        delta(p, each.whole) >= floor.delta_disclosure_milli / 1e3 + more)
      return false;
    if (floor.beta_likeness_milli > 0 &&
        beta(p, each.whole) > floor.beta_likeness_milli / 1e3 + more)
      return false;
    if (floor.beta_enhanced_milli > 0 &&
        !meets_enhanced_beta(p, each.whole, floor.beta_enhanced_milli / 1e3))
      return false;
  }
  return true;
}

}  // namespace usufruct::anonymise::test
