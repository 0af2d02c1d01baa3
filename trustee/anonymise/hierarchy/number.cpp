#include "trustee/anonymise/hierarchy/number.h"

#include <fmt/format.h>

namespace usufruct::anonymise {

namespace {

constexpr std::size_t digit_count_max = 15;
constexpr std::int64_t units_max = 100'000'000'000'000'000;  // leaves room to add a width

}  // namespace

std::optional<Number> parse_number(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part =
      point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && part.empty())) return std::nullopt;
  if (whole.size() > 1 && whole.front() == '0') return std::nullopt;
  if (whole.size() + part.size() > digit_count_max) return std::nullopt;
  Number number{0, static_cast<int>(part.size())};
  for (const std::string_view digits : {whole, part})
    for (const char digit : digits) {
      if (digit < '0' || digit > '9') return std::nullopt;
      number.units = number.units * 10 + (digit - '0');
    }
  if (is_negative) number.units = -number.units;
  return number;
}

std::optional<Number> scale_to(Number number, int decimals) {
  for (; number.decimals < decimals; ++number.decimals) {
    number.units *= 10;
    if (number.units >= units_max || number.units <= -units_max) return std::nullopt;
  }
  return number;
}

std::string print_number(Number number) {
  while (number.decimals > 0 && number.units % 10 == 0) {
    number.units /= 10;
    --number.decimals;
  }
  if (number.decimals == 0) return fmt::format("{}", number.units);
  std::int64_t unit = 1;
  for (int i = 0; i < number.decimals; ++i) unit *= 10;
  const std::int64_t size = number.units < 0 ? -number.units : number.units;
  return fmt::format("{}{}.{:0{}}", number.units < 0 ? "-" : "", size / unit, size % unit,
                     number.decimals);
}

}  // namespace usufruct::anonymise
