#include "trustee/anonymise/measure/pseudonym_read.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct::anonymise::measuring {

namespace {

/// 128 bits in 26 digits of 5: the last has two bits of zero.
bool is_pseudonym(std::string_view text) {
  if (text.size() != 26) return false;
  if (text.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") != std::string_view::npos)
    return false;
  return std::string_view("aeimquy4").find(text.back()) != std::string_view::npos;
}

}  // namespace

Result<void> PseudonymsRead::add(std::string_view text) {
  if (!is_pseudonym(text))
    return unverified(fmt::format("row {} of the release has no pseudonym where one should be",
                                  texts_.size() + 1),
                      "do not use the release: its pseudonyms may be names");
  std::ranges::copy(text, texts_.emplace_back().begin());
  return {};
}

Result<void> PseudonymsRead::check(const PseudonymColumn& column) {
  std::ranges::sort(texts_);
  if (std::ranges::adjacent_find(texts_) != texts_.end())
    return unverified(
        fmt::format("a pseudonym of column '{}' is in two rows", printable(column.column)),
        "do not use the release: it puts the rows of one person together");
  for (const std::string& value : column.input_values) {
    if (!is_pseudonym(value)) continue;
    std::array<char, 26> text{};
    std::ranges::copy(value, text.begin());
    if (std::ranges::binary_search(texts_, text))
      return unverified(
          fmt::format("a value of column '{}' left as its own pseudonym", printable(column.column)),
          "do not use the release");
  }
  return {};
}

}  // namespace usufruct::anonymise::measuring
