#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "crypto/secret.h"
#include "crypto/stream.h"

namespace usufruct {

/// Limits on headers that are read; a header of ours has about 110 bytes per recipient.
inline constexpr std::size_t age_header_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t age_recipients_max = 1024;

/// An X25519 public key something can be sealed to. Any age program writes it the same:
/// `age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p`.
struct AgeRecipient {
  static constexpr std::size_t size_bytes = 32;
  std::array<std::uint8_t, size_bytes> bytes{};

  auto operator<=>(const AgeRecipient&) const = default;
  View view() const { return bytes; }
};
std::string print_age_recipient(const AgeRecipient& recipient);
/// Strict: lower case, right checksum, exactly 32 bytes.
Result<AgeRecipient> parse_age_recipient(std::string_view text);
/// `malformed` unless there are exactly 32 bytes.
Result<AgeRecipient> age_recipient_from(View bytes);

/// The secret that opens what was sealed to its recipient. const methods are safe together.
class AgeIdentity {
 public:
  static AgeIdentity from_secret(const Secret<32>& secret);
  static AgeIdentity generate(Chance& chance);
  /// `AGE-SECRET-KEY-1…`, as age-keygen writes it. The message of a failure does not quote it.
  static Result<AgeIdentity> parse(std::string_view text);
  /// The same text again.
  SecretBytes print() const;

  const AgeRecipient& recipient() const { return recipient_; }
  const Secret<32>& secret() const { return secret_; }
  AgeIdentity copy() const;

 private:
  AgeIdentity(Secret<32> secret, const AgeRecipient& recipient);

  Secret<32> secret_;
  AgeRecipient recipient_;
};

/// Seals everything the source has to the recipients, any one of whom can open it, as a binary age
/// file (age-encryption.org/v1). Says how many bytes were sealed. Memory: two chunks of 64 KiB.
/// `malformed` when there is no recipient, more than age_recipients_max, or one of low order.
/// Only `chance` fit for secrets keeps the content secret.
Result<std::uint64_t> age_encrypt(ByteSource& plain, ByteSink& sealed,
                                  std::span<const AgeRecipient> recipients, Chance& chance);

/// Opens an age file and says how many bytes it held. Memory: two chunks and the header.
///
/// Only chunks that were authenticated reach the sink, but it may have got some before a later one
/// fails: **what the sink holds is complete, and may be used, only when this succeeds.** A FileSink
/// that is committed on success alone does exactly that.
///
/// `malformed`: not an age file, or its header breaks the format. `denied`: sealed to others.
/// `unverified`: the header or a chunk was changed, moved, cut off or added.
Result<std::uint64_t> age_decrypt(ByteSource& sealed, ByteSink& plain, const AgeIdentity& identity);

/// The same for bytes that come as they are made: write() and, at their end, finish(), without
/// which what the sink has does not open.
class AgeSealing final : public ByteSink {
 public:
  /// Writes the header. The sink must outlive the object.
  static Result<AgeSealing> begin(ByteSink& sealed, std::span<const AgeRecipient> recipients,
                                  Chance& chance);
  AgeSealing(AgeSealing&&) noexcept = default;
  AgeSealing& operator=(AgeSealing&&) = delete;
  ~AgeSealing() override;  ///< wipes what was not yet sealed

  Result<void> write(View plain) override;
  Result<void> finish();

 private:
  AgeSealing(ByteSink& sealed, Secret<32> key);
  Result<void> seal(View chunk, bool is_last);

  ByteSink* sealed_;
  Secret<32> key_;
  Bytes chunk_;  ///< what is not yet sealed: a whole chunk may turn out to be the last
  Bytes out_;
  std::uint64_t number_ = 0;
};

/// The same for what fits in memory.
Result<Bytes> age_encrypt(View plain, std::span<const AgeRecipient> recipients, Chance& chance);
Result<Bytes> age_decrypt(View sealed, const AgeIdentity& identity);
/// For secrets, a share for one: what comes out is at most `size_max` bytes and stays guarded.
Result<SecretBytes> age_decrypt_secret(View sealed, const AgeIdentity& identity,
                                       std::size_t size_max);

}  // namespace usufruct
