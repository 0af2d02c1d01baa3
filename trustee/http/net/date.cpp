#include "trustee/http/net/date.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>

namespace usufruct::http {

const std::string& DateLine::line(Time now) {
  const std::int64_t second = now.ms / 1000;
  if (second == second_) return line_;
  second_ = second;
  static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed",
                                                        "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds moment{std::chrono::seconds(second)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  line_ = fmt::format("date: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n",
                      days[std::chrono::weekday(day).c_encoding()], unsigned(date.day()),
                      months[unsigned(date.month()) - 1], int(date.year()), time.hours().count(),
                      time.minutes().count(), time.seconds().count());
  return line_;
}

}  // namespace usufruct::http
