#include "ledger/record/envelope.h"

#include "ledger/proof.h"
#include "ledger/record/wire_guard.h"
#include "ledger/record/wire_reader.h"
#include "ledger/record/wire_writer.h"

namespace usufruct {
namespace {

/// A place that cannot be, or a path that cannot lead from it to a root, is a fault of form.
void check_place(const BatchPlace& batch) {
  if (batch.size == 0) {
    if (batch.index == 0 && batch.path.empty()) return;
    throw wire::Refused{"a signature has a place in a batch of 0 records"};
  }
  if (batch.size > batch_records_max) {
    throw wire::Refused{
        fmt::format("a batch of {} records, more than {}", batch.size, batch_records_max)};
  }
  if (batch.index >= batch.size) {
    throw wire::Refused{fmt::format("no record {} in a batch of {}", batch.index, batch.size)};
  }
  const std::size_t due = inclusion_path({batch.index}, {batch.size}).hashes() * Digest::size_bytes;
  if (batch.path.size() != due) {
    throw wire::Refused{fmt::format("a path of {} bytes where {} are due for record {} of {}",
                                    batch.path.size(), due, batch.index, batch.size)};
  }
}

void check_signatures(const std::vector<RecordSignature>& signatures) {
  if (signatures.empty()) throw wire::Refused{"nobody signed it"};
  if (signatures.size() > signatures_max) {
    throw wire::Refused{
        fmt::format("{} signatures, more than {}", signatures.size(), signatures_max)};
  }
  for (const auto& signature : signatures) check_place(signature.batch);
  for (std::size_t i = 1; i < signatures.size(); ++i) {
    if (!(signatures[i - 1].signer < signatures[i].signer)) {
      throw wire::Refused{"the signatures are not in ascending order of signer"};
    }
  }
}

}  // namespace

Result<Bytes> encode(const Envelope& envelope) {
  return wire::guarded("envelope", [&] {
    return wire::write_message(EnvelopeView{envelope.record, envelope.signatures},
                               envelope_bytes_max);
  });
}

Result<EnvelopeView> view_envelope(View bytes) {
  return wire::guarded("envelope", [&] {
    EnvelopeView envelope;
    wire::read_message(bytes, envelope_bytes_max, envelope);
    check_signatures(envelope.signatures);
    return envelope;
  });
}

Result<Envelope> decode_envelope(View bytes) {
  EnvelopeView envelope = TRY(view_envelope(bytes));
  return Envelope{to_bytes(envelope.record), std::move(envelope.signatures)};
}

}  // namespace usufruct
