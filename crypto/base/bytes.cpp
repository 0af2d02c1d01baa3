#include "crypto/base/bytes.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/check.h"
#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int, 256> base64_values = [] {
  std::array<int, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < base64_digits.size(); ++i) {
    values[static_cast<unsigned char>(base64_digits[i])] = static_cast<int>(i);
  }
  return values;
}();

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

View as_view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
std::string_view as_text(View bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
Bytes to_bytes(View bytes) { return {bytes.begin(), bytes.end()}; }
Bytes to_bytes(std::string_view text) { return to_bytes(as_view(text)); }
void append(Bytes& to, View more) { to.insert(to.end(), more.begin(), more.end()); }
void append(Bytes& to, std::string_view more) { append(to, as_view(more)); }

void append_u16(Bytes& to, std::uint16_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}

void append_u64(Bytes& to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    to.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

std::uint16_t read_u16(View bytes) {
  CHECK_THAT(bytes.size() >= 2);
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

std::uint64_t read_u64(View bytes) {
  CHECK_THAT(bytes.size() >= 8);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | bytes[i];
  return value;
}

std::string to_hex(View bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 0x0f];
  }
  return out;
}

Result<Bytes> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return malformed("hexadecimal needs an even count of digits");
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) {
      return malformed(
          fmt::format("'{}' is not lower-case hexadecimal", printable(text.substr(i, 2))));
    }
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::string to_base64_unpadded(View bytes) {
  std::string out;
  out.reserve(bytes.size() * 4 / 3 + 4);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const auto byte : bytes) {
    pending = pending << 8 | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += base64_digits[pending >> bits & 0x3f];
    }
    pending &= (1U << bits) - 1;
  }
  if (bits > 0) out += base64_digits[pending << (6 - bits) & 0x3f];
  return out;
}

Result<Bytes> parse_base64_unpadded(std::string_view text) {
  if (text.size() % 4 == 1) return malformed("base64 of an impossible length");
  Bytes out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = base64_values[static_cast<unsigned char>(c)];
    if (value < 0) return malformed(fmt::format("'{}' is not base64", printable({&c, 1})));
    pending = pending << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(pending >> bits));
      pending &= (1U << bits) - 1;
    }
  }
  if (pending != 0) return malformed("base64 with non-zero trailing bits");
  return out;
}

std::string to_base64(View bytes) {
  std::string out = to_base64_unpadded(bytes);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

Result<Bytes> parse_base64(std::string_view text) {
  if (text.size() % 4 != 0) return malformed("base64 without its padding");
  const std::size_t end = text.find('=');
  const std::string_view digits = text.substr(0, end);
  const std::string_view padding = text.substr(digits.size());
  if (padding.size() > 2 || padding != std::string_view("==").substr(0, padding.size())) {
    return malformed("base64 with misplaced padding");
  }
  return parse_base64_unpadded(digits);
}

std::string to_hex(const Digest& digest) { return to_hex(digest.view()); }
std::string print_digest(const Digest& digest) { return "sha256:" + to_hex(digest); }

Result<Digest> parse_digest(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with("sha256:")) digits.remove_prefix(7);
  auto bytes = parse_hex(digits);
  if (!bytes || bytes->size() != Digest::size_bytes) {
    return malformed(fmt::format("'{}' is not a SHA-256 digest", printable(text, 80)),
                     "write 64 lower-case hexadecimal digits, with or without sha256: before them");
  }
  return digest_from(*bytes);
}

Result<Digest> digest_from(View bytes) {
  if (bytes.size() != Digest::size_bytes) {
    return malformed(fmt::format("a digest of {} bytes, not 32", bytes.size()));
  }
  Digest digest;
  std::ranges::copy(bytes, digest.bytes.begin());
  return digest;
}

}  // namespace usufruct
