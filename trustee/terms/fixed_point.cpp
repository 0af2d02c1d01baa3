#include "trustee/terms/fixed_point.h"

#include <fmt/format.h>

#include <algorithm>

namespace usufruct::terms {
namespace {

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::uint64_t> parse_fixed_point(std::string_view text, unsigned digits) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto part = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() || whole.size() > whole_digits_max || !is_digits(whole)) return std::nullopt;
  if (!is_digits(part) || part.size() > digits) return std::nullopt;
  if (point != std::string_view::npos && part.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : whole) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  for (std::size_t i = 0; i < digits; ++i) {
    value = value * 10 + (i < part.size() ? static_cast<std::uint64_t>(part[i] - '0') : 0);
  }
  return value;
}

std::string print_fixed_point(std::uint64_t value, unsigned digits) {
  std::uint64_t unit = 1;
  for (unsigned i = 0; i < digits; ++i) unit *= 10;
  std::string text = std::to_string(value / unit);
  if (value % unit == 0) return text;
  text += fmt::format(".{:0{}}", value % unit, digits);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

}  // namespace usufruct::terms
