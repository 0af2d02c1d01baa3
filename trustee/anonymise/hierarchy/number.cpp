#include "trustee/anonymise/hierarchy/number.h"

#include <fmt/format.h>

#include <algorithm>

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

namespace {

/// The digits of a number without their sign, and the power of ten of the last.
struct Digits {
  std::int64_t units = 0;
  int exponent = 0;
  bool was_cut = false;
};

void take_digit(Digits& digits, char digit, bool is_after_point) {
  if (digits.units < units_max / 100) {
    digits.units = digits.units * 10 + (digit - '0');
    if (is_after_point) --digits.exponent;
    return;
  }
  if (digit != '0') digits.was_cut = true;
  if (!is_after_point) ++digits.exponent;
}

std::optional<int> parse_exponent(std::string_view text) {
  constexpr std::size_t exponent_digits_max = 3;
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > exponent_digits_max) return std::nullopt;
  int exponent = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    exponent = exponent * 10 + (digit - '0');
  }
  return is_negative ? -exponent : exponent;
}

std::optional<Digits> parse_digits(std::string_view text) {
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, e);
  if (mantissa.size() > 1 && mantissa[0] == '0' && mantissa[1] != '.') return std::nullopt;
  Digits digits;
  bool has_digit = false;
  bool is_after_point = false;
  for (const char c : mantissa) {
    if (c == '.' && !is_after_point) {
      is_after_point = true;
    } else if (c >= '0' && c <= '9') {
      has_digit = true;
      take_digit(digits, c, is_after_point);
    } else {
      return std::nullopt;
    }
  }
  if (!has_digit || mantissa.ends_with('.')) return std::nullopt;
  if (e == text.size()) return digits;
  const auto exponent = parse_exponent(text.substr(e + 1));
  if (!exponent) return std::nullopt;
  digits.exponent += *exponent;
  return digits;
}

std::int64_t divide_down(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

std::optional<Number> read_number(std::string_view text) {
  if (const auto plain = parse_number(text)) return plain;
  constexpr int decimals_max = 15;
  constexpr std::size_t text_bytes_max = 100;
  if (text.size() > text_bytes_max) return std::nullopt;
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  auto digits = parse_digits(text);
  if (!digits) return std::nullopt;
  std::int64_t units = is_negative ? -digits->units : digits->units;
  if (is_negative && digits->was_cut) --units;
  for (; digits->exponent > 0 && units != 0; --digits->exponent) {
    units *= 10;
    if (units >= units_max || units <= -units_max) return std::nullopt;
  }
  if (units == 0) return Number{};
  while (digits->exponent < -decimals_max) {
    units = divide_down(units, 10);
    ++digits->exponent;
  }
  return Number{units, -digits->exponent};
}

Number scale_down_to(Number number, int decimals) {
  for (; number.decimals > decimals; --number.decimals)
    number.units = divide_down(number.units, 10);
  while (number.decimals < decimals && number.units < units_max / 10 &&
         number.units > -units_max / 10) {
    number.units *= 10;
    ++number.decimals;
  }
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
