#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crypto/sign.h"
#include "ledger/batch.h"
#include "ledger/batch_signatures.h"
#include "ledger/record/envelope.h"
#include "ledger/record/record.h"

namespace usufruct {

/// A record whose envelope was checked: canonical, signed by its issuer, every signature on it
/// good. Only verify() makes one. Says nothing about whether the record may follow what is logged:
/// trustee/law.
class Verified {
 public:
  const Record& record() const { return content_->record; }
  const RecordId& id() const { return content_->id; }
  const Bytes& envelope() const { return content_->envelope; }
  /// Who signed, ascending; the issuer is among them.
  const std::vector<VerifyKey>& signers() const { return content_->signers; }
  bool signed_by(std::string_view did) const;
  /// The record and who signed it, for the log to keep: moved out when nobody else has them.
  std::pair<Record, std::vector<VerifyKey>> take() &&;

 private:
  friend class Verifier;
  struct Content {
    Record record;
    RecordId id;
    Bytes envelope;
    std::vector<VerifyKey> signers;
  };
  explicit Verified(std::shared_ptr<Content> content) : content_(std::move(content)) {}

  /// On its way into the log a record changes hands many times. Shared by copies, never changed but
  /// by the last to have it.
  std::shared_ptr<Content> content_;
};

/// Checks envelopes one after another, on one thread, and remembers what the next one may share
/// with the last: a batch taken in its order costs one Ed25519 verification and then some 3 µs a
/// record of 1 KiB. What it remembers makes it faster, and never changes an answer.
class Verifier {
 public:
  /// `known` may be shared with other verifiers, on other threads; it must outlive this one.
  explicit Verifier(BatchSignatures& known) : known_(known) {}

  /// `malformed` if it does not parse, `unverified` if a signature fails or the issuer did not
  /// sign. One Ed25519 verification (about 50 µs) for each signature on this record alone, and for
  /// each batch that is not known.
  Result<Verified> verify(View envelope);
  Result<Verified> verify(Bytes envelope);

 private:
  Result<VerifyKey> key_of(const std::string& did);
  Result<void> check(const RecordSignature& signature, const RecordId& id, View record);

  BatchSignatures& known_;
  BatchClimb climb_;
  std::string issuer_;  ///< of the last record, and its key
  VerifyKey issuer_key_;
};

/// One envelope, as Verifier checks it.
Result<Verified> verify(View envelope);
Result<Verified> verify(View envelope, BatchSignatures& known);

/// Many, on all cores; results in the order given.
std::vector<Result<Verified>> verify_all(std::span<const Bytes> envelopes);
std::vector<Result<Verified>> verify_all(std::span<const Bytes> envelopes, BatchSignatures& known);

/// Signs a record with the issuer's key and any others. `malformed` if the record does not encode,
/// `unverified` if no key is the issuer's. A key given twice signs once.
Result<Verified> sign(const Record& record, std::span<const SigningKey* const> keys);
Result<Verified> sign(const Record& record, const SigningKey& key);

/// Signs up to batch_records_max records with one signature a key; each envelope carries its path
/// to what was signed. The order given is kept. Errors as sign(), with the number of the record,
/// from 0; `malformed` when there are none or too many.
Result<std::vector<Verified>> sign_batch(std::span<const Record> records,
                                         std::span<const SigningKey* const> keys);
Result<std::vector<Verified>> sign_batch(std::span<const Record> records, const SigningKey& key);

}  // namespace usufruct
