#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/age.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "crypto/base/time.h"
#include "crypto/secret.h"
#include "crypto/sign.h"

namespace usufruct {

/// Limits of a key file that is read. Memory and passes bound what a hostile file can make us work.
inline constexpr std::size_t key_file_bytes_max = 4096;
inline constexpr std::size_t key_name_bytes_max = 200;
inline constexpr std::uint64_t key_memory_kib_max = std::uint64_t{1} << 20;  // 1 GiB
inline constexpr std::uint64_t key_memory_kib_min = 8;
inline constexpr std::uint64_t key_passes_max = 10;

/// One party's keys: what it signs with, and what others seal to it.
struct KeyPair {
  std::string name;  ///< for people; UTF-8, one line, no control characters, not empty
  SigningKey signing;
  AgeIdentity receiving;
  Time created;  ///< whole seconds
};

/// What everybody may know of them.
struct PublicKeys {
  std::string name;
  VerifyKey signing;
  AgeRecipient receiving;

  bool operator==(const PublicKeys&) const = default;
};
PublicKeys public_keys(const KeyPair& keys);

/// Four lines, each ending in a line feed; parsing takes exactly that:
///
///     usufruct public keys v1
///     name: Ada
///     signing: did:key:z6Mk…
///     receiving: age1…
std::string print_public_keys(const PublicKeys& keys);
Result<PublicKeys> parse_public_keys(std::string_view text);

/// `malformed` when the name cannot be one.
Result<KeyPair> generate_keys(std::string_view name, const Clock& clock, Chance& chance);

/// What guessing a passphrase costs: Argon2id's memory and passes. The default is libsodium's
/// "moderate": 256 MiB, about a second.
struct PassphraseCost {
  std::uint64_t memory_kib = std::uint64_t{256} << 10;
  std::uint64_t passes = 3;
};

/// Asked for the passphrase, once, only when the file has one.
using PassphraseSource = std::function<Result<SecretBytes>()>;

/// Writes a new key file (specs/keyfile.md), readable by its owner alone. Without a passphrase
/// whoever can read the file has the keys. Never overwrites: `conflict`.
Result<void> write_key_file(const std::filesystem::path& path, const KeyPair& keys,
                            const std::optional<SecretBytes>& passphrase, Chance& chance,
                            PassphraseCost cost = {});

/// Reads it again. `denied`: others can read or write the file (the hint is `chmod 600 PATH`), or
/// the passphrase is wrong, which cannot be told from damage to the secret. `unverified`: an
/// unprotected secret does not belong to the public keys beside it. A symbolic link is followed.
Result<KeyPair> read_key_file(const std::filesystem::path& path,
                              const PassphraseSource& passphrase);

/// The public part of a key file, with no passphrase asked; in a protected file it is authenticated
/// only when the secret is opened.
Result<PublicKeys> read_key_file_public(const std::filesystem::path& path);

}  // namespace usufruct
