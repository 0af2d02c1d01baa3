#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/date.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/hierarchy/number.h"

namespace usufruct::anonymise {

/// How a hierarchy is built from the values of a column.
///   intervals  numbers; half-open intervals `[20, 30)` of given widths or edges
///   quantiles  numbers; intervals of about equally many rows, then two by two
///   dates      day, week, month, quarter, year, decade; a timestamp's day first
///   prefixes   codes; characters dropped from the right: `75***`
///   frequency  any texts in order; groups of about equally many rows, then two by two
///   order      ranked values; neighbours in pairs, fours, eights
///   flat       the value, then `*`
enum class Method : std::uint8_t {
  intervals,
  quantiles,
  dates,
  prefixes,
  frequency,
  order,
  flat,
};

std::string_view name_of(Method method);
/// `malformed`, with the nearest name, for a word that names none.
Result<Method> parse_method(std::string_view word);

/// A method with its options. Empty options are chosen from the values.
struct Recipe {
  static constexpr std::size_t group_count_max = 65'536;

  Method by = Method::flat;
  std::vector<Number> widths{};              ///< intervals: narrow to wide, each dividing the next
  std::vector<std::vector<Number>> edges{};  ///< intervals: finest level first, each ascending
  std::size_t groups = 0;                    ///< quantiles, frequency: on the finest level
  std::vector<DateUnit> units{};             ///< dates: fine to coarse
  std::optional<DayOrder> written{};         ///< dates: of `03/04/1984`
  std::vector<std::size_t> kept{};           ///< prefixes: characters kept, descending
  std::vector<std::string> order{};          ///< order: every value, lowest first
};

/// Builds a hierarchy whose leaves are the values given (distinct; at least one). A value the
/// method cannot read (the empty one, a word among numbers) stays by itself until `*`. Levels that
/// change nothing are left out. Deterministic; the order of `values` is irrelevant. Definitions:
/// specs/anonymity.md §4. Cost: one sort.
///
/// `malformed`: over Hierarchy::leaf_count_max values, a method that can read none of the values,
/// options that contradict each other or the values.
Result<Hierarchy> build_hierarchy(std::span<const ValueCount> values, const Recipe& recipe);

/// The recipe for a column that came without one:
///   dates, when the values are               → dates
///   codes of letters and digits, or with leading zeros → prefixes
///   up to 12 numbers                         → order
///   other numbers                            → intervals; quantiles where most rows would share
///   one up to 3 other texts                      → flat more                                     →
///   frequency
/// Up to one value in twenty, and always one, may be of another kind.
Recipe choose_recipe(std::span<const ValueCount> values);

}  // namespace usufruct::anonymise
