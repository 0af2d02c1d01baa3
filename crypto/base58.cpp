#include "crypto/base58.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/check.h"
#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::string_view digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
static_assert(digits.size() == 58);

/// Base-`to` digits, least significant first, times `from` plus one more digit.
void multiply_add(Bytes& number, unsigned from, unsigned to, unsigned digit) {
  unsigned carry = digit;
  for (auto& place : number) {
    carry += place * from;
    place = static_cast<std::uint8_t>(carry % to);
    carry /= to;
  }
  for (; carry > 0; carry /= to) number.push_back(static_cast<std::uint8_t>(carry % to));
}

}  // namespace

std::string to_base58(View bytes) {
  CHECK_THAT(bytes.size() <= base58_bytes_max);
  const auto first = std::ranges::find_if(bytes, [](std::uint8_t byte) { return byte != 0; });
  Bytes number;
  for (auto byte = first; byte != bytes.end(); ++byte) multiply_add(number, 256, 58, *byte);
  std::string out(static_cast<std::size_t>(first - bytes.begin()), digits[0]);
  for (auto place = number.rbegin(); place != number.rend(); ++place) out += digits[*place];
  return out;
}

Result<Bytes> parse_base58(std::string_view text) {
  // 1.38 characters a byte at most.
  const auto too_long = [] {
    return malformed(fmt::format("base58 of more than {} bytes", base58_bytes_max));
  };
  if (text.size() > base58_bytes_max * 138 / 100 + 1) return too_long();
  const std::size_t zeros = std::min(text.find_first_not_of(digits[0]), text.size());
  Bytes number;
  for (const char c : text.substr(zeros)) {
    const std::size_t value = digits.find(c);
    if (value == std::string_view::npos) {
      return malformed(fmt::format("'{}' is not base58", printable({&c, 1})));
    }
    multiply_add(number, 58, 256, static_cast<unsigned>(value));
  }
  if (zeros + number.size() > base58_bytes_max) return too_long();
  Bytes out(zeros, 0);
  out.insert(out.end(), number.rbegin(), number.rend());
  return out;
}

}  // namespace usufruct
