#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "crypto/secret.h"

namespace usufruct {

/// What a signature is for. What is signed is tag(domain) ‖ message, so that a signature made for
/// one use is worthless for another. A new use is a new domain. Do not change a tag: it is under
/// every signature ever made.
enum class Domain {
  record,        ///< "usufruct/record/v1\n": the canonical bytes of one record
  batch,         ///< "usufruct/batch/v1\n": the Merkle root over many records
  package,       ///< "usufruct/package/v1\n": the manifest of a released package
  note,          ///< "": C2SP signed notes fix their bytes; see crypto/note.h
  cosignature,   ///< "cosignature/v1\n": C2SP tlog-cosignature; see crypto/note.h
  http_message,  ///< "": RFC 9421 fixes its bytes; a signature base starts with a quotation mark
};
std::string_view tag(Domain domain);

/// Whether a message signed with no tag could be read as one signed with a tag: such a message is
/// never signed.
bool starts_with_tag(View message);

/// An Ed25519 public key (RFC 8032 §5.1.5). Any 32 bytes may stand here; whether they are a point
/// is found by verify().
struct VerifyKey {
  static constexpr std::size_t size_bytes = 32;
  std::array<std::uint8_t, size_bytes> bytes{};

  auto operator<=>(const VerifyKey&) const = default;
  View view() const { return bytes; }
};

struct Signature {
  static constexpr std::size_t size_bytes = 64;
  std::array<std::uint8_t, size_bytes> bytes{};

  auto operator<=>(const Signature&) const = default;
  View view() const { return bytes; }
};

/// `malformed` unless there are exactly as many bytes as the type holds.
Result<VerifyKey> verify_key_from(View bytes);
Result<Signature> signature_from(View bytes);

/// An Ed25519 key that signs. Signing is deterministic and changes nothing: const methods are safe
/// together. About 20 us a signature.
class SigningKey {
 public:
  /// RFC 8032's private key: 32 bytes of which everything else is made.
  static SigningKey from_seed(const Secret<32>& seed);
  static SigningKey generate(Chance& chance);

  const VerifyKey& verify_key() const { return verify_key_; }
  /// In an untagged domain the message must not start with the tag of another: that is a bug.
  Signature sign(Domain domain, View message) const;
  /// The seed again, to be kept in a key file.
  Secret<32> seed() const;
  SigningKey copy() const;

 private:
  SigningKey(Secret<64> key, const VerifyKey& verify_key);

  Secret<64> key_;  ///< seed ‖ public key, as libsodium keeps it
  VerifyKey verify_key_;
};

/// Whether the key signed the message in that domain. Strict: keys and nonces of small order, keys
/// that are not canonical and signatures that are malleable (S >= L) are refused. About 50 us.
bool verify(const VerifyKey& key, Domain domain, View message, const Signature& signature);

}  // namespace usufruct
