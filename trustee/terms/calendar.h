#pragma once

#include <cstdint>

#include "crypto/base/time.h"

/// Where a moment stands in the week and in the year, in UTC, for clauses that recur.
namespace usufruct::terms {

inline constexpr std::int64_t minute_ms = 60'000;
inline constexpr std::int64_t day_ms = 86'400'000;
inline constexpr std::int64_t day_minutes = 24 * 60;
inline constexpr std::int64_t week_minutes = 7 * day_minutes;
/// 400 years: after so many days week, month and day come again in the same order.
inline constexpr std::int64_t calendar_days = 146'097;

/// Rounds down, also below zero.
constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// Minutes since Monday 00:00 UTC. 1970-01-01 was a Thursday.
constexpr std::int64_t minute_of_week(Time at) {
  const std::int64_t minutes = floor_div(at.ms, minute_ms) + 3 * day_minutes;
  return minutes - floor_div(minutes, week_minutes) * week_minutes;
}

/// Month × 100 + day in UTC (Howard Hinnant, "chrono-compatible low-level date algorithms").
constexpr std::int64_t month_and_day(Time at) {
  const std::int64_t z = floor_div(at.ms, day_ms) + 719'468;
  const std::int64_t day_of_era = z - floor_div(z, calendar_days) * calendar_days;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  return (shifted < 10 ? shifted + 3 : shifted - 9) * 100 + day;
}

}  // namespace usufruct::terms
