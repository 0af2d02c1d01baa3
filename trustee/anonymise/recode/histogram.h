#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"

namespace usufruct::anonymise {

/// All that a recoding needs to know of a table: the distinct quasi-identifier tuples of the kept
/// rows, how often each occurs, and with which sensitive values.
///
///     tuple  = (leaf of hierarchies[0], leaf of hierarchies[1], …): leaves[column][tuple]
///     atom   = a tuple with one combination of sensitive values; rows of an atom are alike
///
/// Where no model looks at values, every tuple has one atom, of its own number, and `sensitive` is
/// empty. Atoms are in the order of their tuples.
struct Histogram {
  struct Atom {
    std::uint32_t tuple = 0;
    std::uint32_t combination = 0;  ///< of sensitive values; 0 when none is looked at
    std::uint32_t rows = 0;

    bool operator==(const Atom&) const = default;
  };
  /// One sensitive column that a model looks at.
  struct Sensitive {
    std::string name;
    std::vector<std::string> values;               ///< [value]
    std::vector<std::uint64_t> counts;             ///< [value], over all kept rows
    std::vector<std::uint32_t> value;              ///< [combination]
    Distance distance = Distance::equal;           ///< for t-closeness
    std::vector<std::vector<std::uint32_t>> tree;  ///< [level][value] group; when hierarchical
  };

  /// People by their leaves, each combination once, for k-map; empty where no model asks about
  /// them.
  struct People {
    std::vector<std::vector<std::uint32_t>> leaves;  ///< [column][i]
    std::vector<std::uint32_t> counts;               ///< [i]

    std::size_t size() const { return counts.size(); }
  };

  std::vector<Hierarchy> hierarchies;              ///< one per quasi-identifier
  std::vector<std::vector<std::uint32_t>> leaves;  ///< [column][tuple]
  std::vector<std::uint64_t> counts;               ///< [tuple]
  std::vector<Atom> atoms;
  std::vector<Sensitive> sensitive;
  /// [tuple]: the k that its rows ask for by themselves, above floor.k to matter; empty when no row
  /// asks. Rows that ask for different k are tuples of their own.
  std::vector<std::uint32_t> k_asked;
  std::vector<double> weights;  ///< [column], of a mean of 1; empty: all count the same
  People people;
  std::uint64_t rows = 0;  ///< sum of counts

  std::size_t tuple_count() const { return counts.size(); }
  std::size_t column_count() const { return hierarchies.size(); }
  double weight(std::size_t column) const { return weights.empty() ? 1 : weights[column]; }
  std::uint32_t asked(std::size_t tuple) const { return k_asked.empty() ? 0 : k_asked[tuple]; }
};

}  // namespace usufruct::anonymise
