#include "trustee/terms/money.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

constexpr std::size_t digits_max = 15;
constexpr std::array<std::string_view, 16> without_minor = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
    "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 7> with_three = {"BHD", "IQD", "JOD", "KWD",
                                                        "LYD", "OMR", "TND"};

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

int minor_digits(std::string_view currency) {
  if (std::ranges::find(without_minor, currency) != without_minor.end()) return 0;
  return std::ranges::find(with_three, currency) != with_three.end() ? 3 : 2;
}

Result<std::int64_t> parse_amount(std::string_view text, std::string_view currency) {
  const auto digits = static_cast<std::size_t>(minor_digits(currency));
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto part = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() || whole.size() + digits > digits_max || !is_digits(whole) ||
      !is_digits(part) || part.size() > digits ||
      (point != std::string_view::npos && part.empty())) {
    return malformed(fmt::format("'{}' is no amount of {}", printable(text), printable(currency)),
                     fmt::format("write a number with at most {} digits after the point", digits));
  }
  std::int64_t value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  for (std::size_t i = 0; i < digits; ++i)
    value = value * 10 + (i < part.size() ? part[i] - '0' : 0);
  return value;
}

std::string print_amount(std::int64_t minor_units, std::string_view currency) {
  const int digits = minor_digits(currency);
  if (digits == 0) return std::to_string(minor_units);
  const std::int64_t unit = digits == 3 ? 1000 : 100;
  // A record may hold what is no amount: its sign stands once, and before the rest.
  return fmt::format("{}{}.{:0{}}", minor_units < 0 ? "-" : "", std::abs(minor_units / unit),
                     std::abs(minor_units % unit), digits);
}

std::string print_price(std::int64_t minor_units, std::string_view currency) {
  return fmt::format("{} {}", currency, print_amount(minor_units, currency));
}

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace usufruct::terms
