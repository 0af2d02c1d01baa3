#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/time.h"
#include "crypto/note.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

namespace usufruct {

/// A receipt is small: extra, 63 hashes and a checkpoint.
inline constexpr std::size_t receipt_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t receipt_extra_bytes_max = 4096;

/// That an entry is in a log, for whoever has the entry and the log's key: a `.tlog-proof` file
/// (C2SP tlog-proof v1).
///
///     c2sp.org/tlog-proof@v1
///     extra AAABoL5KXAA=
///     index 2
///     /F9riP+FVPdbsvnm85wxsZNtRLaSdu33sSBalVuXYeM=
///
///     trust.example/log
///     3
///     1Pksj7uJcg6ztVZ3x9fvrd/rENEaGoSguo8aIzN/qpU=
///
///     — trust.example/log NM37yeuYp+N/aki8YRDU…
///
/// `extra` is not authenticated by the format. Ours holds the eight bytes of ledger time that
/// precede the envelope in the entry; those the leaf does hash. So receipt and envelope verify
/// offline.
struct Receipt {
  LeafIndex index;
  std::optional<Bytes> extra;
  Proof proof;
  std::string checkpoint;  ///< the signed note, byte for byte

  bool operator==(const Receipt&) const = default;
};

std::string print_receipt(const Receipt& receipt);
/// Strict; syntax only, down to the note: nothing in it is known to be true.
Result<Receipt> parse_receipt_unverified(std::string_view text);

/// The ledger time in `extra`: what the leaf hashes, so true once the receipt verifies.
Result<Time> time_of(const Receipt& receipt);

/// Who else must have seen the checkpoint.
struct WitnessPolicy {
  std::span<const NoteVerifier> witnesses;
  std::size_t at_least = 0;
};

/// What a receipt proves.
struct Proven {
  LeafIndex index;
  Checkpoint checkpoint;
  std::size_t witness_count = 0;  ///< of the policy's, whose cosignatures hold
};

/// That the log's checkpoint covers this entry. `unverified` when anything fails; `malformed` when
/// the checkpoint in it does not parse.
Result<Proven> verify_receipt(const Receipt& receipt, View entry, const NoteVerifier& log,
                              const WitnessPolicy& policy = {});
/// The same for an envelope of ours: the entry is `extra` and the envelope.
Result<Proven> verify_envelope_receipt(const Receipt& receipt, View envelope,
                                       const NoteVerifier& log, const WitnessPolicy& policy = {});

}  // namespace usufruct
