#include "ledger/record/envelope.h"

#include "ledger/record/wire_guard.h"
#include "ledger/record/wire_reader.h"
#include "ledger/record/wire_writer.h"

namespace usufruct {
namespace {

void check_signatures(const std::vector<RecordSignature>& signatures) {
  if (signatures.empty()) throw wire::Refused{"nobody signed it"};
  if (signatures.size() > signatures_max) {
    throw wire::Refused{
        fmt::format("{} signatures, more than {}", signatures.size(), signatures_max)};
  }
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
