#include <algorithm>
#include <string_view>

#include "crypto/base/check.h"
#include "trustee/anonymise/hierarchy/builders.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t ordinal_count_max = 12;  ///< up to here numbers are grouped by rank
constexpr std::size_t flat_count_max = 3;      ///< up to here texts are not grouped at all
constexpr double row_share_max = 0.4;          ///< of one interval, else quantiles
constexpr double even_share_times_max = 3;     ///< and more than so many times its even share

/// Whether a kind that `fits` so many of the non-empty values is the column's: all but one, or all
/// but one in twenty.
bool is_kind(std::size_t fits, std::size_t values) {
  return fits > 0 && 2 * fits > values && values - fits <= std::max<std::size_t>(1, values / 20);
}

template <class Fits>
bool are(Values values, const Fits& fits) {
  std::size_t count = 0;
  std::size_t fit = 0;
  for (const ValueCount& each : values) {
    if (each.value.empty()) continue;
    ++count;
    if (fits(each.value)) ++fit;
  }
  return is_kind(fit, count);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// `SW1A 1AA`, `E11.9`, `2A004`, `02139`: capitals and digits, at least one digit, at most three
/// capitals in a row.
bool is_code(std::string_view text) {
  constexpr std::size_t code_bytes_max = 12;
  constexpr int capitals_max = 3;
  if (text.size() < 2 || text.size() > code_bytes_max) return false;
  bool has_digit = false;
  int capitals = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_mark =
        i > 0 && i + 1 < text.size() && (text[i] == ' ' || text[i] == '-' || text[i] == '.');
    if (!is_digit(text[i]) && !is_capital(text[i]) && !is_mark) return false;
    has_digit = has_digit || is_digit(text[i]);
    capitals = is_capital(text[i]) ? capitals + 1 : 0;
    if (capitals > capitals_max) return false;
  }
  return has_digit;
}

/// Codes of one length of which some begin with a zero, or codes with letters in them.
bool are_codes(Values values) {
  if (!are(values, [](const std::string& text) { return is_code(text); })) return false;
  const auto has_letter = [](const std::string& text) {
    return is_code(text) && std::ranges::any_of(text, is_capital) && !read_number(text);
  };
  if (are(values, has_letter)) return true;
  bool has_zero = false;
  std::size_t length = 0;
  for (const ValueCount& each : values) {
    if (!is_code(each.value)) continue;
    if (length != 0 && each.value.size() != length) return false;
    length = each.value.size();
    has_zero = has_zero || (each.value.front() == '0' && is_digit(each.value[1]));
  }
  return has_zero;
}

std::optional<DayOrder> order_of_days(Values values) {
  // 13/04 can only be a day first, 04/13 only a month first; where both or neither is seen, it
  // cannot be told.
  const auto fit = [&](DayOrder order) {
    return are(values, [&](const auto& text) { return parse_date(text, order).has_value(); });
  };
  const bool day_first = fit(DayOrder::day_first);
  const bool month_first = fit(DayOrder::month_first);
  if (day_first == month_first) return std::nullopt;
  return day_first ? DayOrder::day_first : DayOrder::month_first;
}

bool is_skewed(const Numbers& numbers) {
  const auto widths = chosen_widths(numbers);
  if (widths.empty()) return false;
  std::uint64_t rows = 0;
  std::uint64_t most = 0;
  std::uint64_t of_interval = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const bool is_next = i == 0 || floor_to(numbers.units(i), widths.front()) !=
                                       floor_to(numbers.units(i - 1), widths.front());
    if (is_next) of_interval = 0;
    of_interval += numbers.values.read[i].value->count;
    rows += numbers.values.read[i].value->count;
    most = std::max(most, of_interval);
  }
  const std::int64_t range = numbers.units(numbers.size() - 1) - numbers.units(0);
  const double intervals = static_cast<double>(range / widths.front() + 1);
  return static_cast<double>(most) >
         static_cast<double>(rows) * std::max(row_share_max, even_share_times_max / intervals);
}

Recipe recipe_for_numbers(Values values) {
  const auto numbers = read_numbers(values);
  CHECK_THAT(numbers.has_value());
  if (numbers->size() <= ordinal_count_max) return {.by = Method::order};
  return {.by = is_skewed(*numbers) ? Method::quantiles : Method::intervals};
}

}  // namespace

Recipe choose_recipe(std::span<const ValueCount> values) {
  const auto written = order_of_days(values);
  if (are(values, [&](const auto& text) { return parse_date(text, written).has_value(); }))
    return {.by = Method::dates, .written = written};
  if (are_codes(values)) return {.by = Method::prefixes};
  if (are(values, [](const auto& text) { return read_number(text).has_value(); }))
    return recipe_for_numbers(values);
  return {.by = values.size() <= flat_count_max ? Method::flat : Method::frequency};
}

}  // namespace usufruct::anonymise
