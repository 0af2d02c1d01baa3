#pragma once

#include <span>
#include <string>
#include <vector>

#include "crypto/sign.h"
#include "ledger/record/envelope.h"
#include "ledger/record/record.h"

namespace usufruct {

/// A record whose envelope was checked: canonical, signed by its issuer, every signature on it
/// good. Only verify() makes one. Says nothing about whether the record may follow what is logged:
/// trustee/law.
class Verified {
 public:
  const Record& record() const { return record_; }
  const RecordId& id() const { return id_; }
  const Bytes& envelope() const { return envelope_; }
  /// Who signed, ascending; the issuer is among them.
  const std::vector<VerifyKey>& signers() const { return signers_; }
  bool signed_by(std::string_view did) const;
  /// The record moved out: what the log keeps of it.
  Record take_record() && { return std::move(record_); }

 private:
  friend Result<Verified> verify(View envelope);
  Verified() = default;

  Record record_;
  RecordId id_;
  Bytes envelope_;
  std::vector<VerifyKey> signers_;
};

/// Checks an envelope: `malformed` if it does not parse, `unverified` if a signature fails or the
/// issuer did not sign. One Ed25519 verification per signature (about 50 µs each).
Result<Verified> verify(View envelope);

/// The same for many, on all cores; results in the order given.
std::vector<Result<Verified>> verify_all(std::span<const Bytes> envelopes);

/// Signs a record with the issuer's key and any others. `malformed` if the record does not encode;
/// a bug if no key is the issuer's.
Result<Verified> sign(const Record& record, std::span<const SigningKey* const> keys);
Result<Verified> sign(const Record& record, const SigningKey& key);

}  // namespace usufruct
