#include "crypto/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/base/text.h"
#include "crypto/hash.h"

namespace usufruct {
namespace {

constexpr std::string_view dash = "— ";
constexpr std::string_view skey_prefix = "PRIVATE+KEY+";
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t time_bytes = 8;
constexpr std::uint64_t seconds_max = INT64_MAX / 1000;

/// Go's unicode.IsSpace beyond ASCII, as UTF-8.
constexpr auto wide_spaces = std::to_array<std::string_view>(
    {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
     "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f",
     "\u3000"});

std::string print_key_id(KeyId id) { return fmt::format("{:08x}", id.value); }

void append_key_id(Bytes& to, KeyId id) {
  append_u16(to, static_cast<std::uint16_t>(id.value >> 16));
  append_u16(to, static_cast<std::uint16_t>(id.value));
}

KeyId read_key_id(View bytes) {
  return {static_cast<std::uint32_t>(read_u16(bytes)) << 16 | read_u16(bytes.subspan(2))};
}

bool has_note_control(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

/// `name+<8 hex>+base64`, cut up. The base64 may itself have a `+`; a name may not.
struct KeyText {
  std::string_view name;
  KeyId key_id;
  std::string_view data;
};
Result<KeyText> cut_key_text(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = first == text.npos ? first : text.find('+', first + 1);
  if (second == text.npos) return malformed("not name, key id and key with a '+' between each");
  const std::string_view name = text.substr(0, first);
  const std::string_view hex = text.substr(first + 1, second - first - 1);
  if (!is_note_name(name)) return malformed(fmt::format("'{}' is not a name", printable(name)));
  if (hex.size() != 2 * key_id_bytes) return malformed("a key id is 8 hexadecimal digits");
  return KeyText{name, read_key_id(TRY(parse_hex(hex))), text.substr(second + 1)};
}

std::string cosigned_message(std::string_view text, std::uint64_t seconds) {
  // The line "cosignature/v1" before it is the tag of Domain::cosignature.
  return fmt::format("time {}\n{}", seconds, text);
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(dash)) return malformed("a signature line does not start with '— '");
  line.remove_prefix(dash.size());
  const std::size_t space = line.find(' ');
  if (space == line.npos) return malformed("a signature line without a signature");
  const std::string_view name = line.substr(0, space);
  if (!is_note_name(name)) return malformed(fmt::format("'{}' is not a name", printable(name)));
  const Bytes blob = TRY_IN(printable(name), parse_base64(line.substr(space + 1)));
  if (blob.size() <= key_id_bytes) return malformed("a signature line without a signature");
  return NoteSignature{.name = std::string(name),
                       .key_id = read_key_id(blob),
                       .blob = to_bytes(View(blob).subspan(key_id_bytes))};
}

/// What the signature says if it holds; empty if it does not.
std::optional<VerifiedSignature> check(const Note& note, const NoteSignature& line,
                                       const NoteVerifier& verifier) {
  const View blob = line.blob;
  switch (verifier.type) {
    case NoteKeyType::ed25519: {
      const auto signature = signature_from(blob);
      if (!signature || !verify(verifier.key, Domain::note, as_view(note.text), *signature)) {
        return std::nullopt;
      }
      return VerifiedSignature{};
    }
    case NoteKeyType::cosignature: {
      if (blob.size() != time_bytes + Signature::size_bytes) return std::nullopt;
      const std::uint64_t seconds = read_u64(blob);
      const auto signature = signature_from(blob.subspan(time_bytes));
      if (seconds > seconds_max || !signature) return std::nullopt;
      const std::string message = cosigned_message(note.text, seconds);
      if (!verify(verifier.key, Domain::cosignature, as_view(message), *signature)) {
        return std::nullopt;
      }
      return VerifiedSignature{.cosigned_at = Time{static_cast<std::int64_t>(seconds) * 1000}};
    }
  }
  std::unreachable();
}

Result<void> check_signable(std::string_view text, std::string_view name) {
  if (!is_note_name(name)) {
    return malformed(fmt::format("'{}' cannot name a key of a note", printable(name)),
                     "a name has no space and no '+'");
  }
  if (!text.ends_with('\n')) return malformed("the text of a note does not end in a line feed");
  if (text.size() > note_bytes_max) return malformed("the text of a note is too long");
  if (!is_utf8(text) || has_note_control(text)) {
    return malformed("the text of a note is not UTF-8, or has a control character");
  }
  if (starts_with_tag(as_view(text))) {
    return malformed(
        fmt::format("a note must not start with '{}'", printable(text.substr(0, text.find('\n')))));
  }
  return {};
}

}  // namespace

KeyId key_id_of(std::string_view name, NoteKeyType type, const VerifyKey& key) {
  Sha256 hash;
  hash.update(as_view(name));
  const std::array<std::uint8_t, 2> between = {'\n', static_cast<std::uint8_t>(type)};
  hash.update(between);
  hash.update(key.view());
  return read_key_id(hash.finish().view());
}

bool is_note_name(std::string_view name) {
  if (name.empty() || name.size() > note_name_bytes_max || !is_utf8(name)) return false;
  const bool has_bad_byte = std::ranges::any_of(name, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '\x7f' || c == '+';
  });
  return !has_bad_byte && std::ranges::none_of(wide_spaces, [&](std::string_view space) {
    return name.find(space) != name.npos;
  });
}

Result<NoteVerifier> note_verifier(std::string_view name, NoteKeyType type, const VerifyKey& key) {
  if (!is_note_name(name)) {
    return malformed(fmt::format("'{}' cannot name a key of a note", printable(name)),
                     "a name has no space and no '+'");
  }
  return NoteVerifier{std::string(name), key_id_of(name, type, key), type, key};
}

std::string print_vkey(const NoteVerifier& verifier) {
  Bytes data = {static_cast<std::uint8_t>(verifier.type)};
  append(data, verifier.key.view());
  return fmt::format("{}+{}+{}", verifier.name, print_key_id(verifier.key_id), to_base64(data));
}

Result<NoteVerifier> parse_vkey(std::string_view text) {
  const auto where = [&] { return fmt::format("key '{}'", printable(text)); };
  const KeyText cut = TRY_IN(where(), cut_key_text(text));
  const Bytes data = TRY_IN(where(), parse_base64(cut.data));
  if (data.size() != 1 + VerifyKey::size_bytes) {
    return malformed(where() + " does not have the length of an Ed25519 key");
  }
  if (data[0] != 0x01 && data[0] != 0x04) {
    return malformed(fmt::format("{} is of type 0x{:02x}", where(), data[0]),
                     "types 0x01 (Ed25519) and 0x04 (cosignature) are known");
  }
  const VerifyKey key = TRY(verify_key_from(View(data).subspan(1)));
  const NoteVerifier verifier = TRY(note_verifier(cut.name, NoteKeyType{data[0]}, key));
  if (verifier.key_id != cut.key_id) {
    return malformed(where() + " has a key id that is not its own",
                     "check for a mistyped or lost character");
  }
  return verifier;
}

SecretBytes print_skey(const NoteSigner& signer) {
  const KeyId id = key_id_of(signer.name, NoteKeyType::ed25519, signer.key.verify_key());
  Bytes data = {static_cast<std::uint8_t>(NoteKeyType::ed25519)};
  data.reserve(33);
  const auto seed = signer.key.seed();
  append(data, seed.view());
  std::string base64 = to_base64(data);
  std::string text = fmt::format("{}{}+{}+{}", skey_prefix, signer.name, print_key_id(id), base64);
  SecretBytes secret = SecretBytes::copy_of(as_view(text));
  wipe(data);
  wipe({reinterpret_cast<std::uint8_t*>(base64.data()), base64.size()});
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return secret;
}

Result<NoteSigner> parse_skey(std::string_view text) {
  if (!text.starts_with(skey_prefix)) {
    return malformed("a note's secret key does not start with 'PRIVATE+KEY+'");
  }
  const KeyText cut = TRY_IN("a note's secret key", cut_key_text(text.substr(skey_prefix.size())));
  // The reason is not passed on: it would quote characters of the secret.
  auto data = parse_base64(cut.data);
  if (!data || data->size() != 33 || data->front() != 0x01) {
    if (data) wipe(*data);
    return malformed(fmt::format("the secret key '{}' is not an Ed25519 seed", cut.name));
  }
  const auto seed = Secret<32>::copy_of(View(*data).subspan(1));
  wipe(*data);
  NoteSigner signer{std::string(cut.name), SigningKey::from_seed(seed)};
  if (key_id_of(cut.name, NoteKeyType::ed25519, signer.key.verify_key()) != cut.key_id) {
    return malformed(fmt::format("the secret key '{}' has a key id that is not its own", cut.name));
  }
  return signer;
}

Result<std::vector<NoteSignature>> parse_note_signatures(std::string_view lines) {
  if (lines.size() > note_bytes_max) return malformed("the signatures of a note are too long");
  if (!lines.ends_with('\n')) return malformed("a signature line does not end in a line feed");
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    if (signatures.size() == note_signatures_max) {
      return malformed(fmt::format("a note with more than {} signatures", note_signatures_max));
    }
    const std::size_t end = lines.find('\n');
    signatures.push_back(TRY(parse_signature_line(lines.substr(0, end))));
    lines.remove_prefix(end + 1);
  }
  return signatures;
}

Result<Note> parse_note_unverified(std::string_view bytes) {
  if (bytes.size() > note_bytes_max) {
    return malformed(
        fmt::format("a note of {} bytes; at most {} are read", bytes.size(), note_bytes_max));
  }
  if (!is_utf8(bytes)) return malformed("a note that is not UTF-8");
  if (has_note_control(bytes)) return malformed("a note with a control character");
  const std::size_t blank = bytes.rfind("\n\n");
  if (blank == bytes.npos) return malformed("a note without a blank line before its signatures");
  auto signatures = TRY(parse_note_signatures(bytes.substr(blank + 2)));
  return Note{.text = std::string(bytes.substr(0, blank + 1)), .signatures = std::move(signatures)};
}

std::string print_note_signature(const NoteSignature& signature) {
  Bytes blob;
  append_key_id(blob, signature.key_id);
  append(blob, signature.blob);
  return fmt::format("{}{} {}\n", dash, signature.name, to_base64(blob));
}

std::string print_note(const Note& note) {
  std::string out = note.text + "\n";
  for (const auto& signature : note.signatures) out += print_note_signature(signature);
  return out;
}

Result<std::vector<VerifiedSignature>> verify_note(const Note& note,
                                                   std::span<const NoteVerifier> verifiers) {
  std::vector<VerifiedSignature> verified;
  for (const auto& line : note.signatures) {
    bool is_known = false;
    std::optional<VerifiedSignature> found;
    for (std::size_t i = 0; i < verifiers.size() && !found; ++i) {
      if (verifiers[i].name != line.name || verifiers[i].key_id != line.key_id) continue;
      is_known = true;
      found = check(note, line, verifiers[i]);
      if (found) found->verifier_index = i;
    }
    if (is_known && !found) {
      return unverified(fmt::format("the signature of '{}' on a note does not hold", line.name),
                        "do not trust the source; keep the note as evidence");
    }
    const auto is_same = [&](const VerifiedSignature& other) {
      return other.verifier_index == found->verifier_index;
    };
    if (found && std::ranges::none_of(verified, is_same)) verified.push_back(*found);
  }
  if (verified.empty()) return unverified("no known key signed the note");
  return verified;
}

Result<NoteSignature> sign_note(std::string_view text, std::string_view name,
                                const SigningKey& key) {
  CHECK_OK(check_signable(text, name));
  const Signature signature = key.sign(Domain::note, as_view(text));
  return NoteSignature{.name = std::string(name),
                       .key_id = key_id_of(name, NoteKeyType::ed25519, key.verify_key()),
                       .blob = to_bytes(signature.view())};
}

Result<NoteSignature> cosign_note(std::string_view text, std::string_view name,
                                  const SigningKey& key, Time at) {
  CHECK_OK(check_signable(text, name));
  if (at.ms < 1000) return malformed("a cosignature needs a time after 1970");
  const auto seconds = static_cast<std::uint64_t>(at.ms / 1000);
  const Signature signature =
      key.sign(Domain::cosignature, as_view(cosigned_message(text, seconds)));
  NoteSignature line{.name = std::string(name),
                     .key_id = key_id_of(name, NoteKeyType::cosignature, key.verify_key()),
                     .blob = {}};
  append_u64(line.blob, seconds);
  append(line.blob, signature.view());
  return line;
}

}  // namespace usufruct
