#include "trustee/anonymise/table/pseudonym.h"

#include <algorithm>

#include "crypto/hash.h"

namespace usufruct::anonymise {

namespace {

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";

}  // namespace

Pseudonym pseudonym_of(const Secret<32>& key, std::string_view value) {
  const Digest code = hmac_sha256(key.view(), as_view(value));
  Pseudonym pseudonym;
  std::copy_n(code.bytes.begin(), pseudonym.size(), pseudonym.begin());
  return pseudonym;
}

std::array<char, pseudonym_chars> print_pseudonym(const Pseudonym& pseudonym) {
  std::array<char, pseudonym_chars> text{};
  std::uint32_t bits = 0;
  unsigned count = 0;
  std::size_t at = 0;
  for (const std::uint8_t byte : pseudonym) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 5; count -= 5) text[at++] = alphabet[bits >> (count - 5) & 31U];
  }
  text[at] = alphabet[bits << (5 - count) & 31U];
  return text;
}

std::optional<Pseudonym> parse_pseudonym(std::string_view text) {
  if (text.size() != pseudonym_chars) return std::nullopt;
  Pseudonym pseudonym{};
  std::uint32_t bits = 0;
  unsigned count = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 5 | static_cast<std::uint32_t>(value);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    pseudonym[at++] = static_cast<std::uint8_t>(bits >> count);
  }
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return pseudonym;
}

}  // namespace usufruct::anonymise
