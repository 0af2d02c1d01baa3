#pragma once

#include <cstddef>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/sign.h"

namespace usufruct {

/// An envelope and eight bytes of ledger time make an entry, which fits a tile bundle (65,535
/// bytes).
inline constexpr std::size_t envelope_bytes_max = 65'527;
/// A charter carries one signature per trustee; nothing needs more.
inline constexpr std::size_t signatures_max = 256;

/// One Ed25519 signature over `"usufruct/record/v1\n" ‖ record bytes` (crypto/sign.h,
/// Domain::record).
struct RecordSignature {
  VerifyKey signer;
  Signature signature;

  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("signer", self.signer);
    io("signature", self.signature);
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
