#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct::anonymise {

/// What a date is made coarser to.
enum class DateUnit : std::uint8_t { day, week, month, quarter, year, decade };

std::string_view name_of(DateUnit unit);
Result<DateUnit> parse_date_unit(std::string_view word);

/// Which comes first in `03/04/1984`.
enum class DayOrder : std::uint8_t { day_first, month_first };

/// `dmy`, `mdy`.
Result<DayOrder> parse_day_order(std::string_view word);

/// A day of the calendar, as written: no time zone is applied.
struct Date {
  std::chrono::year_month_day day;
  bool has_time = false;
};

/// `1984-03-09`, `1984/03/09`, `09.03.1984`, with an order also `09/03/1984`; each alone or with a
/// time behind: `T10:20`, ` 10:20:30.5`, `+01:00` or `Z` at its end. Years 1000 to 9999; nothing
/// for a day the calendar does not have.
std::optional<Date> parse_date(std::string_view text, std::optional<DayOrder> order = {});

/// The coarser day: `1984-03-09`, `1984-W10`, `1984-03`, `1984-Q1`, `1984`, `1980s`. Weeks are of
/// ISO 8601, and so is the year before the W.
std::string print_date(std::chrono::year_month_day day, DateUnit unit);
/// A number that is equal for days shown alike, and ascends with them.
std::int64_t number_of(std::chrono::year_month_day day, DateUnit unit);

}  // namespace usufruct::anonymise
