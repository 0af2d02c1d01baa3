#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "crypto/base/check.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/hierarchy/number.h"

namespace usufruct::anonymise {

namespace {

using Row = std::vector<std::string>;

constexpr std::size_t ordinal_count_max = 12;  ///< up to here whole numbers are grouped by rank
constexpr std::size_t interval_level_count_max = 4;
constexpr std::int64_t interval_count_at_top_max = 5;  ///< intervals on the level below `*`

/// Interval widths, narrow to wide, each dividing the next: 5, 10, 20 for ages.
std::vector<std::int64_t> widths_for(std::int64_t lowest, std::int64_t highest) {
  std::vector<std::int64_t> chain{1};  // 1, 5, 10, 50, 100, ... ends with an optional doubling
  const std::int64_t range = highest - lowest;
  while (range / chain.back() >= 2 * interval_count_at_top_max)
    chain.push_back(chain.back() * (chain.size() % 2 == 1 ? 5 : 2));
  if (range / chain.back() >= interval_count_at_top_max) chain.push_back(chain.back() * 2);
  chain.erase(chain.begin());  // width one is the value itself
  if (chain.size() > interval_level_count_max)
    chain.erase(chain.begin(), chain.end() - static_cast<std::ptrdiff_t>(interval_level_count_max));
  return chain;
}

std::int64_t floor_to(std::int64_t value, std::int64_t width) {
  const std::int64_t down = value % width;
  return value - (down < 0 ? down + width : down);
}

/// Values as integers of one common scale, with the empty value left out.
struct Numbers {
  std::vector<Number> by_value;
  int decimals = 0;
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
};

std::optional<Numbers> as_numbers(std::span<const std::string> values) {
  Numbers numbers;
  std::vector<Number> found;
  for (const std::string& value : values) {
    if (value.empty()) continue;
    const auto number = parse_number(value);
    if (!number) return std::nullopt;
    found.push_back(*number);
    numbers.decimals = std::max(numbers.decimals, number->decimals);
  }
  if (found.empty()) return std::nullopt;
  for (Number& number : found) {
    const auto scaled = scale_to(number, numbers.decimals);
    if (!scaled) return std::nullopt;
    number = *scaled;
  }
  const auto [low, high] = std::minmax_element(
      found.begin(), found.end(), [](const auto& a, const auto& b) { return a.units < b.units; });
  numbers.lowest = low->units;
  numbers.highest = high->units;
  numbers.by_value = std::move(found);
  return numbers;
}

std::vector<Row> intervals(std::span<const std::string> values, const Numbers& numbers) {
  const auto widths = widths_for(numbers.lowest, numbers.highest);
  std::vector<Row> rows;
  std::size_t next = 0;
  for (const std::string& value : values) {
    Row row{value};
    if (value.empty()) {
      row.resize(widths.size() + 1, "");
    } else {
      const std::int64_t units = numbers.by_value[next++].units;
      for (const std::int64_t width : widths) {
        const std::int64_t from = floor_to(units, width);
        row.push_back(fmt::format("[{}, {})", print_number({from, numbers.decimals}),
                                  print_number({from + width, numbers.decimals})));
      }
    }
    row.push_back("*");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string braces(std::span<const std::string> values) {
  return fmt::format("{{{}}}", fmt::join(values, ", "));
}

/// Neighbours by rank: pairs, fours, eights while more than one group is left.
std::vector<Row> ranks(std::vector<std::string> values) {
  const bool has_empty = std::erase(values, "") > 0;
  std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) {
    return parse_number(a)->units < parse_number(b)->units;
  });
  std::vector<std::size_t> sizes;
  for (std::size_t size = 2; size < values.size(); size *= 2) sizes.push_back(size);
  std::vector<Row> rows;
  if (has_empty) {
    rows.emplace_back(sizes.size() + 1, "");
    rows.back().push_back("*");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    Row row{values[i]};
    for (const std::size_t size : sizes) {
      const std::size_t from = i / size * size;
      row.push_back(braces(std::span(values).subspan(from, std::min(size, values.size() - from))));
    }
    row.push_back("*");
    rows.push_back(std::move(row));
  }
  return rows;
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9})
    if (text[i] < '0' || text[i] > '9') return false;
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  const int day = (text[8] - '0') * 10 + (text[9] - '0');
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

std::vector<Row> dates(std::span<const std::string> values) {
  std::vector<Row> rows;
  for (const std::string& value : values)
    rows.push_back(value.empty() ? Row{"", "", "", "", "*"}
                                 : Row{value, value.substr(0, 7), value.substr(0, 4),
                                       value.substr(0, 3) + "0s", "*"});
  return rows;
}

std::vector<Row> flat(std::span<const std::string> values) {
  std::vector<Row> rows;
  for (const std::string& value : values) rows.push_back({value, "*"});
  return rows;
}

}  // namespace

Result<Hierarchy> build_hierarchy(std::span<const ValueCount> counts) {
  CHECK_THAT(!counts.empty());
  if (counts.size() > Hierarchy::leaf_count_max)
    return malformed(fmt::format("{} distinct values", counts.size()),
                     "give the column the role identifier, or round its values first");
  std::vector<std::string> values;
  for (const ValueCount& each : counts) values.push_back(each.value);
  std::sort(values.begin(), values.end());
  const bool all_dates = std::all_of(values.begin(), values.end(), [](const auto& value) {
    return value.empty() || is_date(value);
  });
  if (all_dates && values.back() != "") return Hierarchy::make(dates(values));
  const auto numbers = as_numbers(values);
  if (!numbers) return Hierarchy::make(flat(values));
  if (numbers->decimals == 0 && numbers->by_value.size() <= ordinal_count_max)
    return Hierarchy::make(ranks(values));
  return Hierarchy::make(intervals(values, *numbers));
}

}  // namespace usufruct::anonymise
