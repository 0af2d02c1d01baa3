#include "ledger/record/codec.h"
#include "ledger/signed.h"
#include "tests/fuzz/target.h"
#include "tests/support/each_kind.h"
#include "tests/support/records.h"

namespace usufruct::fuzz {
namespace {

/// Whatever was accepted has one encoding, and its JSON view loses nothing.
void hold(const Record& record, const Bytes& bytes) {
  const auto again = decode(bytes);
  CHECK_THAT(again.has_value() && *again == record);
  const auto from_text = from_json(to_json(record));
  CHECK_THAT(from_text.has_value() && *from_text == record);
}

void run_record(View input) {
  const auto record = decode(input);
  if (!record) return;
  const auto bytes = encode(*record);
  CHECK_THAT(bytes.has_value() && std::ranges::equal(*bytes, input));
  hold(*record, *bytes);
}

void run_json(View input) {
  const auto record = from_json(as_text(input));
  if (!record) return;
  // JSON can say more than a record may hold: that is for encode() to refuse.
  if (const auto bytes = encode(*record)) hold(*record, *bytes);
}

void run_envelope(View input) {
  const auto envelope = decode_envelope(input);
  const auto verified = verify(input);
  CHECK_THAT(envelope.has_value() || !verified.has_value());
  if (!envelope) return;
  const auto bytes = encode(*envelope);
  CHECK_THAT(bytes.has_value() && std::ranges::equal(*bytes, input));
  CHECK_THAT(!verified || std::ranges::equal(verified->envelope(), input));
}

std::vector<Bytes> record_seeds() {
  std::vector<Bytes> seeds;
  for (const auto& body : one_of_each_kind()) seeds.push_back(*encode(record_with(body)));
  return seeds;
}

std::vector<Bytes> json_seeds() {
  std::vector<Bytes> seeds;
  for (const auto& body : one_of_each_kind()) {
    seeds.push_back(to_bytes(to_json(record_with(body))));
  }
  return seeds;
}

std::vector<Bytes> envelope_seeds() {
  const SigningKey first = key_from(2);
  const SigningKey second = key_from(3);
  Record record = test_record(1).record();
  return {test_record(0).envelope(), test_record(1, 300).envelope(),
          sign(record, std::vector{&first, &second})->envelope()};
}

}  // namespace

const Target record_target{"record", run_record, record_seeds};
const Target json_target{"json", run_json, json_seeds};
const Target envelope_target{"envelope", run_envelope, envelope_seeds};

}  // namespace usufruct::fuzz
