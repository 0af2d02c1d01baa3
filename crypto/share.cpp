#include "crypto/share.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <bitset>
#include <optional>
#include <string_view>

#include "crypto/base/check.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace usufruct {
namespace {

// A scalar is an integer modulo the group's order, 32 bytes little-endian.
using Scalar = Secret<32>;
static_assert(crypto_core_ristretto255_SCALARBYTES == 32);
static_assert(crypto_core_ristretto255_BYTES == Commitment::size_bytes);

constexpr std::string_view share_tag = "usufruct/share/v1\n";
static_assert(share_bytes == share_tag.size() + 1 + 32);

Scalar scalar_of(std::uint8_t value) {
  Scalar scalar;
  scalar.span()[0] = value;
  return scalar;
}

/// Below the order, and not zero.
bool is_scalar(const Scalar& scalar) {
  Secret<64> wide;
  Scalar reduced;
  std::ranges::copy(scalar.view(), wide.span().begin());
  crypto_core_ristretto255_scalar_reduce(reduced.span().data(), wide.view().data());
  return equal_constant_time(reduced.view(), scalar.view()) &&
         sodium_is_zero(scalar.view().data(), 32) == 0;
}

void add(Scalar& to, const Scalar& more) {
  crypto_core_ristretto255_scalar_add(to.span().data(), to.view().data(), more.view().data());
}
void multiply(Scalar& by, const Scalar& factor) {
  crypto_core_ristretto255_scalar_mul(by.span().data(), by.view().data(), factor.view().data());
}

/// The polynomial at `index`, by Horner's rule.
Scalar evaluate(std::span<const Scalar> coefficients, std::uint8_t index) {
  const Scalar x = scalar_of(index);
  Scalar y;
  for (auto term = coefficients.rbegin(); term != coefficients.rend(); ++term) {
    multiply(y, x);
    add(y, *term);
  }
  return y;
}

/// Scalar times generator; empty for zero, which no valid share or coefficient is.
std::optional<Commitment> commit(const Scalar& scalar) {
  Commitment point;
  if (crypto_scalarmult_ristretto255_base(point.bytes.data(), scalar.view().data()) != 0) {
    return std::nullopt;
  }
  return point;
}

bool is_identity(const Commitment& point) { return sodium_is_zero(point.bytes.data(), 32) == 1; }

/// index times point; the identity stays what it is.
Commitment times(const Commitment& point, const Scalar& index) {
  Commitment product;
  if (crypto_scalarmult_ristretto255(product.bytes.data(), index.view().data(),
                                     point.bytes.data()) != 0) {
    return {};
  }
  return product;
}

/// No share, index 0, or an index twice.
Result<void> check_indices(std::span<const Share> shares) {
  if (shares.empty()) return malformed("no shares were given");
  std::bitset<share_count_max + 1> seen;
  for (const auto& share : shares) {
    if (share.index == 0) return malformed("a share with index 0");
    if (seen[share.index]) {
      return malformed(fmt::format("two shares with index {}", share.index),
                       "give each trustee's share once");
    }
    seen[share.index] = true;
  }
  return {};
}

}  // namespace

Secret<32> random_share_secret(Chance& chance) {
  init_crypto();
  for (;;) {
    const auto wide = Secret<64>::random(chance);
    Scalar scalar;
    crypto_core_ristretto255_scalar_reduce(scalar.span().data(), wide.view().data());
    if (sodium_is_zero(scalar.view().data(), 32) == 0) return scalar;
  }
}

Result<Deal> deal(const Secret<32>& secret, Split split, Chance& chance) {
  init_crypto();
  if (split.threshold < 1 || split.threshold > split.count || split.count > share_count_max) {
    return malformed(fmt::format("cannot deal {} of {} shares", split.threshold, split.count),
                     fmt::format("1 <= threshold <= count <= {}", share_count_max));
  }
  if (!is_scalar(secret)) {
    return malformed("the secret is not a scalar that can be dealt",
                     "make it with random_share_secret()");
  }
  std::vector<Scalar> coefficients;
  coefficients.push_back(secret.copy());
  while (coefficients.size() < split.threshold) {
    coefficients.push_back(random_share_secret(chance));
  }
  Deal deal;
  for (const auto& coefficient : coefficients) {
    const auto point = commit(coefficient);
    CHECK_THAT(point.has_value());
    deal.commitments.push_back(*point);
  }
  for (std::size_t i = 1; i <= split.count; ++i) {
    const auto index = static_cast<std::uint8_t>(i);
    deal.shares.push_back({.index = index, .value = evaluate(coefficients, index)});
  }
  return deal;
}

bool verify_share(const Share& share, std::span<const Commitment> commitments) {
  init_crypto();
  if (share.index == 0 || commitments.empty() || !is_scalar(share.value)) return false;
  const Scalar x = scalar_of(share.index);
  Commitment sum;  // All zeros is the identity.
  for (auto point = commitments.rbegin(); point != commitments.rend(); ++point) {
    if (is_identity(*point)) return false;
    if (!is_identity(sum)) sum = times(sum, x);
    if (crypto_core_ristretto255_add(sum.bytes.data(), sum.bytes.data(), point->bytes.data()) !=
        0) {
      return false;
    }
  }
  const auto claimed = commit(share.value);
  return claimed && equal_constant_time(claimed->view(), sum.view());
}

Result<Secret<32>> combine(std::span<const Share> shares, std::span<const Commitment> commitments) {
  CHECK_OK(check_indices(shares));
  if (commitments.empty()) return malformed("no commitments were given");
  if (shares.size() < commitments.size()) {
    return denied(fmt::format("{} shares of the {} needed", shares.size(), commitments.size()),
                  "ask more trustees for their shares");
  }
  for (const auto& share : shares) {
    if (!verify_share(share, commitments)) {
      return unverified(fmt::format("the share with index {} is not the one dealt", share.index),
                        "leave it out and ask its trustee again");
    }
  }
  Scalar secret = TRY(interpolate(shares.first(commitments.size())));
  const auto point = commit(secret);
  if (!point || *point != commitments.front()) {
    return unverified("the shares do not give the secret that was committed to");
  }
  return secret;
}

Result<Secret<32>> interpolate(std::span<const Share> shares) {
  init_crypto();
  CHECK_OK(check_indices(shares));
  Scalar sum;
  for (const auto& share : shares) {
    Scalar numerator = scalar_of(1);
    Scalar denominator = scalar_of(1);
    const Scalar x = scalar_of(share.index);
    for (const auto& other : shares) {
      if (other.index == share.index) continue;
      const Scalar y = scalar_of(other.index);
      Scalar difference;
      crypto_core_ristretto255_scalar_sub(difference.span().data(), y.view().data(),
                                          x.view().data());
      multiply(numerator, y);
      multiply(denominator, difference);
    }
    Scalar term;
    // Not zero: the indices differ, and are far below the order.
    CHECK_THAT(
        crypto_core_ristretto255_scalar_invert(term.span().data(), denominator.view().data()) == 0);
    multiply(term, numerator);
    multiply(term, share.value);
    add(sum, term);
  }
  return sum;
}

Secret<32> content_key(const Secret<32>& secret) {
  Secret<32> key;
  hkdf_sha256(secret.view(), {}, as_view("usufruct/content-key/v1"), key.span());
  return key;
}

SecretBytes print_share(const Share& share) {
  SecretBytes bytes(share_bytes);
  const auto out = bytes.span();
  std::ranges::copy(as_view(share_tag), out.begin());
  out[share_tag.size()] = share.index;
  std::ranges::copy(share.value.view(), out.begin() + share_tag.size() + 1);
  return bytes;
}

Result<Share> parse_share(View bytes) {
  init_crypto();
  if (bytes.size() != share_bytes || !as_text(bytes).starts_with(share_tag)) {
    return malformed("not a share: it must be 51 bytes that start with 'usufruct/share/v1'");
  }
  Share share{.index = bytes[share_tag.size()],
              .value = Secret<32>::copy_of(bytes.subspan(share_tag.size() + 1))};
  if (share.index == 0) return malformed("a share with index 0");
  if (!is_scalar(share.value)) return malformed("a share whose value is not a scalar");
  return share;
}

Bytes print_commitments(std::span<const Commitment> commitments) {
  Bytes out;
  for (const auto& point : commitments) append(out, point.view());
  return out;
}

Result<std::vector<Commitment>> parse_commitments(View bytes) {
  init_crypto();
  const std::size_t count = bytes.size() / Commitment::size_bytes;
  if (bytes.size() % Commitment::size_bytes != 0 || count < 1 || count > share_count_max) {
    return malformed(fmt::format("{} bytes are not 1 to {} commitments of {} bytes each",
                                 bytes.size(), share_count_max, Commitment::size_bytes));
  }
  std::vector<Commitment> commitments(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto& point = commitments[i];
    std::ranges::copy(bytes.subspan(i * Commitment::size_bytes, Commitment::size_bytes),
                      point.bytes.begin());
    if (is_identity(point) || crypto_core_ristretto255_is_valid_point(point.bytes.data()) != 1) {
      return malformed(fmt::format("commitment {} is not a point that can be committed to", i));
    }
  }
  return commitments;
}

}  // namespace usufruct
