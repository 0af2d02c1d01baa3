#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/time.h"
#include "crypto/sign.h"

namespace usufruct {

/// Limits of what is parsed. C2SP asks that at least 16 signatures be accepted.
inline constexpr std::size_t note_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t note_signatures_max = 128;
inline constexpr std::size_t note_name_bytes_max = 255;
static_assert(note_signatures_max >= 16);

/// What a key of a note signs. Do not renumber: hashed into key ids (C2SP signed-note).
enum class NoteKeyType : std::uint8_t {
  ed25519 = 0x01,      ///< the text itself
  cosignature = 0x04,  ///< the text and when it was seen (C2SP tlog-cosignature, Ed25519 v1)
};

/// Four bytes that tell keys of one name apart: the start of SHA-256(name ‖ "\n" ‖ type ‖ key).
struct KeyId {
  std::uint32_t value = 0;  ///< printed as 8 lower-case hexadecimal digits
  auto operator<=>(const KeyId&) const = default;
};
KeyId key_id_of(std::string_view name, NoteKeyType type, const VerifyKey& key);

/// Whether a note's key may have this name: not empty, UTF-8, no Unicode space, no control
/// character, no `+`, at most note_name_bytes_max bytes.
bool is_note_name(std::string_view name);

/// The public half of a note's key.
struct NoteVerifier {
  std::string name;
  KeyId key_id;
  NoteKeyType type = NoteKeyType::ed25519;
  VerifyKey key;

  bool operator==(const NoteVerifier&) const = default;
};
/// `name` must be a note name: `malformed` otherwise.
Result<NoteVerifier> note_verifier(std::string_view name, NoteKeyType type, const VerifyKey& key);

/// A `vkey`:
///
///     example.com/provenance-log+34cdfbc9+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4
///
/// name, key id, base64 of type ‖ key. Parsing recomputes the key id; types other than the two
/// above are `malformed`.
std::string print_vkey(const NoteVerifier& verifier);
Result<NoteVerifier> parse_vkey(std::string_view text);

/// The secret half, as Go's note package writes it; the name is part of it:
/// `PRIVATE+KEY+<name>+<key id>+<base64 of 01 ‖ seed>`.
struct NoteSigner {
  std::string name;
  SigningKey key;
};
SecretBytes print_skey(const NoteSigner& signer);
Result<NoteSigner> parse_skey(std::string_view text);

/// One signature line, not verified: `— <name> <base64 of key id ‖ blob>`.
struct NoteSignature {
  std::string name;
  KeyId key_id;
  Bytes blob;  ///< after the key id; Ed25519: 64 bytes; cosignature: seconds (8), signature (64)

  bool operator==(const NoteSignature&) const = default;
};

/// A signed note (C2SP signed-note v1): a text and lines that sign it.
///
///     example.com/provenance-log
///     1
///     G7l9zCFjXUfiZj79/QoXRobZjdcBNS3SzQbotD/T0wU=
///
///     — example.com/provenance-log NM37yd+4jHGXQgd/nYh/NRJc…
///
/// Nothing in it is known to be true before verify_note().
struct Note {
  std::string text;  ///< ends in "\n"
  std::vector<NoteSignature> signatures;

  bool operator==(const Note&) const = default;
};

/// Checks the syntax only. Strict; at most note_bytes_max bytes and note_signatures_max signatures,
/// at least one.
Result<Note> parse_note_unverified(std::string_view bytes);
/// What parse_note_unverified() read, byte for byte.
std::string print_note(const Note& note);

/// Signature lines alone, as a witness answers: one or more, each ending in a line feed.
Result<std::vector<NoteSignature>> parse_note_signatures(std::string_view lines);
std::string print_note_signature(const NoteSignature& signature);

/// A signature that holds.
struct VerifiedSignature {
  std::size_t verifier_index = 0;   ///< into the verifiers given, 0-based
  std::optional<Time> cosigned_at;  ///< for a cosignature: whole seconds, as its signer claims
};

/// Which of the verifiers signed the note: at least one, each at most once (its first line), in the
/// order of the lines. Lines of unknown keys are ignored. A line of a known key that does not hold
/// condemns the whole note (`unverified`), as does having no known line at all.
Result<std::vector<VerifiedSignature>> verify_note(const Note& note,
                                                   std::span<const NoteVerifier> verifiers);

/// Signs a text that ends in "\n", has no control character but "\n", and cannot be taken for
/// something signed under a tag of ours: `malformed` otherwise, or when the name is no note name.
Result<NoteSignature> sign_note(std::string_view text, std::string_view name,
                                const SigningKey& key);

/// The same for a cosigner, who also says when: `at` is cut to whole seconds and must be after
/// 1970. One key belongs to one cosigner: the name is not signed.
Result<NoteSignature> cosign_note(std::string_view text, std::string_view name,
                                  const SigningKey& key, Time at);

}  // namespace usufruct
