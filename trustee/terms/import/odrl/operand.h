#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace usufruct::terms::odrl {

/// The twelve operators of ODRL 2.2.
enum class Operator : std::uint8_t {
  eq,
  neq,
  lt,
  lteq,
  gt,
  gteq,
  is_a,
  has_part,
  is_part_of,
  is_all_of,
  is_any_of,
  is_none_of,
};
std::optional<Operator> parse_operator(std::string_view word);
std::string_view name_of(Operator op);
/// What is true when it is not; none for those that have no opposite among them.
std::optional<Operator> opposite(Operator op);

/// Which way what is not exact is taken: of a permission nothing that might be outside, of a
/// prohibition or a question everything that might be inside.
enum class Mode : std::uint8_t { narrow, wide };

/// What a number is compared with, in the smallest unit. Either a span, as a day is, all of which
/// is meant; or a number of which no more is known than that it is from first to last.
struct Range {
  std::int64_t first = 0;
  std::int64_t last = 0;  ///< included
  bool is_span = false;

  bool is_exact() const { return is_span || first == last; }
};

/// Whole numbers [low, high), from 0; open means no end.
struct Interval {
  static constexpr std::int64_t open = INT64_MAX;
  std::int64_t low = 0;
  std::int64_t high = open;

  bool operator==(const Interval&) const = default;
};
/// The whole numbers v ≥ 0 for which `v × unit` stands to the range as the operator says. None for
/// operators that are not about numbers. At most two.
std::optional<std::vector<Interval>> intervals_of(Operator op, const Range& range,
                                                  std::int64_t unit, Mode mode);

/// A literal of xsd:dateTime or xsd:date, in ms since 1970; a day is a span. `is_local`: it says no
/// time zone and is read as UTC.
struct Moment {
  Range range;
  bool is_local = false;
};
std::optional<Moment> parse_moment(std::string_view text);
/// A literal of xsd:duration, or in weeks as ISO 8601 has it, in seconds: a month is 28 to 31 days,
/// a year 365 or 366.
std::optional<Range> parse_duration(std::string_view text);
/// A whole number, also written as 5.0; none when it is below 0 or has a fraction.
std::optional<std::int64_t> parse_count(std::string_view text);

}  // namespace usufruct::terms::odrl
