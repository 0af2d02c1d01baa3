#include "trustee/terms/day_of_year.h"

#include <fmt/format.h>

#include <algorithm>

namespace usufruct::terms {
namespace {

bool is_day(std::int64_t month, std::int64_t day) {
  constexpr int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

}  // namespace

std::optional<std::int64_t> parse_day_of_year(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 5 || text[2] != '-') return std::nullopt;
  if (std::ranges::count_if(text, is_digit) != 4) return std::nullopt;
  const int month = 10 * (text[0] - '0') + (text[1] - '0');
  const int day = 10 * (text[3] - '0') + (text[4] - '0');
  if (!is_day(month, day)) return std::nullopt;
  return 100 * month + day;
}

std::optional<std::string> print_day_of_year(std::int64_t day) {
  if (day < 0 || !is_day(day / 100, day % 100)) return std::nullopt;
  return fmt::format("{:02}-{:02}", day / 100, day % 100);
}

std::optional<Season> season_of(std::int64_t low, std::int64_t high) {
  if (low == high || high <= 0) return std::nullopt;
  auto first = print_day_of_year(low);
  auto last = print_day_of_year(high - 1);
  if (!first || !last) return std::nullopt;
  return Season{*std::move(first), *std::move(last)};
}

}  // namespace usufruct::terms
