#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/hierarchy/name_table.h"

namespace usufruct::anonymise {

/// The distinct values of a stream with their counts, in bounded memory: all of them while they
/// are few, then those whose hash falls into a half, a quarter … of its range. A value is in the
/// sample for all its rows or for none, so what is counted of a sampled value is exact, and sums
/// over values are estimated by values_a_sampled(). What is in the sample depends on the values
/// alone, not on their order, nor on how they were dealt to samples that are merged. (Gibbons,
/// Distinct Sampling, VLDB 2001.)
class DistinctSample {
 public:
  explicit DistinctSample(std::size_t values_max);

  /// Counts rows of a value; whether it is new to the sample.
  bool add(std::string_view value, std::uint64_t rows);

  /// Takes in what another sample of the same size has seen.
  void merge(const DistinctSample& other);

  bool is_whole() const { return halvings_ == 0; }
  /// How many values stand for one of the sample's.
  double values_a_sampled() const { return static_cast<double>(std::uint64_t{1} << halvings_); }
  std::size_t size() const { return names_.size(); }
  /// By value.
  std::vector<ValueCount> values() const;
  /// Rows of each sampled value, in no order that matters.
  std::span<const std::uint64_t> counts() const { return counts_; }

 private:
  bool is_sampled(std::string_view value) const;
  void thin(unsigned halvings);

  std::size_t values_max_;
  unsigned halvings_ = 0;
  NameTable names_;
  std::vector<std::uint64_t> counts_;
};

/// How far a column, or several together, tell rows apart.
struct Distinctness {
  std::uint64_t distinct = 0;     ///< values
  std::uint64_t unique_rows = 0;  ///< rows whose value no other has
  double uniqueness = 0;          ///< distinct / rows (alpha-distinction)
  double separation = 0;          ///< share of all pairs of rows told apart (alpha-separation)
  bool is_estimate = false;
};

/// Of `rows` rows; `empty_rows` of them have one further value, which the sample was not shown.
Distinctness distinctness_of(const DistinctSample& sample, std::uint64_t rows,
                             std::uint64_t empty_rows = 0);

}  // namespace usufruct::anonymise
