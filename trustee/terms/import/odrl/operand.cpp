#include "trustee/terms/import/odrl/operand.h"

#include <algorithm>
#include <array>
#include <string>

#include "crypto/base/text.h"
#include "crypto/base/time.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::array<std::string_view, 12> operator_names = {
    "eq",  "neq",     "lt",       "lteq",    "gt",      "gteq",
    "isA", "hasPart", "isPartOf", "isAllOf", "isAnyOf", "isNoneOf"};
constexpr std::int64_t day_ms = 86'400'000;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return -floor_div(-a, b); }

std::size_t digits_at(std::string_view text) {
  const auto end = std::ranges::find_if(text, [](char c) { return c < '0' || c > '9'; });
  return static_cast<std::size_t>(end - text.begin());
}

/// What is left of intervals when what is below 0 or holds nothing is left out.
std::vector<Interval> kept(std::vector<Interval> intervals) {
  for (auto& one : intervals) one.low = std::max<std::int64_t>(one.low, 0);
  std::erase_if(intervals, [](const Interval& one) { return one.low >= one.high; });
  return intervals;
}

}  // namespace

std::optional<Operator> parse_operator(std::string_view word) {
  if (word.starts_with("odrl:")) word.remove_prefix(5);
  const auto found = std::ranges::find(operator_names, word);
  if (found == operator_names.end()) return std::nullopt;
  return static_cast<Operator>(found - operator_names.begin());
}

std::string_view name_of(Operator op) { return operator_names[static_cast<std::size_t>(op)]; }

std::optional<Operator> opposite(Operator op) {
  switch (op) {
    case Operator::eq:
      return Operator::neq;
    case Operator::neq:
      return Operator::eq;
    case Operator::lt:
      return Operator::gteq;
    case Operator::lteq:
      return Operator::gt;
    case Operator::gt:
      return Operator::lteq;
    case Operator::gteq:
      return Operator::lt;
    case Operator::is_a:
    case Operator::is_part_of:
    case Operator::is_any_of:
      return Operator::is_none_of;
    case Operator::is_none_of:
      return Operator::is_any_of;
    case Operator::has_part:
    case Operator::is_all_of:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::vector<Interval>> intervals_of(Operator op, const Range& range,
                                                  std::int64_t unit, Mode mode) {
  const bool takes_first = range.is_span || mode == Mode::narrow;
  // The end that is compared with: of a day "before" is before its start, "no later" until its end.
  const std::int64_t before = takes_first ? range.first : range.last;
  const std::int64_t until = range.is_span ? range.last : before;
  const std::int64_t after = takes_first ? range.last : range.first;
  const std::int64_t since = range.is_span ? range.first : after;
  const std::int64_t from = ceil_div(range.first, unit);
  const std::int64_t end = floor_div(range.last, unit) + 1;
  const bool is_known = range.is_exact() || mode == Mode::wide;
  using Some = std::vector<Interval>;
  constexpr std::int64_t open = Interval::open;
  switch (op) {
    case Operator::lt:
      return kept({{0, ceil_div(before, unit)}});
    case Operator::lteq:
      return kept({{0, floor_div(until, unit) + 1}});
    case Operator::gt:
      return kept({{floor_div(after, unit) + 1, open}});
    case Operator::gteq:
      return kept({{ceil_div(since, unit), open}});
    case Operator::eq:
      return is_known ? kept({{from, end}}) : Some{};
    case Operator::neq:
      if (!range.is_exact() && mode == Mode::wide) return Some{{0, open}};
      if (from >= end) return Some{{0, open}};
      return kept({{0, from}, {end, open}});
    case Operator::is_a:
    case Operator::has_part:
    case Operator::is_part_of:
    case Operator::is_all_of:
    case Operator::is_any_of:
    case Operator::is_none_of:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Moment> parse_moment(std::string_view text) {
  Moment moment;
  const auto t = text.find('T');
  std::string_view date = text.substr(0, std::min(t, std::size_t{10}));
  if (date.size() != 10 || !parse_time(date)) return std::nullopt;
  if (t == text.npos) {
    const std::string_view zone = text.substr(10);
    moment.is_local = zone.empty();
    const auto start = parse_time(std::string(date) + "T00:00:00" +
                                  (zone.empty() ? std::string("Z") : std::string(zone)));
    if (!start) return std::nullopt;
    moment.range = {start->ms, start->ms + day_ms - 1, true};
    return moment;
  }
  if (t != 10) return std::nullopt;
  std::string exact(text);
  bool is_finer = false;
  if (const auto point = exact.find('.'); point != exact.npos) {
    const std::size_t digits = digits_at(std::string_view(exact).substr(point + 1));
    if (digits > 3) {
      const auto rest = std::string_view(exact).substr(point + 4, digits - 3);
      is_finer = rest.find_first_not_of('0') != rest.npos;
      exact.erase(point + 4, digits - 3);
    }
  }
  const std::string_view clock = std::string_view(exact).substr(11);
  moment.is_local = clock.find_first_of("Z+-") == clock.npos;
  // Midnight at the end of a day is that at the start of the next.
  const bool is_end = clock.starts_with("24:00:00");
  if (is_end) exact.replace(11, 2, "00");
  if (moment.is_local) exact += 'Z';
  const auto time = parse_time(exact);
  if (!time || (is_end && (is_finer || time->ms % 1000 != 0))) return std::nullopt;
  const std::int64_t ms = time->ms + (is_end ? day_ms : 0);
  moment.range = {ms, ms + (is_finer ? 1 : 0), false};
  return moment;
}

std::optional<Range> parse_duration(std::string_view text) {
  struct Unit {
    char letter;
    bool is_time;
    std::int64_t least;
    std::int64_t most;
  };
  constexpr std::int64_t day = 86'400;
  constexpr std::array units = {Unit{'Y', false, 365 * day, 366 * day},
                                Unit{'M', false, 28 * day, 31 * day},
                                Unit{'W', false, 7 * day, 7 * day},
                                Unit{'D', false, day, day},
                                Unit{'H', true, 3600, 3600},
                                Unit{'M', true, 60, 60},
                                Unit{'S', true, 1, 1}};
  if (!text.starts_with('P')) return std::nullopt;
  text.remove_prefix(1);
  Range range;
  bool in_time = false;
  std::size_t next = 0;
  bool is_empty = true;
  while (!text.empty()) {
    if (text.front() == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
      continue;
    }
    const std::size_t digits = digits_at(text);
    if (digits == 0 || digits > 9 || digits == text.size()) return std::nullopt;
    std::int64_t count = 0;
    for (const char c : text.substr(0, digits)) count = count * 10 + (c - '0');
    text.remove_prefix(digits);
    // Parts of a second: no more is known than between which seconds.
    std::int64_t more = 0;
    if (text.front() == '.' && in_time) {
      const std::size_t parts = digits_at(text.substr(1));
      if (parts == 0 || parts > 18 || parts + 1 >= text.size() || text[parts + 1] != 'S') {
        return std::nullopt;
      }
      more = text.substr(1, parts).find_first_not_of('0') < parts ? 1 : 0;
      text.remove_prefix(parts + 1);
    }
    while (next < units.size() &&
           (units[next].letter != text.front() || units[next].is_time != in_time)) {
      ++next;
    }
    if (next == units.size()) return std::nullopt;
    range.first += count * units[next].least;
    range.last += count * units[next].most + more;
    ++next;
    is_empty = false;
    text.remove_prefix(1);
  }
  if (is_empty) return std::nullopt;
  return range;
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  if (const auto point = text.find('.'); point != text.npos) {
    const auto part = text.substr(point + 1);
    if (part.empty() || part.find_first_not_of('0') != part.npos) return std::nullopt;
    text = text.substr(0, point);
  }
  const std::size_t digits = digits_at(text);
  if (digits == 0 || digits != text.size() || digits > 15) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

}  // namespace usufruct::terms::odrl
