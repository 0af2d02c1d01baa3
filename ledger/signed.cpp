#include "ledger/signed.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "crypto/base/check.h"
#include "crypto/base/parallel.h"
#include "crypto/did_key.h"
#include "ledger/record/codec.h"

namespace usufruct {

bool Verified::signed_by(std::string_view did) const {
  const auto key = parse_did_key(did);
  return key && std::ranges::find(signers(), *key) != signers().end();
}

std::pair<Record, std::vector<VerifyKey>> Verified::take() && {
  const auto content = std::exchange(content_, nullptr);
  if (content.use_count() > 1) return {content->record, content->signers};
  return {std::move(content->record), std::move(content->signers)};
}

Result<void> Verifier::check(const RecordSignature& signature, const RecordId& id, View record) {
  const auto& [signer, bytes, place] = signature;
  if (!signature.is_batch()) {
    if (usufruct::verify(signer, Domain::record, record, bytes)) return {};
    return unverified(
        fmt::format("record {}: the signature of {} does not verify", print_short(id),
                    print_did_key(signer)),
        "the record was changed after it was signed, or was never signed by this key");
  }
  if (known_.verify(signer, climb_.root(place, id), bytes)) return {};
  return unverified(
      fmt::format("record {}: the signature of {} on a batch of {} does not verify for record {}",
                  print_short(id), print_did_key(signer), place.size, place.index),
      "the record or its path was changed after it was signed, or is not of this batch");
}

Result<Verified> Verifier::verify(View bytes) { return verify(to_bytes(bytes)); }

Result<Verified> Verifier::verify(Bytes bytes) {
  const auto content = std::make_shared<Verified::Content>();
  content->envelope = std::move(bytes);
  const EnvelopeView envelope = TRY(view_envelope(content->envelope));
  content->record = TRY(decode(envelope.record));
  content->id = id_of(envelope.record);
  const VerifyKey issuer = TRY_IN("record issuer", key_of(content->record.issuer));
  content->signers.reserve(envelope.signatures.size());
  for (const auto& signature : envelope.signatures) {
    CHECK_OK(check(signature, content->id, envelope.record));
    content->signers.push_back(signature.signer);
  }
  if (std::ranges::find(content->signers, issuer) == content->signers.end()) {
    return unverified(fmt::format("record {}: its issuer {} did not sign it",
                                  print_short(content->id), content->record.issuer));
  }
  return Verified(content);
}

/// Records come in runs of one issuer.
Result<VerifyKey> Verifier::key_of(const std::string& did) {
  if (did != issuer_) {
    issuer_key_ = TRY(parse_did_key(did));
    issuer_ = did;
  }
  return issuer_key_;
}

Result<Verified> verify(View envelope, BatchSignatures& known) {
  return Verifier(known).verify(envelope);
}

Result<Verified> verify(View envelope) {
  BatchSignatures known;
  return verify(envelope, known);
}

std::vector<Result<Verified>> verify_all(std::span<const Bytes> envelopes, BatchSignatures& known) {
  // A block is long enough for neighbours of a batch to share their hashes, and short enough for
  // all cores to end together.
  constexpr std::size_t block = 32;
  const std::size_t blocks = (envelopes.size() + block - 1) / block;
  std::vector<std::vector<Result<Verified>>> results(blocks);
  for_each_index(blocks, 1, [&](std::size_t i) {
    Verifier verifier(known);
    for (const Bytes& envelope :
         envelopes.subspan(i * block).first(std::min(block, envelopes.size() - i * block))) {
      results[i].push_back(verifier.verify(envelope));
    }
  });
  std::vector<Result<Verified>> out;
  out.reserve(envelopes.size());
  for (auto& some : results) std::ranges::move(some, std::back_inserter(out));
  return out;
}

std::vector<Result<Verified>> verify_all(std::span<const Bytes> envelopes) {
  BatchSignatures known;
  return verify_all(envelopes, known);
}

namespace {

/// In the order in which an envelope has its signatures, each once.
std::vector<const SigningKey*> in_order(std::span<const SigningKey* const> keys) {
  std::vector<const SigningKey*> sorted(keys.begin(), keys.end());
  const auto signer = [](const SigningKey* key) { return key->verify_key(); };
  std::ranges::sort(sorted, {}, signer);
  const auto repeated = std::ranges::unique(sorted, {}, signer);
  sorted.erase(repeated.begin(), repeated.end());
  return sorted;
}

}  // namespace

Result<Verified> sign(const Record& record, std::span<const SigningKey* const> keys) {
  Envelope envelope;
  envelope.record = TRY(encode(record));
  for (const SigningKey* key : in_order(keys)) {
    envelope.signatures.push_back(
        {key->verify_key(), key->sign(Domain::record, envelope.record), {}});
  }
  return verify(TRY(encode(envelope)));
}

Result<Verified> sign(const Record& record, const SigningKey& key) {
  const SigningKey* const keys[] = {&key};
  return sign(record, keys);
}

Result<std::vector<Verified>> sign_batch(std::span<const Record> records,
                                         std::span<const SigningKey* const> keys) {
  if (records.empty() || records.size() > batch_records_max) {
    return malformed(
        fmt::format("a batch of {} records, not 1 to {}", records.size(), batch_records_max));
  }
  const auto where = [](std::size_t i) { return fmt::format("record {} of the batch", i); };
  std::vector<Envelope> envelopes(records.size());
  std::vector<RecordId> ids;
  ids.reserve(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    envelopes[i].record = TRY_IN(where(i), encode(records[i]));
    ids.push_back(id_of(envelopes[i].record));
  }
  const BatchTree tree(ids);
  const auto statement = tree.root().statement();
  std::vector<RecordSignature> signatures;
  for (const SigningKey* key : in_order(keys)) {
    signatures.push_back({key->verify_key(), key->sign(Domain::batch, statement), {}});
  }
  std::vector<Bytes> encoded(records.size());
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    for (auto& signature : signatures) signature.batch = tree.place(i);
    envelopes[i].signatures = signatures;
    encoded[i] = TRY_IN(where(i), encode(envelopes[i]));
    envelopes[i] = {};
  }
  std::vector<Verified> signed_records;
  signed_records.reserve(records.size());
  auto results = verify_all(encoded);
  for (std::size_t i = 0; i < results.size(); ++i) {
    signed_records.push_back(TRY_IN(where(i), std::move(results[i])));
  }
  return signed_records;
}

Result<std::vector<Verified>> sign_batch(std::span<const Record> records, const SigningKey& key) {
  const SigningKey* const keys[] = {&key};
  return sign_batch(records, keys);
}

}  // namespace usufruct
