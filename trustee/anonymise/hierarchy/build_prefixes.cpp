#include <fmt/format.h>

#include <algorithm>

#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t level_count_max = 16;  ///< of chosen lengths

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

/// The first `count` characters; the whole text when it has no more.
std::string_view front_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if (begins_character(text[at]) && count-- == 0) break;
  return text.substr(0, at);
}

/// A text shorter than what is kept stays as it is until less is kept.
std::vector<std::size_t> starts_of(const std::vector<std::string>& texts, std::size_t kept) {
  return runs(texts.size(), [&](std::size_t i) { return front_of(texts[i], kept); });
}

/// Lengths that each merge at least a quarter of the groups left by the one before.
std::vector<std::size_t> chosen_lengths(const std::vector<std::string>& texts, std::size_t length) {
  std::vector<std::size_t> lengths;
  std::size_t groups = texts.size();
  for (std::size_t kept = length; kept-- > 1 && lengths.size() < level_count_max;) {
    const std::size_t left = starts_of(texts, kept).size();
    if (4 * left > 3 * groups || left == 1) continue;
    groups = left;
    lengths.push_back(kept);
  }
  return lengths;
}

Result<void> check_lengths(const std::vector<std::size_t>& lengths) {
  for (std::size_t i = 0; i < lengths.size(); ++i)
    if (lengths[i] == 0 || (i > 0 && lengths[i] >= lengths[i - 1]))
      return malformed(fmt::format("{} characters kept after {}", lengths[i],
                                   i == 0 ? "all" : std::to_string(lengths[i - 1])),
                       "say how many are kept from fine to coarse: 4, 3, 2");
  return {};
}

}  // namespace

Result<Hierarchy> build_prefixes(Values values, const Recipe& recipe) {
  CHECK_OK(check_lengths(recipe.kept));
  std::vector<std::string> alone;
  std::vector<std::string> texts;  // sorted by bytes, so that equal beginnings are neighbours
  std::size_t length = 0;
  for (const ValueCount& each : values) {
    (each.value.empty() ? alone : texts).push_back(each.value);
    length = std::max(length, length_of(each.value));
  }
  Ladder ladder(std::move(alone), texts);
  for (const std::size_t kept : recipe.kept.empty() ? chosen_lengths(texts, length) : recipe.kept)
    ladder.add(starts_of(texts, kept), [&](std::size_t first, std::size_t) {
      const std::string& text = texts[first];
      if (length_of(text) < kept) return text;
      return std::string(front_of(text, kept)) + std::string(length - std::min(kept, length), '*');
    });
  return std::move(ladder).finish();
}

}  // namespace usufruct::anonymise
