#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/recipe.h"

/// One function a method, called by build_hierarchy() alone, and what they share. Values come
/// sorted by their bytes.
namespace usufruct::anonymise {

using Values = std::span<const ValueCount>;

Result<Hierarchy> build_intervals(Values values, const Recipe& recipe);
Result<Hierarchy> build_quantiles(Values values, const Recipe& recipe);
Result<Hierarchy> build_dates(Values values, const Recipe& recipe);
Result<Hierarchy> build_prefixes(Values values, const Recipe& recipe);
Result<Hierarchy> build_frequency(Values values, const Recipe& recipe);
Result<Hierarchy> build_order(Values values, const Recipe& recipe);

/// The values that a method can read, in their order, and those it leaves alone.
template <class Reading>
struct Readable {
  struct One {
    const ValueCount* value;
    Reading reading;
  };
  std::vector<std::string> alone;
  std::vector<One> read;

  std::vector<std::string> texts() const {
    std::vector<std::string> made;
    for (const One& one : read) made.push_back(one.value->value);
    return made;
  }
};

template <class Reading, class Read>
Readable<Reading> read_values(Values values, const Read& read) {
  Readable<Reading> made;
  for (const ValueCount& each : values) {
    const auto reading = read(each.value);
    if (reading)
      made.read.push_back({&each, *reading});
    else
      made.alone.push_back(each.value);
  }
  return made;
}

/// A column of numbers by size, as integers of one scale: units / 10^decimals. Rounded down where
/// numbers are so far apart that 17 digits do not hold them.
struct Numbers {
  Readable<Number> values;
  int decimals = 0;

  std::int64_t units(std::size_t i) const { return values.read[i].reading.units; }
  std::size_t size() const { return values.read.size(); }
};

/// `decimals_min`: of the scale, for what it is to be compared with. `malformed` when no value is a
/// number.
Result<Numbers> read_numbers(Values values, int decimals_min = 0);

/// Widths for numbers that came without, narrow to wide.
std::vector<std::int64_t> chosen_widths(const Numbers& numbers);

/// The quantile of each of the weights in their order: 0 … count - 1, ascending, by the middle of
/// each weight.
std::vector<std::uint32_t> bins_of(const std::vector<std::uint64_t>& weights, std::size_t count);
/// How many bins are worth having for so many values.
std::size_t chosen_bins(std::size_t values);

/// `a`, `{a, b}`, or where that is long `a..z`.
std::string print_group(std::span<const std::string> members);

std::int64_t floor_to(std::int64_t value, std::int64_t width);

}  // namespace usufruct::anonymise
