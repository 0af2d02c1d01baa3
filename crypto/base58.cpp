#include "crypto/base58.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <span>

#include "crypto/base/check.h"
#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::string_view base58_digits =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
static_assert(base58_digits.size() == 58);

constexpr std::size_t chunk_digits = 5;
constexpr std::uint64_t chunk_base = 58ULL * 58 * 58 * 58 * 58;
constexpr std::uint64_t word_base = std::uint64_t{1} << 32;
static_assert(chunk_base < word_base, "so that a product and a carry fit 64 bits");

/// The value of each character; 58 of what is no digit.
constexpr auto values = [] {
  std::array<std::uint8_t, 256> all{};
  all.fill(58);
  for (std::size_t i = 0; i < base58_digits.size(); ++i) {
    all[static_cast<unsigned char>(base58_digits[i])] = static_cast<std::uint8_t>(i);
  }
  return all;
}();

/// A number in a base of some 30 bits, least significant place first: several digits are taken in
/// at once, since the work is quadratic in their count. As large as 128 bytes need.
template <std::uint64_t base>
class Number {
 public:
  void multiply_add(std::uint64_t factor, std::uint64_t carry) {
    for (std::size_t i = 0; i < count_; ++i) {
      carry += places_[i] * factor;
      places_[i] = carry % base;
      carry /= base;
    }
    for (; carry > 0; carry /= base) places_[count_++] = carry % base;
  }
  /// Most significant first.
  auto places() const { return std::views::reverse(std::span(places_).first(count_)); }

 private:
  std::array<std::uint64_t, base58_bytes_max * 2 / chunk_digits> places_;
  std::size_t count_ = 0;
};

}  // namespace

std::string to_base58(View bytes) {
  CHECK_THAT(bytes.size() <= base58_bytes_max);
  const auto zeros = static_cast<std::size_t>(
      std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte != 0; }) - bytes.begin());
  Number<chunk_base> number;
  std::size_t taken = zeros;
  // The first word may be short; each further one shifts the number by 32 bits.
  for (std::size_t next = zeros + (bytes.size() - zeros) % 4; taken < bytes.size(); next += 4) {
    std::uint64_t word = 0;
    for (; taken < next; ++taken) word = word << 8 | bytes[taken];
    number.multiply_add(word_base, word);
  }
  std::string out;
  for (const std::uint64_t place : number.places()) {
    std::array<char, chunk_digits> text;
    std::uint64_t left = place;
    for (auto c = text.rbegin(); c != text.rend(); ++c, left /= 58) *c = base58_digits[left % 58];
    out.append(text.data(), text.size());
  }
  out.erase(0, std::min(out.find_first_not_of(base58_digits[0]), out.size()));
  return std::string(zeros, base58_digits[0]) + out;
}

Result<Bytes> parse_base58(std::string_view text) {
  // 1.38 characters a byte at most.
  const auto too_long = [] {
    return malformed(fmt::format("base58 of more than {} bytes", base58_bytes_max));
  };
  if (text.size() > base58_bytes_max * 138 / 100 + 1) return too_long();
  const std::size_t zeros = std::min(text.find_first_not_of(base58_digits[0]), text.size());
  Number<word_base> number;
  std::size_t taken = zeros;
  for (std::size_t next = zeros + (text.size() - zeros) % chunk_digits; taken < text.size();
       next += chunk_digits) {
    std::uint64_t chunk = 0;
    for (; taken < next; ++taken) {
      const std::uint8_t value = values[static_cast<unsigned char>(text[taken])];
      if (value == 58) {
        return malformed(fmt::format("'{}' is not base58", printable(text.substr(taken, 1))));
      }
      chunk = chunk * 58 + value;
    }
    number.multiply_add(chunk_base, chunk);
  }
  Bytes value;
  for (const std::uint64_t place : number.places()) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      value.push_back(static_cast<std::uint8_t>(place >> shift));
    }
  }
  const auto first = std::ranges::find_if(value, [](std::uint8_t byte) { return byte != 0; });
  Bytes out(zeros, 0);
  out.insert(out.end(), first, value.end());
  if (out.size() > base58_bytes_max) return too_long();
  return out;
}

}  // namespace usufruct
