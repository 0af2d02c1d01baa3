#include "crypto/base/time.h"

#include <fmt/format.h>

#include <chrono>

namespace usufruct {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

/// Exactly `count` decimal digits at `at`, which moves past them.
Result<int> digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (text.size() < at + count) return malformed("too short");
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return malformed("a digit is missing");
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

Result<void> expect(std::string_view text, std::size_t& at, char wanted) {
  if (at >= text.size() || text[at] != wanted) {
    return malformed(fmt::format("'{}' is missing", wanted));
  }
  ++at;
  return {};
}

/// The offset at the end of an RFC 3339 time, in seconds east of UTC.
Result<std::int64_t> offset_seconds(std::string_view text, std::size_t& at) {
  if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
    ++at;
    return 0;
  }
  if (at >= text.size() || (text[at] != '+' && text[at] != '-')) {
    return malformed("the offset is missing: end with Z");
  }
  const int sign = text[at++] == '-' ? -1 : 1;
  const int hours = TRY(digits(text, at, 2));
  CHECK_OK(expect(text, at, ':'));
  const int minutes = TRY(digits(text, at, 2));
  if (hours > 23 || minutes > 59) return malformed("the offset is out of range");
  return sign * (hours * 3600 + minutes * 60);
}

Result<Time> parse(std::string_view text) {
  std::size_t at = 0;
  const int y = TRY(digits(text, at, 4));
  CHECK_OK(expect(text, at, '-'));
  const int m = TRY(digits(text, at, 2));
  CHECK_OK(expect(text, at, '-'));
  const int d = TRY(digits(text, at, 2));
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                            day{static_cast<unsigned>(d)}};
  if (!date.ok()) return malformed("no such day");
  const std::int64_t days = sys_days{date}.time_since_epoch().count();
  if (at == text.size()) return Time{days * 86'400'000};
  if (text[at] != 'T' && text[at] != 't' && text[at] != ' ') return malformed("'T' is missing");
  ++at;
  const int hours = TRY(digits(text, at, 2));
  CHECK_OK(expect(text, at, ':'));
  const int minutes = TRY(digits(text, at, 2));
  CHECK_OK(expect(text, at, ':'));
  const int seconds = TRY(digits(text, at, 2));
  if (hours > 23 || minutes > 59 || seconds > 59) return malformed("no such time of day");
  int ms = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    int scale = 100;
    const std::size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      ms += (text[at] - '0') * scale;
      scale /= 10;
    }
    if (at == first) return malformed("digits after the point are missing");
  }
  const std::int64_t offset = TRY(offset_seconds(text, at));
  if (at != text.size()) return malformed("something follows the time");
  return Time{days * 86'400'000 + (hours * 3600 + minutes * 60 + seconds - offset) * 1000 + ms};
}

}  // namespace

std::string print_time(Time time) {
  const auto floor_div = [](std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  const std::int64_t days = floor_div(time.ms, 86'400'000);
  const std::int64_t ms_of_day = time.ms - days * 86'400'000;
  const year_month_day date{sys_days{std::chrono::days{days}}};
  std::string out =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  ms_of_day / 3'600'000, ms_of_day / 60'000 % 60, ms_of_day / 1000 % 60);
  if (ms_of_day % 1000 != 0) out += fmt::format(".{:03}", ms_of_day % 1000);
  return out + "Z";
}

Result<Time> parse_time(std::string_view text) {
  auto time = parse(text);
  if (time) return time;
  return malformed(fmt::format("'{}' is not a time: {}", text.substr(0, 40), time.error().message),
                   "write it as 2026-11-23T20:15:00Z, or 2026-11-23 for midnight UTC");
}

Time SystemClock::now() const {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

}  // namespace usufruct
