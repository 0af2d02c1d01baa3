#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace usufruct {

/// Owned bytes, and a borrowed look at some: the look must not outlive what it looks at.
using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

/// The bytes of a text, and bytes read as a text. Neither copies; the second says nothing about
/// UTF-8.
View as_view(std::string_view text);
std::string_view as_text(View bytes);

/// An owned copy.
Bytes to_bytes(View bytes);
Bytes to_bytes(std::string_view text);

void append(Bytes& to, View more);
void append(Bytes& to, std::string_view more);

/// Big-endian, as every integer on our wires is. `read` needs `bytes.size() >= sizeof(T)`.
void append_u16(Bytes& to, std::uint16_t value);
void append_u64(Bytes& to, std::uint64_t value);
std::uint16_t read_u16(View bytes);
std::uint64_t read_u64(View bytes);

/// Lower-case hexadecimal. Parsing takes lower case only and an even count of digits.
std::string to_hex(View bytes);
Result<Bytes> parse_hex(std::string_view text);

/// RFC 4648 §4 base64 with padding. Parsing is strict: what to_base64() would not print is
/// `malformed` (missing padding, white space, non-zero trailing bits).
std::string to_base64(View bytes);
Result<Bytes> parse_base64(std::string_view text);
/// The same without padding, as age writes it (RFC 4648 §3.2).
std::string to_base64_unpadded(View bytes);
Result<Bytes> parse_base64_unpadded(std::string_view text);

/// A SHA-256 digest. Its name on screens is `sha256:<hex>`; see print_digest().
struct Digest {
  static constexpr std::size_t size_bytes = 32;
  std::array<std::uint8_t, size_bytes> bytes{};

  auto operator<=>(const Digest&) const = default;
  View view() const { return bytes; }
};

std::string to_hex(const Digest& digest);
/// `sha256:<64 hex digits>`, and back; parsing also takes the bare 64 digits.
std::string print_digest(const Digest& digest);
Result<Digest> parse_digest(std::string_view text);
/// `malformed` unless there are exactly 32 bytes.
Result<Digest> digest_from(View bytes);

}  // namespace usufruct

template <>
struct std::hash<usufruct::Digest> {
  /// A digest is already uniform: its first eight bytes do. Never use the order this gives.
  std::size_t operator()(const usufruct::Digest& digest) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8 | digest.bytes[i];
    return value;
  }
};
