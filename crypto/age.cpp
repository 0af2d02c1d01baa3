#include "crypto/age.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "crypto/age_header.h"
#include "crypto/base/text.h"
#include "crypto/bech32.h"
#include "crypto/chunk.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace usufruct {
namespace {

constexpr std::string_view recipient_prefix = "age";
constexpr std::string_view identity_prefix = "age-secret-key-";
constexpr std::string_view stanza_type = "X25519";
constexpr std::string_view wrap_info = "age-encryption.org/v1/X25519";
constexpr std::size_t file_key_bytes = 16;
constexpr std::size_t stream_nonce_bytes = 16;
constexpr std::size_t chunk_bytes = 65'536;
constexpr std::size_t code_bytes = crypto_aead_chacha20poly1305_ietf_ABYTES;
constexpr std::size_t nonce_bytes = crypto_aead_chacha20poly1305_ietf_NPUBBYTES;
static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == 32);
static_assert(crypto_scalarmult_SCALARBYTES == 32 && crypto_scalarmult_BYTES == 32);

using FileKey = Secret<file_key_bytes>;
using Nonce = std::array<std::uint8_t, nonce_bytes>;

/// Reads blocks from the source below, so that the header may be read byte by byte.
class BlockSource final : public ByteSource {
 public:
  explicit BlockSource(ByteSource& below) : below_(below), block_(4096) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    if (left_.empty()) left_ = View(block_).first(TRY(below_.read(block_)));
    const std::size_t count = std::min(into.size(), left_.size());
    std::copy_n(left_.begin(), count, into.begin());
    left_ = left_.subspan(count);
    return count;
  }

 private:
  ByteSource& below_;
  Bytes block_;
  View left_;
};

/// The key one stanza is wrapped under; empty when the two points share nothing but zero, as a
/// point of low order does with everybody.
std::optional<Secret<32>> wrap_key(const Secret<32>& scalar, View point, View share,
                                   View recipient) {
  Secret<32> shared;
  if (crypto_scalarmult(shared.span().data(), scalar.view().data(), point.data()) != 0) {
    return std::nullopt;
  }
  Bytes salt = to_bytes(share);
  append(salt, recipient);
  Secret<32> key;
  hkdf_sha256(shared.view(), salt, as_view(wrap_info), key.span());
  return key;
}

void seal_chunk(std::span<std::uint8_t> out, View plain, const Nonce& nonce,
                const Secret<32>& key) {
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data(), nullptr, plain.data(), plain.size(),
                                            nullptr, 0, nullptr, nonce.data(), key.view().data());
}

bool open_chunk(std::span<std::uint8_t> out, View sealed, const Nonce& nonce,
                const Secret<32>& key) {
  return crypto_aead_chacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, sealed.data(),
                                                   sealed.size(), nullptr, 0, nonce.data(),
                                                   key.view().data()) == 0;
}

/// Eleven bytes of counter, big-endian, and whether this is the last chunk.
Nonce chunk_nonce(std::uint64_t number, bool is_last) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[10 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  nonce[11] = is_last ? 1 : 0;
  return nonce;
}

Result<AgeStanza> wrap(const FileKey& file_key, const AgeRecipient& recipient, Chance& chance) {
  const auto ephemeral = Secret<32>::random(chance);
  std::array<std::uint8_t, 32> share{};
  crypto_scalarmult_base(share.data(), ephemeral.view().data());
  const auto key = wrap_key(ephemeral, recipient.view(), share, recipient.view());
  if (!key) {
    return malformed(fmt::format("recipient '{}' is of low order", print_age_recipient(recipient)),
                     "ask the recipient for a key made by age-keygen");
  }
  Bytes body(file_key_bytes + code_bytes);
  // A fixed nonce: the key is used for this one message, being derived from a fresh ephemeral key.
  seal_chunk(body, file_key.view(), Nonce{}, *key);
  return AgeStanza{.words = {std::string(stanza_type), to_base64_unpadded(share)}, .body = body};
}

/// The file key, if this stanza is for the identity. A stanza of another kind or for another key is
/// no error; one of ours that is broken is.
Result<std::optional<FileKey>> unwrap(const AgeStanza& stanza, const AgeIdentity& identity) {
  if (stanza.words[0] != stanza_type) return std::nullopt;
  const auto share = stanza.words.size() == 2 ? parse_base64_unpadded(stanza.words[1])
                                              : Result<Bytes>(malformed("a wrong count of words"));
  if (!share || share->size() != 32 || stanza.body.size() != file_key_bytes + code_bytes) {
    return malformed("an age header with a broken X25519 recipient");
  }
  const auto key = wrap_key(identity.secret(), *share, *share, identity.recipient().view());
  if (!key) return malformed("an age header with an X25519 share of low order");
  FileKey file_key;
  if (!open_chunk(file_key.span(), stanza.body, Nonce{}, *key)) return std::nullopt;
  return file_key;
}

Digest header_code(const FileKey& file_key, View covered) {
  Secret<32> key;
  hkdf_sha256(file_key.view(), {}, as_view("header"), key.span());
  return hmac_sha256(key.view(), covered);
}

Secret<32> payload_key(const FileKey& file_key, View nonce) {
  Secret<32> key;
  hkdf_sha256(file_key.view(), nonce, as_view("payload"), key.span());
  return key;
}

Result<FileKey> open_header(const AgeHeader& header, const AgeIdentity& identity) {
  for (const auto& stanza : header.stanzas) {
    auto file_key = TRY(unwrap(stanza, identity));
    if (!file_key) continue;
    if (!equal_constant_time(header_code(*file_key, header.covered).view(), header.code)) {
      return unverified("the header of the age file was changed");
    }
    return *std::move(file_key);
  }
  return denied(
      fmt::format("the age file is not for '{}'", print_age_recipient(identity.recipient())),
      "use the key it was sealed to, or ask for it to be sealed to this one");
}

Result<std::uint64_t> open_payload(ByteSource& sealed, ByteSink& plain, const Secret<32>& key) {
  ChunkReader reader(sealed, chunk_bytes + code_bytes);
  Bytes out(chunk_bytes);
  std::uint64_t total = 0;
  for (std::uint64_t number = 0;; ++number) {
    const auto chunk = TRY(reader.next());
    const bool is_long_enough = chunk.bytes.size() >= code_bytes;
    if (!is_long_enough || !open_chunk(out, chunk.bytes, chunk_nonce(number, chunk.is_last), key)) {
      return unverified(fmt::format("chunk {} of the age file was changed or cut off", number),
                        "do not use what was written; get the file again");
    }
    const std::size_t size = chunk.bytes.size() - code_bytes;
    if (size == 0 && number > 0) {
      return unverified("the age file ends in an empty chunk, which the format forbids");
    }
    CHECK_OK(plain.write(View(out).first(size)));
    wipe(std::span(out).first(size));
    total += size;
    if (chunk.is_last) return total;
  }
}

/// Keeps what is written guarded, up to the size it was made with.
class SecretSink final : public ByteSink {
 public:
  explicit SecretSink(std::size_t size_max) : bytes_(size_max) {}
  Result<void> write(View bytes) override {
    if (bytes.size() > bytes_.size() - count_) {
      return malformed(fmt::format("a secret of more than {} bytes", bytes_.size()));
    }
    std::ranges::copy(bytes, bytes_.span().begin() + static_cast<std::ptrdiff_t>(count_));
    count_ += bytes.size();
    return {};
  }
  SecretBytes take() const { return SecretBytes::copy_of(bytes_.view().first(count_)); }

 private:
  SecretBytes bytes_;
  std::size_t count_ = 0;
};

}  // namespace

std::string print_age_recipient(const AgeRecipient& recipient) {
  return to_bech32(recipient_prefix, recipient.view());
}

Result<AgeRecipient> age_recipient_from(View bytes) {
  if (bytes.size() != AgeRecipient::size_bytes) {
    return malformed(fmt::format("a recipient of {} bytes, not 32", bytes.size()));
  }
  AgeRecipient recipient;
  std::ranges::copy(bytes, recipient.bytes.begin());
  return recipient;
}

Result<AgeRecipient> parse_age_recipient(std::string_view text) {
  const auto where = [&] { return fmt::format("recipient '{}'", printable(text, 80)); };
  if (text != to_lower_ascii(text)) return malformed(where() + " is not in lower case");
  const Bytes bytes = TRY_IN(where(), parse_bech32(recipient_prefix, text));
  return TRY_IN(where(), age_recipient_from(bytes));
}

AgeIdentity::AgeIdentity(Secret<32> secret, const AgeRecipient& recipient)
    : secret_(std::move(secret)), recipient_(recipient) {}

AgeIdentity AgeIdentity::from_secret(const Secret<32>& secret) {
  init_crypto();
  AgeRecipient recipient;
  crypto_scalarmult_base(recipient.bytes.data(), secret.view().data());
  return {secret.copy(), recipient};
}

AgeIdentity AgeIdentity::generate(Chance& chance) {
  return from_secret(Secret<32>::random(chance));
}

Result<AgeIdentity> AgeIdentity::parse(std::string_view text) {
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  if (std::ranges::any_of(text, is_lower)) {
    return malformed("an age identity that is not in upper case");
  }
  Bytes bytes = TRY_IN("an age identity", parse_bech32(identity_prefix, text));
  if (bytes.size() != 32) {
    wipe(bytes);
    return malformed("an age identity that does not hold 32 bytes");
  }
  const auto secret = Secret<32>::copy_of(bytes);
  wipe(bytes);
  return from_secret(secret);
}

SecretBytes AgeIdentity::print() const {
  std::string text = to_bech32(identity_prefix, secret_.view());
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  SecretBytes secret = SecretBytes::copy_of(as_view(text));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return secret;
}

AgeIdentity AgeIdentity::copy() const { return {secret_.copy(), recipient_}; }

Result<AgeSealing> AgeSealing::begin(ByteSink& sealed, std::span<const AgeRecipient> recipients,
                                     Chance& chance) {
  init_crypto();
  if (recipients.empty() || recipients.size() > age_recipients_max) {
    return malformed(fmt::format("cannot seal to {} recipients", recipients.size()),
                     fmt::format("name 1 to {}", age_recipients_max));
  }
  const auto file_key = FileKey::random(chance);
  std::string header = "age-encryption.org/v1\n";
  for (const auto& recipient : recipients) {
    header += print_age_stanza(TRY(wrap(file_key, recipient, chance)));
  }
  header += "---";
  const Digest code = header_code(file_key, as_view(header));
  header.append(" ").append(to_base64_unpadded(code.view())).append("\n");
  std::array<std::uint8_t, stream_nonce_bytes> nonce{};
  chance.fill(nonce);
  CHECK_OK(sealed.write(as_view(header)));
  CHECK_OK(sealed.write(nonce));
  return AgeSealing(sealed, payload_key(file_key, nonce));
}

AgeSealing::AgeSealing(ByteSink& sealed, Secret<32> key)
    : sealed_(&sealed), key_(std::move(key)), out_(chunk_bytes + code_bytes) {
  chunk_.reserve(chunk_bytes);
}

AgeSealing::~AgeSealing() { wipe(chunk_); }

Result<void> AgeSealing::write(View plain) {
  while (!plain.empty()) {
    if (chunk_.size() == chunk_bytes) {
      CHECK_OK(seal(chunk_, false));
      chunk_.clear();
    }
    const std::size_t count = std::min(plain.size(), chunk_bytes - chunk_.size());
    append(chunk_, plain.first(count));
    plain = plain.subspan(count);
  }
  return {};
}

Result<void> AgeSealing::finish() { return seal(chunk_, true); }

Result<void> AgeSealing::seal(View chunk, bool is_last) {
  seal_chunk(out_, chunk, chunk_nonce(number_++, is_last), key_);
  return sealed_->write(View(out_).first(chunk.size() + code_bytes));
}

Result<std::uint64_t> age_encrypt(ByteSource& plain, ByteSink& sealed,
                                  std::span<const AgeRecipient> recipients, Chance& chance) {
  AgeSealing sealing = TRY(AgeSealing::begin(sealed, recipients, chance));
  const std::uint64_t count = TRY(copy_all(plain, sealing));
  CHECK_OK(sealing.finish());
  return count;
}

Result<std::uint64_t> age_decrypt(ByteSource& sealed, ByteSink& plain,
                                  const AgeIdentity& identity) {
  init_crypto();
  BlockSource source(sealed);
  const AgeHeader header = TRY(read_age_header(source));
  const FileKey file_key = TRY(open_header(header, identity));
  std::array<std::uint8_t, stream_nonce_bytes> nonce{};
  if (TRY(read_full(source, nonce)) != nonce.size()) {
    return unverified("the age file is cut off after its header");
  }
  return open_payload(source, plain, payload_key(file_key, nonce));
}

Result<Bytes> age_encrypt(View plain, std::span<const AgeRecipient> recipients, Chance& chance) {
  MemorySource source(plain);
  MemorySink sink;
  CHECK_OK(age_encrypt(source, sink, recipients, chance));
  return sink.take();
}

Result<Bytes> age_decrypt(View sealed, const AgeIdentity& identity) {
  MemorySource source(sealed);
  MemorySink sink;
  CHECK_OK(age_decrypt(source, sink, identity));
  return sink.take();
}

Result<SecretBytes> age_decrypt_secret(View sealed, const AgeIdentity& identity,
                                       std::size_t size_max) {
  MemorySource source(sealed);
  SecretSink sink(size_max);
  CHECK_OK(age_decrypt(source, sink, identity));
  return sink.take();
}

}  // namespace usufruct
