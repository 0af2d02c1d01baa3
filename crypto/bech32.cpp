#include "crypto/bech32.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "crypto/secret.h"

namespace usufruct {
namespace {

constexpr std::string_view bech32_digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_digits = 6;

/// The checksum's shift register over the generator of BIP 173.
std::uint32_t feed(std::uint32_t state, std::uint32_t digit) {
  constexpr std::array<std::uint32_t, 5> generator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                      0x3d4233dd, 0x2a1462b3};
  const std::uint32_t top = state >> 25;
  state = (state & 0x1ffffff) << 5 ^ digit;
  for (unsigned i = 0; i < generator.size(); ++i) {
    if ((top >> i & 1U) != 0) state ^= generator[i];
  }
  return state;
}

std::uint32_t feed_prefix(std::string_view prefix) {
  std::uint32_t state = 1;
  for (const char c : prefix) state = feed(state, static_cast<unsigned char>(c) >> 5);
  state = feed(state, 0);
  for (const char c : prefix) state = feed(state, static_cast<unsigned char>(c) & 31U);
  return state;
}

/// Regroups 5-bit digits into bytes; the bits left over must be fewer than 5 and zero.
std::optional<Bytes> regroup(View fives) {
  Bytes out;
  out.reserve(fives.size() * 5 / 8);
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const auto five : fives) {
    pending = pending << 5 | five;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(pending >> bits));
      pending &= (1U << bits) - 1;
    }
  }
  if (bits >= 5 || pending != 0) {
    wipe(out);
    return std::nullopt;
  }
  return out;
}

}  // namespace

std::string to_bech32(std::string_view prefix, View bytes) {
  CHECK_THAT(!prefix.empty() && prefix == to_lower_ascii(prefix));
  std::uint32_t state = feed_prefix(prefix);
  std::string out;
  // Reserved at once: what is printed may be secret, and growing would leave copies behind.
  out.reserve(prefix.size() + 1 + bytes.size() * 8 / 5 + 1 + checksum_digits);
  out.append(prefix).append(1, '1');
  const auto put = [&](std::uint32_t five) {
    state = feed(state, five);
    out += bech32_digits[five];
  };
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const auto byte : bytes) {
    pending = pending << 8 | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) put(pending >> (bits - 5) & 31U);
    pending &= (1U << bits) - 1;
  }
  if (bits > 0) put(pending << (5 - bits) & 31U);
  for (std::size_t i = 0; i < checksum_digits; ++i) state = feed(state, 0);
  state ^= 1;
  for (unsigned i = 0; i < checksum_digits; ++i) out += bech32_digits[state >> (5 * (5 - i)) & 31U];
  return out;
}

Result<Bytes> parse_bech32(std::string_view prefix, std::string_view text) {
  if (text.size() > bech32_text_max) return malformed("bech32 text is too long");
  const auto has = [&](char low, char high) {
    return std::ranges::any_of(text, [&](char c) { return c >= low && c <= high; });
  };
  if (has('a', 'z') && has('A', 'Z')) return malformed("bech32 text mixes upper and lower case");
  const std::size_t one = text.rfind('1');
  if (one == std::string_view::npos || to_lower_ascii(text.substr(0, one)) != prefix) {
    return malformed(fmt::format("text does not start with '{}1'", prefix));
  }
  Bytes fives;
  fives.reserve(text.size());
  std::uint32_t state = feed_prefix(prefix);
  for (const char c : text.substr(one + 1)) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::size_t value = bech32_digits.find(lower);
    if (value == std::string_view::npos) {
      wipe(fives);
      return malformed("bech32 text has a character that does not belong");
    }
    fives.push_back(static_cast<std::uint8_t>(value));
    state = feed(state, fives.back());
  }
  if (fives.size() < checksum_digits || state != 1) {
    wipe(fives);
    return malformed("bech32 text with a wrong checksum", "check for a mistyped or lost character");
  }
  auto bytes = regroup(View(fives).first(fives.size() - checksum_digits));
  wipe(fives);
  if (!bytes) return malformed("bech32 text with non-zero padding");
  return *std::move(bytes);
}

}  // namespace usufruct
