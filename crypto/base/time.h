#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct {

/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Time {
  std::int64_t ms = 0;

  auto operator<=>(const Time&) const = default;
  /// Stops at the ends of what can be told: a time may come from a hostile file.
  Time plus_ms(std::int64_t more) const {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(ms, more, &sum)) return {sum};
    return {more < 0 ? INT64_MIN : INT64_MAX};
  }
  Time plus_seconds(std::int64_t seconds) const { return plus_units(seconds, 1000); }
  Time plus_days(std::int64_t days) const { return plus_units(days, 86'400'000); }

 private:
  Time plus_units(std::int64_t count, std::int64_t unit_ms) const {
    std::int64_t more = 0;
    if (__builtin_mul_overflow(count, unit_ms, &more)) more = count < 0 ? INT64_MIN : INT64_MAX;
    return plus_ms(more);
  }
};

/// RFC 3339 in UTC: `2026-11-23T20:15:00Z`, with `.123` only when the milliseconds are not zero.
std::string print_time(Time time);
/// Takes what print_time() prints, any offset, and a bare date `2026-11-23` (midnight UTC).
Result<Time> parse_time(std::string_view text);

/// Where the time comes from. Safe to share between threads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  Time now() const override;
};

/// A clock that stands still until told otherwise: for tests and for replay. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void advance_ms(std::int64_t ms) { now_.ms += ms; }

 private:
  Time now_;
};

}  // namespace usufruct
