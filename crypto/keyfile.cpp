#include "crypto/keyfile.h"

#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "crypto/random.h"
#include "crypto/stream.h"

namespace usufruct {
namespace {

constexpr std::string_view key_file_head = "usufruct key file v1\n";
constexpr std::string_view public_keys_head = "usufruct public keys v1\n";
constexpr std::size_t secret_bytes = 64;  ///< Ed25519 seed ‖ X25519 secret
constexpr std::size_t salt_bytes = crypto_pwhash_SALTBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t code_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(key_memory_kib_min * 1024 >= crypto_pwhash_argon2id_MEMLIMIT_MIN);

/// What passphrase, salt and cost make of a passphrase.
struct Protection {
  PassphraseCost cost;
  std::array<std::uint8_t, salt_bytes> salt{};
  std::array<std::uint8_t, nonce_bytes> nonce{};
};

/// A key file, cut up; nothing in it is known to be true yet.
struct KeyFile {
  PublicKeys keys;
  Time created;
  std::optional<Protection> protection;
  std::string head;    ///< everything before the line of the secret
  SecretBytes secret;  ///< in the clear, or sealed under the passphrase
};

/// Takes lines `name: value` in the order the format has them.
class Fields {
 public:
  explicit Fields(std::string_view text) : left_(text) {}

  Result<std::string_view> take(std::string_view name) {
    const std::size_t end = left_.find('\n');
    if (end == left_.npos || !left_.starts_with(name) ||
        !left_.substr(name.size()).starts_with(": ")) {
      return malformed(fmt::format("the line '{}: …' is missing or out of place", name));
    }
    const std::string_view value = left_.substr(name.size() + 2, end - name.size() - 2);
    left_.remove_prefix(end + 1);
    return value;
  }
  std::string_view left() const { return left_; }

 private:
  std::string_view left_;
};

Result<void> check_name(std::string_view name) {
  if (name.empty() || name.size() > key_name_bytes_max || name != trim(name) || !is_utf8(name) ||
      has_control(name) || name.find_first_of("\t\n") != name.npos) {
    return malformed(fmt::format("'{}' cannot be the name of a key", printable(name)),
                     fmt::format("one line of 1 to {} bytes of text", key_name_bytes_max));
  }
  return {};
}

std::string print_public_fields(const PublicKeys& keys) {
  return fmt::format("name: {}\nsigning: {}\nreceiving: {}\n", keys.name,
                     print_did_key(keys.signing), print_age_recipient(keys.receiving));
}

Result<PublicKeys> take_public_fields(Fields& fields) {
  const auto name = TRY(fields.take("name"));
  CHECK_OK(check_name(name));
  const auto signing = TRY(fields.take("signing"));
  const auto receiving = TRY(fields.take("receiving"));
  const VerifyKey verify_key = TRY(parse_did_key(signing));
  const AgeRecipient recipient = TRY(parse_age_recipient(receiving));
  return PublicKeys{std::string(name), verify_key, recipient};
}

Result<std::uint64_t> take_number(Fields& fields, std::string_view name, std::uint64_t min,
                                  std::uint64_t max) {
  const auto text = TRY(fields.take(name));
  const std::uint64_t value = TRY_IN(name, parse_decimal(text));
  if (value < min || value > max) {
    return malformed(fmt::format("{} of {} is not within {} and {}", name, value, min, max));
  }
  return value;
}

template <std::size_t N>
Result<void> take_bytes(Fields& fields, std::string_view name, std::array<std::uint8_t, N>& into) {
  const auto text = TRY(fields.take(name));
  const Bytes bytes = TRY_IN(name, parse_base64(text));
  if (bytes.size() != N) return malformed(fmt::format("{} is not {} bytes", name, N));
  std::ranges::copy(bytes, into.begin());
  return {};
}

Result<std::optional<Protection>> take_protection(Fields& fields) {
  const auto kind = TRY(fields.take("protection"));
  if (kind == "none") return std::nullopt;
  if (kind != "argon2id") {
    return malformed(fmt::format("protection '{}' is not known", printable(kind)));
  }
  Protection protection;
  protection.cost.memory_kib =
      TRY(take_number(fields, "memory-kib", key_memory_kib_min, key_memory_kib_max));
  protection.cost.passes = TRY(take_number(fields, "passes", 1, key_passes_max));
  CHECK_OK(take_bytes(fields, "salt", protection.salt));
  CHECK_OK(take_bytes(fields, "nonce", protection.nonce));
  return protection;
}

Result<KeyFile> parse_key_file(std::string_view text) {
  if (!text.starts_with(key_file_head)) {
    return malformed("not a key file: it does not start with 'usufruct key file v1'");
  }
  Fields fields(text.substr(key_file_head.size()));
  KeyFile file;
  file.keys = TRY(take_public_fields(fields));
  const auto created = TRY(fields.take("created"));
  file.created = TRY_IN("created", parse_time(created));
  file.protection = TRY(take_protection(fields));
  file.head = text.substr(0, text.size() - fields.left().size());
  const auto secret = TRY(fields.take("secret"));
  if (!fields.left().empty()) return malformed("something follows the secret");
  auto bytes = parse_base64(secret);
  // The reason is not passed on: it would quote characters of the secret.
  if (!bytes || bytes->size() != secret_bytes + (file.protection ? code_bytes : 0)) {
    if (bytes) wipe(*bytes);
    return malformed("the secret is not base64 of the right length");
  }
  file.secret = SecretBytes::copy_of(*bytes);
  wipe(*bytes);
  return file;
}

/// `unavailable` when there is not so much memory.
Result<Secret<32>> stretch(const SecretBytes& passphrase, const Protection& protection) {
  init_crypto();
  // An empty view may point nowhere, which the library forbids even for no bytes.
  const std::string_view words = passphrase.empty() ? "" : as_text(passphrase.view());
  Secret<32> key;
  if (crypto_pwhash(key.span().data(), 32, words.data(), words.size(), protection.salt.data(),
                    protection.cost.passes,
                    static_cast<std::size_t>(protection.cost.memory_kib * 1024),
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return unavailable(fmt::format("no {} KiB of memory for the passphrase of a key file",
                                   protection.cost.memory_kib));
  }
  return key;
}

Result<SecretBytes> open_secret(const KeyFile& file, const SecretBytes& passphrase) {
  const auto key = TRY(stretch(passphrase, *file.protection));
  SecretBytes secret(secret_bytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          secret.span().data(), nullptr, nullptr, file.secret.view().data(), file.secret.size(),
          as_view(file.head).data(), file.head.size(), file.protection->nonce.data(),
          key.view().data()) != 0) {
    return denied("the passphrase is wrong, or the key file is damaged",
                  "try the passphrase again; if it is right, restore the file from a copy");
  }
  return secret;
}

/// The key file's text, once it is known that nobody else can read or write it.
Result<SecretBytes> read_private_file(const std::filesystem::path& path) {
  FileSource source = TRY(FileSource::open(path));
  struct stat status {};
  if (::fstat(source.descriptor().get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return malformed(fmt::format("'{}' is not a regular file", printable(path.native())));
  }
  const unsigned mode = status.st_mode & 07777U;
  if (mode != 0600 && mode != 0400) {
    return denied(fmt::format("key file '{}' has mode {:04o}: others may have read or changed it",
                              printable(path.native()), mode),
                  fmt::format("chmod 600 {}", printable(path.native())));
  }
  if (status.st_uid != ::geteuid() && ::geteuid() != 0) {
    return denied(fmt::format("key file '{}' belongs to another user", printable(path.native())));
  }
  SecretBytes buffer(key_file_bytes_max + 1);
  const std::size_t count = TRY(read_full(source, buffer.span()));
  if (count > key_file_bytes_max) {
    return malformed(fmt::format("'{}' is longer than a key file of {} bytes",
                                 printable(path.native()), key_file_bytes_max));
  }
  return SecretBytes::copy_of(buffer.view().first(count));
}

Result<KeyFile> load(const std::filesystem::path& path) {
  const SecretBytes text = TRY(read_private_file(path));
  return TRY_IN(fmt::format("key file '{}'", printable(path.native())),
                parse_key_file(as_text(text.view())));
}

SecretBytes join_secrets(const KeyPair& keys) {
  SecretBytes secret(secret_bytes);
  const auto seed = keys.signing.seed();
  std::ranges::copy(seed.view(), secret.span().begin());
  std::ranges::copy(keys.receiving.secret().view(), secret.span().begin() + 32);
  return secret;
}

Result<KeyPair> split_secrets(const KeyFile& file, View secret) {
  KeyPair keys{.name = file.keys.name,
               .signing = SigningKey::from_seed(Secret<32>::copy_of(secret.first(32))),
               .receiving = AgeIdentity::from_secret(Secret<32>::copy_of(secret.subspan(32))),
               .created = file.created};
  if (public_keys(keys) != file.keys) {
    return unverified("the secret does not belong to the public keys beside it",
                      "restore the key file from a copy");
  }
  return keys;
}

}  // namespace

PublicKeys public_keys(const KeyPair& keys) {
  return {keys.name, keys.signing.verify_key(), keys.receiving.recipient()};
}

std::string print_public_keys(const PublicKeys& keys) {
  return std::string(public_keys_head) + print_public_fields(keys);
}

Result<PublicKeys> parse_public_keys(std::string_view text) {
  if (text.size() > key_file_bytes_max || !text.starts_with(public_keys_head)) {
    return malformed("not public keys: they start with 'usufruct public keys v1'");
  }
  Fields fields(text.substr(public_keys_head.size()));
  PublicKeys keys = TRY(take_public_fields(fields));
  if (!fields.left().empty()) return malformed("something follows the public keys");
  return keys;
}

Result<KeyPair> generate_keys(std::string_view name, const Clock& clock, Chance& chance) {
  CHECK_OK(check_name(name));
  return KeyPair{.name = std::string(name),
                 .signing = SigningKey::generate(chance),
                 .receiving = AgeIdentity::generate(chance),
                 .created = {clock.now().ms / 1000 * 1000}};
}

Result<void> write_key_file(const std::filesystem::path& path, const KeyPair& keys,
                            const std::optional<SecretBytes>& passphrase, Chance& chance,
                            PassphraseCost cost) {
  CHECK_OK(check_name(keys.name));
  std::string head = fmt::format("{}{}created: {}\n", key_file_head,
                                 print_public_fields(public_keys(keys)), print_time(keys.created));
  SecretBytes secret = join_secrets(keys);
  if (passphrase) {
    if (passphrase->empty()) {
      return malformed("an empty passphrase protects nothing",
                       "choose one, or ask for an unprotected key file");
    }
    if (cost.memory_kib < key_memory_kib_min || cost.memory_kib > key_memory_kib_max ||
        cost.passes < 1 || cost.passes > key_passes_max) {
      return malformed(fmt::format("a passphrase cannot cost {} KiB and {} passes", cost.memory_kib,
                                   cost.passes));
    }
    Protection protection{.cost = cost};
    chance.fill(protection.salt);
    chance.fill(protection.nonce);
    head += fmt::format("protection: argon2id\nmemory-kib: {}\npasses: {}\nsalt: {}\nnonce: {}\n",
                        cost.memory_kib, cost.passes, to_base64(protection.salt),
                        to_base64(protection.nonce));
    const auto key = TRY(stretch(*passphrase, protection));
    SecretBytes sealed(secret_bytes + code_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.span().data(), nullptr, secret.view().data(),
                                               secret.size(), as_view(head).data(), head.size(),
                                               nullptr, protection.nonce.data(), key.view().data());
    secret = std::move(sealed);
  } else {
    head += "protection: none\n";
  }
  std::string base64 = to_base64(secret.view());
  std::string text = fmt::format("{}secret: {}\n", head, base64);
  auto written = write_file(path, as_view(text), {.mode = 0600, .existing = Existing::refuse});
  wipe({reinterpret_cast<std::uint8_t*>(base64.data()), base64.size()});
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return written;
}

Result<KeyPair> read_key_file(const std::filesystem::path& path,
                              const PassphraseSource& passphrase) {
  const KeyFile file = TRY(load(path));
  const auto where = fmt::format("key file '{}'", printable(path.native()));
  if (!file.protection) return TRY_IN(where, split_secrets(file, file.secret.view()));
  const SecretBytes answer = TRY(passphrase());
  const SecretBytes secret = TRY_IN(where, open_secret(file, answer));
  return TRY_IN(where, split_secrets(file, secret.view()));
}

Result<PublicKeys> read_key_file_public(const std::filesystem::path& path) {
  return TRY(load(path)).keys;
}

}  // namespace usufruct
