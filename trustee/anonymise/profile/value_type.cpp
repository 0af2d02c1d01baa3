#include "trustee/anonymise/profile/value_type.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/recipe.h"
#include "trustee/anonymise/profile/free_text.h"

namespace usufruct::anonymise {

namespace {

constexpr double identifier_uniqueness = 0.95;
constexpr std::uint64_t identifier_rows_min = 10;
constexpr std::uint64_t category_count_max = 50;
constexpr std::uint64_t category_rows_min = 2;  ///< a value, on average

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// `9` stands for a digit, `A` for a capital, anything else for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::ranges::equal(text, shape, [](char c, char wanted) {
    if (wanted == '9') return is_digit(c);
    if (wanted == 'A') return is_capital(c);
    return c == wanted;
  });
}

template <class Fits>
bool are(std::span<const ValueCount> values, const Fits& fits) {
  std::size_t count = 0;
  std::size_t fit = 0;
  for (const ValueCount& each : values) {
    if (each.value.empty()) continue;
    ++count;
    if (fits(each.value)) ++fit;
  }
  return fit > 0 && 2 * fit > count && count - fit <= std::max<std::size_t>(1, count / 20);
}

bool are_boolean(std::span<const ValueCount> values) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> pairs{{
      {"0", "1"},
      {"f", "t"},
      {"false", "true"},
      {"n", "y"},
      {"no", "yes"},
      {"non", "oui"},
      {"n", "o"},
      {"faux", "vrai"},
      {"ja", "nein"},
      {"no", "si"},
      {"no", "s\xc3\xad"},
      {"falso", "verdadero"},
      {"nee", "ja"},
  }};
  std::vector<std::string> words;
  for (const ValueCount& each : values)
    if (!each.value.empty()) words.push_back(to_lower_ascii(each.value));
  if (words.size() != 2) return false;
  return std::ranges::any_of(pairs, [&](const auto& pair) {
    return (words[0] == pair.first && words[1] == pair.second) ||
           (words[1] == pair.first && words[0] == pair.second);
  });
}

/// Whole numbers that count rows: nearly as many as from the lowest to the highest.
bool are_running(std::span<const ValueCount> values) {
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  std::int64_t count = 0;
  for (const ValueCount& each : values) {
    const auto number = parse_number(each.value);
    if (!number || number->decimals != 0) continue;
    lowest = count == 0 ? number->units : std::min(lowest, number->units);
    highest = count == 0 ? number->units : std::max(highest, number->units);
    ++count;
  }
  return count > 0 && highest - lowest < 2 * count;
}

ValueType type_of_numbers(std::span<const ValueCount> values, bool is_unique, bool is_sample) {
  const bool are_whole = std::ranges::all_of(values, [](const ValueCount& each) {
    const auto number = read_number(each.value);
    return !number || number->decimals == 0;
  });
  if (!are_whole) return ValueType::decimal;
  if (is_unique && !is_sample && are_running(values)) return ValueType::identifier;
  return ValueType::whole_number;
}

ValueType type_of_dates(std::span<const ValueCount> values, std::optional<DayOrder> written) {
  const bool has_time = std::ranges::any_of(values, [&](const ValueCount& each) {
    const auto date = parse_date(each.value, written);
    return date && date->has_time;
  });
  return has_time ? ValueType::timestamp : ValueType::date;
}

bool are_zip_codes(std::span<const ValueCount> values) {
  const bool has_zero = std::ranges::any_of(
      values, [](const ValueCount& each) { return each.value.starts_with('0'); });
  return has_zero && are(values, [](const std::string& text) {
           return has_shape(text, "99999") || has_shape(text, "9999");
         });
}

}  // namespace

std::string_view name_of(ValueType type) {
  switch (type) {
    case ValueType::none:
      return "none";
    case ValueType::whole_number:
      return "whole_number";
    case ValueType::decimal:
      return "decimal";
    case ValueType::date:
      return "date";
    case ValueType::timestamp:
      return "timestamp";
    case ValueType::boolean:
      return "boolean";
    case ValueType::postcode:
      return "postcode";
    case ValueType::email:
      return "email";
    case ValueType::phone:
      return "phone";
    case ValueType::url:
      return "url";
    case ValueType::identifier:
      return "identifier";
    case ValueType::free_text:
      return "free_text";
    case ValueType::category:
      return "category";
    case ValueType::text:
      return "text";
  }
  return "";
}

bool is_email(std::string_view text) {
  constexpr std::size_t email_bytes_max = 254;
  const std::size_t at = text.find('@');
  if (text.size() > email_bytes_max || at == std::string_view::npos || at == 0) return false;
  const std::string_view host = text.substr(at + 1);
  const std::size_t dot = host.rfind('.');
  return text.find_first_of(" \t\r\n,;<>") == std::string_view::npos &&
         host.find('@') == std::string_view::npos && dot != std::string_view::npos && dot > 0 &&
         host.size() - dot > 2;
}

bool is_url(std::string_view text) {
  const std::string start = to_lower_ascii(text.substr(0, 8));
  return (start.starts_with("http://") || start.starts_with("https://") ||
          start.starts_with("www.") || start.starts_with("ftp://")) &&
         text.find(' ') == std::string_view::npos;
}

bool is_phone(std::string_view text) {
  constexpr std::size_t digits_min = 7;
  constexpr std::size_t digits_max = 15;
  constexpr std::size_t separated_digits_min = 9;
  std::size_t digits = 0;
  std::size_t marks = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c))
      ++digits;
    else if (std::string_view(" -./()").find(c) != std::string_view::npos)
      ++marks;
    else if (c != '+' || i != 0)
      return false;
  }
  if (digits < digits_min || digits > digits_max || marks > digits) return false;
  if (text.front() == '+' || text.front() == '(') return true;
  const bool has_zero = text.front() == '0' && (digits >= separated_digits_min || marks > 0);
  // One point is a decimal.
  const bool is_decimal = marks == 1 && text.find('.') != std::string_view::npos;
  return !is_decimal && (has_zero || (marks >= 2 && digits >= separated_digits_min));
}

bool is_postcode(std::string_view text) {
  constexpr std::array<std::string_view, 16> shapes{
      "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "A99AA",   "A999AA",
      "AA99AA", "AA999AA", "A9A9AA",  "AA9A9AA",  "A9A 9A9", "A9A9A9",   "9999 AA", "99999-9999",
  };
  return std::ranges::any_of(shapes, [&](auto shape) { return has_shape(text, shape); });
}

ValueType type_of(std::span<const ValueCount> values, std::uint64_t rows, std::uint64_t distinct) {
  const bool has_text =
      std::ranges::any_of(values, [](const ValueCount& each) { return !each.value.empty(); });
  if (!has_text) return ValueType::none;
  const bool is_unique =
      rows >= identifier_rows_min &&
      static_cast<double>(distinct) >= identifier_uniqueness * static_cast<double>(rows);
  if (are_boolean(values)) return ValueType::boolean;
  if (are(values, is_email)) return ValueType::email;
  if (are(values, is_url)) return ValueType::url;
  if (are(values, is_postcode) || are_zip_codes(values)) return ValueType::postcode;
  const Recipe recipe = choose_recipe(values);
  if (recipe.by == Method::dates) return type_of_dates(values, recipe.written);
  if (are(values, is_phone)) return ValueType::phone;
  if (are(values, [](const auto& text) { return read_number(text).has_value(); }))
    return type_of_numbers(values, is_unique, values.size() < distinct);
  if (looks_like_free_text(values)) return ValueType::free_text;
  const bool has_spaces =
      !are(values, [](const std::string& text) { return text.find(' ') == std::string::npos; });
  if (is_unique && !has_spaces) return ValueType::identifier;
  if (distinct <= category_count_max && category_rows_min * distinct <= rows)
    return ValueType::category;
  return ValueType::text;
}

}  // namespace usufruct::anonymise
