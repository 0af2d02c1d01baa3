#pragma once

#include <filesystem>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/proof.h"

namespace usufruct {

/// Two checkpoints a log signed that contradict each other, and what shows it: the proof, out of
/// tiles that lie under the newer root, does not lead to the older one. For two of one size there
/// is nothing to prove: they have two roots.
///
/// Whoever has the log's key can be shown this: no honest log signs both.
struct Fork {
  SignedCheckpoint older;  ///< of the smaller size
  SignedCheckpoint newer;
  Proof proof;
};

/// Keeps what was found in a new folder below `folder/evidence`, durably, and says where. The same
/// again is the same folder.
///
///     evidence/1000-1200-4f0c13aa/older            the signed checkpoint of 1000 entries
///     evidence/1000-1200-4f0c13aa/newer            that of 1200
///     evidence/1000-1200-4f0c13aa/add-checkpoint   what a witness would be sent, with the proof
Result<std::filesystem::path> keep_evidence(const std::filesystem::path& folder, const Fork& fork);

}  // namespace usufruct
