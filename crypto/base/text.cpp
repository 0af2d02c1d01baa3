#include "crypto/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace usufruct {
namespace {

/// Eight bytes at once: most texts are ASCII with no control character, and seen to be so quickly.
std::uint64_t load(std::string_view text) {
  std::uint64_t bytes;
  std::memcpy(&bytes, text.data(), sizeof bytes);
  return bytes;
}
constexpr std::uint64_t each(std::uint8_t byte) { return 0x0101'0101'0101'0101U * byte; }
/// Whether one of eight bytes is below 0x20 or is 0x7f. A byte b is below n <= 0x80 when b - n
/// borrows into its highest bit and b has it not set.
bool may_have_control(std::uint64_t bytes) {
  const std::uint64_t del = bytes ^ each(0x7f);
  return ((((bytes - each(0x20)) & ~bytes) | ((del - each(1)) & ~del)) & each(0x80)) != 0;
}

/// Length of the well-formed UTF-8 sequence at the start of a non-empty text; 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto trails = [&](std::size_t count) {
    if (text.size() <= count) return false;
    for (std::size_t i = 1; i <= count; ++i) {
      if ((byte(i) & 0xc0U) != 0x80U) return false;
    }
    return true;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return trails(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!trails(2)) return 0;
    if (first == 0xe0 && byte(1) < 0xa0) return 0;
    if (first == 0xed && byte(1) > 0x9f) return 0;
    return 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!trails(3)) return 0;
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    if (first == 0xf4 && byte(1) > 0x8f) return 0;
    return 4;
  }
  return 0;
}

/// Edits from one word to another: a letter more, less or changed, or two neighbours exchanged
/// (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    while (text.size() >= sizeof(std::uint64_t) && (load(text) & each(0x80)) == 0) {
      text.remove_prefix(sizeof(std::uint64_t));
    }
    if (text.empty()) return true;
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool has_control(std::string_view text) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7f;
  };
  while (text.size() >= sizeof(std::uint64_t)) {
    const std::string_view eight = text.substr(0, sizeof(std::uint64_t));
    if (may_have_control(load(eight)) && std::ranges::any_of(eight, is_control)) return true;
    text.remove_prefix(eight.size());
  }
  return std::ranges::any_of(text, is_control);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Result<std::uint64_t> parse_decimal(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return malformed(fmt::format("'{}' is not a whole number: {}", printable(text, 40), why));
  };
  if (text.empty()) return bad("it is empty");
  if (text.size() > 1 && text[0] == '0') return bad("it starts with 0");
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return bad("it has something other than digits");
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return bad("it is too large");
    value = value * 10 + digit;
  }
  return value;
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.size() > 64) return std::nullopt;
  const std::string wanted = to_lower_ascii(word);
  std::size_t best = std::max<std::size_t>(1, (word.size() + 1) / 3) + 1;
  std::optional<std::string> found;
  for (const auto& candidate : candidates) {
    if (candidate.size() > 128) continue;
    const std::size_t d = distance(wanted, to_lower_ascii(candidate));
    if (d < best) {
      best = d;
      found = candidate;
    }
  }
  return found;
}

std::string printable(std::string_view text, std::size_t size_max) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= size_max) return out + "…";
    const std::size_t length = sequence_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace usufruct
