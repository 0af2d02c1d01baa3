#include "ledger/signed.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/check.h"
#include "crypto/base/parallel.h"
#include "crypto/did_key.h"
#include "ledger/record/codec.h"

namespace usufruct {

bool Verified::signed_by(std::string_view did) const {
  const auto key = parse_did_key(did);
  return key && std::ranges::find(signers_, *key) != signers_.end();
}

Result<Verified> verify(View bytes) {
  Envelope envelope = TRY(decode_envelope(bytes));
  Verified verified;
  verified.record_ = TRY(decode(envelope.record));
  verified.id_ = id_of(envelope.record);
  const VerifyKey issuer = TRY_IN("record issuer", parse_did_key(verified.record_.issuer));
  for (const auto& [signer, signature] : envelope.signatures) {
    if (!usufruct::verify(signer, Domain::record, envelope.record, signature)) {
      return unverified(
          fmt::format("record {}: the signature of {} does not verify", print_short(verified.id_),
                      print_did_key(signer)),
          "the record was changed after it was signed, or was never signed by this key");
    }
    verified.signers_.push_back(signer);
  }
  if (std::ranges::find(verified.signers_, issuer) == verified.signers_.end()) {
    return unverified(fmt::format("record {}: its issuer {} did not sign it",
                                  print_short(verified.id_), verified.record_.issuer));
  }
  verified.envelope_ = to_bytes(bytes);
  return verified;
}

std::vector<Result<Verified>> verify_all(std::span<const Bytes> envelopes) {
  std::vector<std::optional<Result<Verified>>> results(envelopes.size());
  for_each_index(envelopes.size(), 16, [&](std::size_t i) { results[i] = verify(envelopes[i]); });
  std::vector<Result<Verified>> out;
  out.reserve(results.size());
  for (auto& result : results) out.push_back(std::move(*result));
  return out;
}

Result<Verified> sign(const Record& record, std::span<const SigningKey* const> keys) {
  Envelope envelope;
  envelope.record = TRY(encode(record));
  for (const SigningKey* key : keys) {
    envelope.signatures.push_back({key->verify_key(), key->sign(Domain::record, envelope.record)});
  }
  const auto signer = [](const RecordSignature& s) { return s.signer.bytes; };
  std::ranges::sort(envelope.signatures, {}, signer);
  const auto repeated = std::ranges::unique(envelope.signatures, {}, signer);
  envelope.signatures.erase(repeated.begin(), repeated.end());
  return verify(TRY(encode(envelope)));
}

Result<Verified> sign(const Record& record, const SigningKey& key) {
  const SigningKey* const keys[] = {&key};
  return sign(record, keys);
}

}  // namespace usufruct
