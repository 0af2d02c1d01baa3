#include "trustee/terms/language.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/ascii.h"
#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

constexpr std::size_t tag_bytes_max = 35;
constexpr std::size_t subtag_bytes_max = 8;

}  // namespace

bool is_language_tag(std::string_view text) {
  if (text.size() > tag_bytes_max) return false;
  bool first = true;
  for (const auto subtag : split(text, '-')) {
    if (subtag.empty() || subtag.size() > subtag_bytes_max || (first && subtag.size() < 2)) {
      return false;
    }
    const bool fits = std::ranges::all_of(
        subtag, [first](char c) { return is_ascii_letter(c) || (!first && is_ascii_digit(c)); });
    if (!fits) return false;
    first = false;
  }
  return true;
}

Result<Language> Language::parse(std::string_view tag) {
  if (is_language_tag(tag)) return Language(to_lower_ascii(tag));
  return malformed(fmt::format("'{}' is no language tag", printable(tag, 60)),
                   "write BCP 47, as 'en' or 'zh-Hans'");
}

Language Language::broader() const {
  const auto end = tag_.rfind('-');
  return end == std::string::npos ? *this : Language(tag_.substr(0, end));
}

}  // namespace usufruct::terms
