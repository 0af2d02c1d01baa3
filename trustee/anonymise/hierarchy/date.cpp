#include "trustee/anonymise/hierarchy/date.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "crypto/base/text.h"

namespace usufruct::anonymise {

namespace {

using std::chrono::year_month_day;

constexpr std::array<std::pair<DateUnit, std::string_view>, 6> unit_names{{
    {DateUnit::day, "day"},
    {DateUnit::week, "week"},
    {DateUnit::month, "month"},
    {DateUnit::quarter, "quarter"},
    {DateUnit::year, "year"},
    {DateUnit::decade, "decade"},
}};

/// The number of exactly `count` digits at the front, which are taken off.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (const char digit : text.substr(0, count)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<year_month_day> day_of(int year, int month, int day) {
  const year_month_day made{std::chrono::year{year},
                            std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1000 || !made.ok()) return std::nullopt;
  return made;
}

std::optional<year_month_day> take_year_first(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || text.empty()) return std::nullopt;
  const char mark = text.front();
  if (mark != '-' && mark != '/') return std::nullopt;
  text.remove_prefix(1);
  const auto month = take_digits(text, 2);
  if (!month || !take(text, mark)) return std::nullopt;
  const auto day = take_digits(text, 2);
  return day ? day_of(*year, *month, *day) : std::nullopt;
}

std::optional<year_month_day> take_year_last(std::string_view& text,
                                             std::optional<DayOrder> order) {
  const auto first = take_digits(text, 2);
  if (!first || text.empty()) return std::nullopt;
  const char mark = text.front();
  if (mark == '.') order = DayOrder::day_first;
  if ((mark != '.' && mark != '/') || !order) return std::nullopt;
  text.remove_prefix(1);
  const auto second = take_digits(text, 2);
  if (!second || !take(text, mark)) return std::nullopt;
  const auto year = take_digits(text, 4);
  if (!year) return std::nullopt;
  return *order == DayOrder::day_first ? day_of(*year, *second, *first)
                                       : day_of(*year, *first, *second);
}

bool take_hour_and_minute(std::string_view& text, bool with_colon) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 24 || (!take(text, ':') && with_colon)) return false;
  const auto minute = take_digits(text, 2);
  return minute && *minute < 60;
}

/// `T10:20:30.5+01:00`, whole.
bool is_time(std::string_view text) {
  if (!take(text, 'T') && !take(text, ' ')) return false;
  if (!take_hour_and_minute(text, true)) return false;
  if (take(text, ':')) {
    const auto second = take_digits(text, 2);
    if (!second || *second > 60) return false;
    if (take(text, '.')) {
      if (!take_digits(text, 1)) return false;
      while (take_digits(text, 1)) continue;
    }
  }
  if (text.empty() || text == "Z") return true;
  take(text, ' ');
  if (!take(text, '+') && !take(text, '-')) return false;
  return text.size() == 2 ? take_digits(text, 2).has_value()
                          : take_hour_and_minute(text, false) && text.empty();
}

std::chrono::sys_days monday_of(year_month_day day) {
  const std::chrono::sys_days days = day;
  return days - (std::chrono::weekday{days} - std::chrono::Monday);
}

int as_int(std::chrono::year year) { return static_cast<int>(year); }
int as_int(std::chrono::month month) { return static_cast<int>(static_cast<unsigned>(month)); }
int as_int(std::chrono::day day) { return static_cast<int>(static_cast<unsigned>(day)); }

/// A week is of the year that has its Thursday.
std::string print_week(year_month_day day) {
  const auto thursday = monday_of(day) + std::chrono::days{3};
  const year_month_day of{thursday};
  const std::chrono::sys_days new_year = of.year() / std::chrono::January / 1;
  return fmt::format("{:04}-W{:02}", as_int(of.year()), (thursday - new_year).count() / 7 + 1);
}

}  // namespace

std::string_view name_of(DateUnit unit) {
  for (const auto& [each, name] : unit_names)
    if (each == unit) return name;
  return "";
}

Result<DateUnit> parse_date_unit(std::string_view word) {
  std::vector<std::string> names;
  for (const auto& [unit, name] : unit_names) {
    if (name == word) return unit;
    names.emplace_back(name);
  }
  return malformed(fmt::format("'{}' is no unit of dates", printable(word, 60)),
                   "units are " + join(names, ", "));
}

Result<DayOrder> parse_day_order(std::string_view word) {
  if (word == "dmy") return DayOrder::day_first;
  if (word == "mdy") return DayOrder::month_first;
  return malformed(fmt::format("'{}' is no order of day, month and year", printable(word, 60)),
                   "write dmy or mdy; dates that begin with the year need no word");
}

std::optional<Date> parse_date(std::string_view text, std::optional<DayOrder> order) {
  std::string_view rest = text;
  auto day = take_year_first(rest);
  if (!day) {
    rest = text;
    day = take_year_last(rest, order);
  }
  if (!day || (!rest.empty() && !is_time(rest))) return std::nullopt;
  return Date{*day, !rest.empty()};
}

std::string print_date(year_month_day day, DateUnit unit) {
  const int year = as_int(day.year());
  switch (unit) {
    case DateUnit::day:
      return fmt::format("{:04}-{:02}-{:02}", year, as_int(day.month()), as_int(day.day()));
    case DateUnit::week:
      return print_week(day);
    case DateUnit::month:
      return fmt::format("{:04}-{:02}", year, as_int(day.month()));
    case DateUnit::quarter:
      return fmt::format("{:04}-Q{}", year, (as_int(day.month()) + 2) / 3);
    case DateUnit::year:
      return fmt::format("{:04}", year);
    case DateUnit::decade:
      return fmt::format("{:03}0s", year / 10);
  }
  return {};
}

std::int64_t number_of(year_month_day day, DateUnit unit) {
  const std::int64_t months = as_int(day.year()) * std::int64_t{12} + as_int(day.month()) - 1;
  switch (unit) {
    case DateUnit::day:
      return std::chrono::sys_days{day}.time_since_epoch().count();
    case DateUnit::week:
      return monday_of(day).time_since_epoch().count();
    case DateUnit::month:
      return months;
    case DateUnit::quarter:
      return months / 3;
    case DateUnit::year:
      return months / 12;
    case DateUnit::decade:
      return months / 120;
  }
  return 0;
}

}  // namespace usufruct::anonymise
