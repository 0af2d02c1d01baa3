#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "ledger/proof.h"
#include "ledger/tree.h"

namespace usufruct {

/// A request is small: 63 proof lines and a checkpoint with some signatures.
inline constexpr std::size_t add_checkpoint_bytes_max = std::size_t{128} << 10;

/// What a log sends a witness (C2SP tlog-witness v1.0.0, add-checkpoint):
///
///     old 20852014
///     PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
///     jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
///
///     example.com/behind-the-sofa
///     20852163
///     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
///
///     — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO…
struct AddCheckpoint {
  TreeSize old_size;  ///< of the checkpoint the witness cosigned last, as its client believes
  Proof proof;        ///< of consistency from there
  std::string note;   ///< the signed checkpoint, byte for byte

  bool operator==(const AddCheckpoint&) const = default;
};

std::string print_add_checkpoint(const AddCheckpoint& request);

/// The two halves of a body, unread. They are read apart, because a witness says that it does not
/// know the log before it says that the proof does not parse. `malformed` when there is no empty
/// line between them, or the body is too large.
struct AddCheckpointHalves {
  std::string_view head;  ///< lines, each with its line feed
  std::string_view note;
};
Result<AddCheckpointHalves> split_add_checkpoint(std::string_view body);
/// Reads the head strictly; `note` stays empty. At most proof_hashes_max proof lines.
Result<AddCheckpoint> parse_add_checkpoint_head(std::string_view head);

}  // namespace usufruct
