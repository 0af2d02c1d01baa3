#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/sign.h"

namespace usufruct {

/// An envelope and eight bytes of ledger time make an entry, which fits a tile bundle (65,535
/// bytes).
inline constexpr std::size_t envelope_bytes_max = 65'527;
/// A charter carries one signature per trustee; nothing needs more.
inline constexpr std::size_t signatures_max = 256;

/// How many records one signature may sign, and so how many hashes lead to its root.
inline constexpr std::uint32_t batch_records_max = 65'536;
inline constexpr std::size_t batch_hashes_max = 16;

/// Where a record stands among those that were signed at once (specs/records.md, "Batch").
struct BatchPlace {
  std::uint32_t size = 0;   ///< records signed at once, 1 to batch_records_max; 0: no batch
  std::uint32_t index = 0;  ///< which of them this is, from 0
  Bytes path;               ///< its inclusion proof: hashes of 32 bytes, the sibling's first

  bool operator==(const BatchPlace&) const = default;
};

/// One Ed25519 signature: over the record alone (crypto/sign.h, Domain::record), or over the root
/// of a batch the record is in (Domain::batch).
struct RecordSignature {
  VerifyKey signer;
  Signature signature;
  BatchPlace batch;

  bool is_batch() const { return batch.size != 0; }
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("signer", self.signer);
    io("signature", self.signature);
    io("batchSize", self.batch.size);
    io("batchIndex", self.batch.index);
    io("batchPath", self.batch.path);
  }
};

/// A record's bytes with the signatures on them: what is submitted, stored, hashed and served, and
/// never encoded again. Canonical Cap'n Proto (specs/records.md, "Envelope").
struct Envelope {
  Bytes record;
  std::vector<RecordSignature> signatures;  ///< strictly ascending by signer, at least one
};

/// The same, looking at the record's bytes where they lie: they must outlive it.
struct EnvelopeView {
  View record;
  std::vector<RecordSignature> signatures;

  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("record", self.record);
    io("signatures", self.signatures);
  }
};

/// `malformed` when it is larger than envelope_bytes_max.
Result<Bytes> encode(const Envelope& envelope);
/// Syntax only: says nothing about the signatures nor the record. Bytes encode() would not produce
/// are `malformed`.
Result<Envelope> decode_envelope(View bytes);
Result<EnvelopeView> view_envelope(View bytes);

}  // namespace usufruct
