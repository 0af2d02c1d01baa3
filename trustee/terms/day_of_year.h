#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Days of every year as people write them, `03-31`, and as clauses have them: month × 100 + day.
/// February has 29, since in some years it has.
namespace usufruct::terms {

/// Nothing for what is no day: `3-31`, `02-30`.
std::optional<std::int64_t> parse_day_of_year(std::string_view text);
/// Nothing for a number that no day has, as 332.
std::optional<std::string> print_day_of_year(std::int64_t day);

/// The first and the last day of a recurring clause's [low, high), which holds the days from low to
/// the one before high and may run through the turn of the year.
struct Season {
  std::string first;
  std::string last;
};
/// Nothing where a bound is no such day: then only numbers say it.
std::optional<Season> season_of(std::int64_t low, std::int64_t high);

}  // namespace usufruct::terms
