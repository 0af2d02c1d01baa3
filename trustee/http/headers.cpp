#include "trustee/http/headers.h"

#include <algorithm>
#include <array>

#include "crypto/base/check.h"
#include "crypto/base/text.h"

namespace usufruct::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Which bytes a token may have (RFC 9110 §5.6.2).
constexpr std::array<bool, 256> token = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '!'; c < 127; ++c) table[c] = true;
  for (const char c : std::string_view("\"(),/:;<=>?@[\\]{}")) {
    table[static_cast<unsigned char>(c)] = false;
  }
  return table;
}();

struct Field {
  std::string_view name;
  std::string_view value;
};

/// Takes one field off the front.
Field take(std::string_view& text) {
  const auto colon = text.find(':');
  const auto end = text.find("\r\n", colon);
  const Field field{text.substr(0, colon), text.substr(colon + 2, end - colon - 2)};
  text.remove_prefix(end + 2);
  return field;
}

bool is_refused(std::string_view parameters) {
  const auto q = parameters.find("q=0");
  return q != std::string_view::npos &&
         parameters.find_first_not_of("0. ", q + 2) == std::string_view::npos;
}

bool lists_item(std::string_view value, std::string_view wanted) {
  for (const auto item : split(value, ',')) {
    const auto semicolon = item.find(';');
    if (!equal_without_case(trim(item.substr(0, semicolon)), wanted)) continue;
    return semicolon == std::string_view::npos || !is_refused(item.substr(semicolon));
  }
  return false;
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return token[static_cast<unsigned char>(c)]; });
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 127; });
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

void Headers::add(std::string_view name, std::string_view value) {
  CHECK_THAT(is_token(name) && is_field_value(value));
  text_.append(name).append(": ").append(value).append("\r\n");
  ++size_;
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (std::string_view rest = text_; !rest.empty();) {
    const auto field = take(rest);
    if (equal_without_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  std::size_t count = 0;
  for (std::string_view rest = text_; !rest.empty();) {
    if (equal_without_case(take(rest).name, name)) ++count;
  }
  return count;
}

bool Headers::lists(std::string_view name, std::string_view wanted) const {
  for (std::string_view rest = text_; !rest.empty();) {
    const auto field = take(rest);
    if (equal_without_case(field.name, name) && lists_item(field.value, wanted)) return true;
  }
  return false;
}

}  // namespace usufruct::http
