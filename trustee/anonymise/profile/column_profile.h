#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/anonymise/hierarchy/recipe.h"
#include "trustee/anonymise/profile/distinct_sample.h"
#include "trustee/anonymise/profile/value_type.h"
#include "trustee/anonymise/schema.h"

namespace usufruct::anonymise {

/// What is in one column, and what role we would give it. A suggestion, never a decision: it
/// loosens nothing that the owner's terms ask for.
struct ColumnProfile {
  std::string name;
  ValueType type = ValueType::none;
  Distinctness figures{};   ///< the empty value counts as one
  std::uint64_t empty = 0;  ///< rows
  std::string lowest;       ///< by number when numeric, else by bytes; empty for no value
  std::string highest;
  /// Rows of numbers that fewer than 5 rows have, over 3 interquartile ranges outside the
  /// quartiles.
  std::uint64_t outlier_rows = 0;
  ColumnRole suggested = ColumnRole::identifier;
  std::string reason;
  std::optional<Method> hierarchy{};    ///< how one would be built; quasi-identifiers only
  std::vector<std::string> warnings{};  ///< of what would be seen if it were released as it is
};

/// Gathers one column, row by row, wherever the rows come from; several may each gather a part and
/// be merged, and the order of the rows does not matter. Memory is bounded: 2^18 values, or
/// `values_max` where many columns are gathered at once.
class ColumnGather {
 public:
  static constexpr std::size_t values_max_default = std::size_t{1} << 18;

  explicit ColumnGather(std::size_t values_max = values_max_default) : sample_(values_max) {}

  void add(std::string_view value, std::uint64_t rows = 1);
  void merge(const ColumnGather& other);
  ColumnProfile finish(std::string name) const;
  /// Whether the values are looks_like_free_text().
  bool is_free_text() const;

 private:
  /// A number with the text it was written as: of equal numbers the first by bytes.
  struct Written {
    double size = 0;
    std::string text{};

    auto operator<=>(const Written&) const = default;
  };
  void widen(std::string_view value);
  void widen_numbers(const Written& number);

  std::uint64_t rows_ = 0;
  std::uint64_t empty_ = 0;
  DistinctSample sample_;
  std::string lowest_;  ///< by bytes
  std::string highest_;
  std::optional<Written> low_;
  std::optional<Written> high_;
};

}  // namespace usufruct::anonymise
