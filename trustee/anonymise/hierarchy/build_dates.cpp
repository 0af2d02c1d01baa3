#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

constexpr std::array all_units{DateUnit::day,     DateUnit::week, DateUnit::month,
                               DateUnit::quarter, DateUnit::year, DateUnit::decade};

/// Weeks do not nest in months or years. Where something coarser follows, a week is therefore cut
/// at the end of the month: `2024-02 W09` and `2024-03 W09` are two parts of one.
std::string print_unit(std::chrono::year_month_day day, DateUnit unit, bool is_last) {
  if (unit != DateUnit::week || is_last) return print_date(day, unit);
  const std::string week = print_date(day, DateUnit::week);
  return print_date(day, DateUnit::month) + " " + week.substr(week.find('W'));
}

std::pair<std::int64_t, std::int64_t> key_of(std::chrono::year_month_day day, DateUnit unit,
                                             bool is_last) {
  const bool is_part = unit == DateUnit::week && !is_last;
  return {is_part ? number_of(day, DateUnit::month) : 0, number_of(day, unit)};
}

}  // namespace

Result<Hierarchy> build_dates(Values values, const Recipe& recipe) {
  auto dates = read_values<Date>(
      values, [&](const std::string& text) { return parse_date(text, recipe.written); });
  auto& read = dates.read;
  if (read.empty())
    return malformed(fmt::format("none of {} values is a date; the first is '{}'", values.size(),
                                 printable(values.front().value, 60)),
                     "write dates as 1984-03-09; 03/04/1984 needs a word: written: dmy, or mdy");
  std::stable_sort(read.begin(), read.end(),
                   [](const auto& a, const auto& b) { return a.reading.day < b.reading.day; });
  std::vector<DateUnit> units = recipe.units;
  if (units.empty()) units.assign(all_units.begin(), all_units.end());
  for (std::size_t i = 1; i < units.size(); ++i)
    if (units[i] <= units[i - 1])
      return malformed(fmt::format("'{}' after '{}'", name_of(units[i]), name_of(units[i - 1])),
                       "name units from fine to coarse, each once");
  Ladder ladder(dates.alone, dates.texts());
  for (const DateUnit unit : units) {
    const bool is_last = unit == units.back();
    ladder.add(runs(read.size(),
                    [&](std::size_t i) { return key_of(read[i].reading.day, unit, is_last); }),
               [&](std::size_t first, std::size_t) {
                 return print_unit(read[first].reading.day, unit, is_last);
               });
  }
  return std::move(ladder).finish();
}

}  // namespace usufruct::anonymise
