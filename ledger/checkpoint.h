#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/note.h"
#include "ledger/tree.h"

namespace usufruct {

/// A log's promise about its first `size` entries (C2SP tlog-checkpoint v1):
///
///     trust.example/log
///     4812
///     nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=
///
/// An immutable value.
struct Checkpoint {
  std::string origin;
  TreeSize size;
  Digest root;                          ///< root_of_empty() when size is 0
  std::vector<std::string> extensions;  ///< further lines, none of them empty; we write none

  bool operator==(const Checkpoint&) const = default;
};

/// The text that is signed. Parsing is strict: what print_checkpoint() would not print is
/// `malformed`. Says nothing about who signed it.
std::string print_checkpoint(const Checkpoint& checkpoint);
Result<Checkpoint> parse_checkpoint_unverified(std::string_view text);

/// A checkpoint with the signed note it came in, byte for byte, cosignatures and all.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  std::string note;

  bool operator==(const SignedCheckpoint&) const = default;
};

/// Signs under the name of the log's origin. `malformed` when the origin cannot be a note's name.
Result<SignedCheckpoint> sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key);
/// `unverified` unless that log signed it: its key, and its name as origin.
Result<SignedCheckpoint> open_checkpoint(std::string_view note, const NoteVerifier& log);

}  // namespace usufruct
