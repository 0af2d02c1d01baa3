#include "trustee/anonymise/profile/free_text.h"

#include <cstdint>

namespace usufruct::anonymise {

namespace {

constexpr std::size_t sentence_characters_min = 20;
constexpr std::size_t sentence_words_min = 4;
constexpr std::size_t long_bytes = 100;
constexpr std::uint64_t sentence_share_inverse = 20;  ///< one row in twenty
constexpr std::size_t characters_a_word = 3;          ///< where no spaces are written

/// Of what stands in a text.
struct Words {
  std::size_t characters = 0;
  std::size_t spaced = 0;    ///< words with a letter in them
  std::size_t unspaced = 0;  ///< characters of scripts without spaces
};

/// Thai to Tibetan and Burmese, Khmer, and from CJK to the compatibility ideographs but Hangul.
bool is_unspaced(std::uint32_t c) {
  return (c >= 0x0E00 && c <= 0x109F) || (c >= 0x1780 && c <= 0x17FF) ||
         (c >= 0x3040 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

/// The next character; the text is UTF-8, and a byte that is none counts as one.
std::uint32_t take_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(at++);
  if (lead < 0xC0) return lead;
  std::uint32_t c = lead & (lead < 0xE0 ? 0x1FU : lead < 0xF0 ? 0x0FU : 0x07U);
  while (at < text.size() && (byte(at) & 0xC0) == 0x80) c = (c << 6) | (byte(at++) & 0x3FU);
  return c;
}

bool is_letter(std::uint32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

Words words_of(std::string_view text) {
  Words words;
  bool has_letter = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t c = take_character(text, at);
    ++words.characters;
    if (is_unspaced(c)) {
      ++words.unspaced;
    } else if (c <= ' ' || c == 0xA0) {
      words.spaced += has_letter ? 1 : 0;
      has_letter = false;
    } else {
      has_letter = has_letter || is_letter(c);
    }
  }
  words.spaced += has_letter ? 1 : 0;
  return words;
}

}  // namespace

bool is_sentence(std::string_view text) {
  if (text.size() > long_bytes) return true;
  const Words words = words_of(text);
  if (words.characters + words.unspaced < sentence_characters_min) return false;
  return words.spaced + words.unspaced / characters_a_word >= sentence_words_min;
}

bool looks_like_free_text(std::span<const ValueCount> values) {
  std::uint64_t rows = 0;
  std::uint64_t sentence_rows = 0;
  std::uint64_t sentences = 0;
  for (const ValueCount& each : values) {
    if (each.value.empty()) continue;
    rows += each.count;
    if (!is_sentence(each.value)) continue;
    sentence_rows += each.count;
    ++sentences;
  }
  return sentences > 0 && sentence_share_inverse * sentence_rows >= rows &&
         2 * sentences > sentence_rows;
}

void FreeTextWatch::add_sentence(std::string_view cell) {
  ++sentence_rows_;
  sentences_.add(cell, 1);
}

void FreeTextWatch::merge(const FreeTextWatch& other) {
  rows_ += other.rows_;
  sentence_rows_ += other.sentence_rows_;
  sentences_.merge(other.sentences_);
}

bool FreeTextWatch::is_free_text() const {
  const double sentences = static_cast<double>(sentences_.size()) * sentences_.values_a_sampled();
  return sentence_rows_ > 0 && sentence_share_inverse * sentence_rows_ >= rows_ &&
         2 * sentences > static_cast<double>(sentence_rows_);
}

}  // namespace usufruct::anonymise
