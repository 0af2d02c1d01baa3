#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/time.h"
#include "crypto/note.h"
#include "ledger/checkpoint.h"
#include "ledger/policy.h"
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

/// What a receipt proves.
struct Proven {
  LeafIndex index;
  Checkpoint checkpoint;
  std::size_t log_index = 0;                ///< into the policy's logs: whose checkpoint it is
  std::vector<Cosignature> cosignatures{};  ///< of the policy's witnesses; all of them hold
};

/// That a checkpoint of one of the policy's logs covers this entry and has been seen by whom the
/// policy asks for. `unverified` when anything fails; `denied` when only the quorum is not met;
/// `malformed` when the checkpoint in it does not parse.
Result<Proven> verify_receipt(const Receipt& receipt, View entry, const Policy& policy);
/// The same by the log's key alone, whoever else has seen the checkpoint.
Result<Proven> verify_receipt(const Receipt& receipt, View entry, const NoteVerifier& log);
/// The same for an envelope of ours: the entry is `extra` and the envelope.
Result<Proven> verify_envelope_receipt(const Receipt& receipt, View envelope, const Policy& policy);
Result<Proven> verify_envelope_receipt(const Receipt& receipt, View envelope,
                                       const NoteVerifier& log);

}  // namespace usufruct
