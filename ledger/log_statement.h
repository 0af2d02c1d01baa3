#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/checkpoint.h"

namespace usufruct {

/// What a log says of itself, as a signed note under its own name: that its key gives way to
/// another, and that it ends (specs/log.md §9, §10). The first line tells which; no checkpoint
/// begins so, since a log of that name would have to sign it.
///
///     usufruct/log-key/v1            usufruct/log-closed/v1
///     trust.example/log              trust.example/log/2026
///     <vkey of the new key>          4812
///                                    <root, base64>
///                                    <vkey of the successor, or ->

/// Signed by both keys: the old one hands over, the new one takes. `malformed` when the keys are
/// one.
Result<std::string> sign_key_change(std::string_view origin, const SigningKey& from,
                                    const SigningKey& to);

/// The key of a log today, from one known before and the changes published since, oldest first.
/// Changes from keys that are not the one reached are passed over, so a whole history serves
/// everyone. `unverified` when a change is not signed by both keys; `malformed` when it is none.
Result<NoteVerifier> follow_keys(NoteVerifier known, std::span<const std::string> changes);

/// The last word of a log: what it held in the end, and where it goes on.
struct Closing {
  std::string origin;
  TreeSize size;
  Digest root;
  std::optional<NoteVerifier> successor;

  bool operator==(const Closing&) const = default;
};
Result<std::string> sign_closing(const Closing& closing, const SigningKey& key);
/// `unverified` unless that log signed it.
Result<Closing> open_closing(std::string_view note, const NoteVerifier& log);

}  // namespace usufruct
