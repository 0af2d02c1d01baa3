#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace usufruct::anonymise {

/// How many classes have so many rows.
struct SizeCount {
  std::uint64_t rows = 0;
  std::uint64_t classes = 0;

  bool operator==(const SizeCount&) const = default;
};

enum class UniquenessModel { none, pitman, zayatz, snb };

/// How many people are unique in the population that the release is a sample of, as estimated from
/// the sizes of its classes (specs/anonymity.md §3.2). An estimate is absent when its equations
/// have no solution.
struct UniquenessEstimate {
  std::optional<double> pitman{};  ///< Hoshino 2001
  std::optional<double> zayatz{};  ///< Zayatz 1991
  std::optional<double> snb{};     ///< slide negative binomial; Chen and Keller-McNulty 1998
  /// Which counts: Dankar et al. 2012. Pitman when at most a tenth of the population is in the
  /// sample; otherwise the lesser of SNB and Zayatz; Zayatz where the other has no answer.
  UniquenessModel chosen = UniquenessModel::none;
  double uniques = 0;  ///< of the chosen model, within [0, people]; 0 without sample uniques
  double share = 0;    ///< uniques / people

  bool operator==(const UniquenessEstimate&) const = default;
};

/// `sizes` ascending by rows, at least one; people is at least the sum of their rows.
UniquenessEstimate estimate_uniques(std::span<const SizeCount> sizes, std::uint64_t people);

}  // namespace usufruct::anonymise
