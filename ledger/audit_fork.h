#pragma once

#include <optional>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/proof.h"
#include "ledger/reader.h"

namespace usufruct {

/// Two checkpoints that one log signed and that no history has both of: what is kept of a fork.
struct Fork {
  SignedCheckpoint older;
  SignedCheckpoint newer;
  Proof proof;  ///< from the older size to the newer, out of the tiles at hand: it fails
};

/// The fork, shown by the tiles of the log at hand. `here` is its checkpoint, `elsewhere` is no
/// larger. Where the tiles cannot be read the proof is empty, which fails too.
Fork show_fork(const Reader& reader, const SignedCheckpoint& here,
               const SignedCheckpoint& elsewhere);

/// As a witness is asked (C2SP tlog-witness): `old <size>`, the proof's hashes in base64, an empty
/// line, the newer checkpoint.
std::string print_proof_request(const Fork& fork);

}  // namespace usufruct
