#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "crypto/secret.h"

namespace usufruct {

/// A secret dealt to n trustees so that any k of them can put it together, k-1 learn nothing, and
/// each can check the share received without the others: Feldman's verifiable secret sharing over
/// ristretto255 (RFC 9496). The maths, the bytes and what is promised: specs/sharing.md.
///
///     auto secret = random_share_secret(chance);
///     auto deal = TRY(usufruct::deal(secret, {.threshold = 2, .count = 3}, chance));
///     auto again = TRY(combine(two_of(deal.shares), deal.commitments));

/// Most shares of one secret: an index is one byte, 1..255.
inline constexpr std::size_t share_count_max = 255;

/// How many shares are needed and how many there are: 1 <= threshold <= count <= share_count_max.
struct Split {
  std::size_t threshold = 0;
  std::size_t count = 0;
};

/// One coefficient of the dealer's polynomial times the group's generator. Public.
struct Commitment {
  static constexpr std::size_t size_bytes = 32;
  std::array<std::uint8_t, size_bytes> bytes{};

  bool operator==(const Commitment&) const = default;
  View view() const { return bytes; }
};

/// One trustee's part. `value` is a scalar below the group's order, little-endian.
struct Share {
  std::uint8_t index = 0;  ///< 1..n; 0 would be the secret itself
  Secret<32> value;
};

struct Deal {
  std::vector<Commitment> commitments;  ///< threshold of them, constant term first
  std::vector<Share> shares;            ///< count of them, index 1 first
};

/// A secret that can be dealt: a uniform scalar, not zero.
Secret<32> random_share_secret(Chance& chance);

/// `malformed` when the split is impossible or the secret is not a scalar, or zero.
Result<Deal> deal(const Secret<32>& secret, Split split, Chance& chance);

/// Whether the share is what the commitments promise for its index.
bool verify_share(const Share& share, std::span<const Commitment> commitments);

/// The secret again, from `commitments.size()` shares or more. Fewer: `denied`. Two with one index:
/// `malformed`. A share that verify_share() refuses: `unverified`, naming its index.
Result<Secret<32>> combine(std::span<const Share> shares, std::span<const Commitment> commitments);

/// Lagrange interpolation at zero with no threshold, no check of the shares and no check of the
/// result: with fewer than k shares it gives a scalar that opens nothing. For tests and for showing
/// just that. `malformed` when there is no share, an index is 0 or comes twice.
Result<Secret<32>> interpolate(std::span<const Share> shares);

/// The key for the content (crypto/seal.h), derived from the secret that was dealt:
/// HKDF-SHA-256 with info "usufruct/content-key/v1".
Secret<32> content_key(const Secret<32>& secret);

/// Bytes of a share, to be sealed to its trustee: "usufruct/share/v1\n" ‖ index ‖ value.
inline constexpr std::size_t share_bytes = 18 + 1 + 32;
SecretBytes print_share(const Share& share);
/// Exactly what print_share() gives, with an index and a canonical scalar; not checked against
/// anything: see verify_share().
Result<Share> parse_share(View bytes);

/// The commitments one after another, 32 bytes each. Parsing refuses what is not a point and the
/// identity, which would hide a lower threshold.
Bytes print_commitments(std::span<const Commitment> commitments);
Result<std::vector<Commitment>> parse_commitments(View bytes);

}  // namespace usufruct
