#include "ledger/record/envelope_stream.h"

#include <doctest/doctest.h>

namespace usufruct {
namespace {

Bytes stand_in(std::size_t size, std::uint8_t fill) {
  Bytes bytes(size, fill);
  bytes[0] = bytes[1] = 0;  // as the root pointer of every envelope begins
  return bytes;
}

Result<std::vector<Bytes>> all_of(View bytes) {
  MemorySource source(bytes);
  EnvelopeStream stream(source);
  std::vector<Bytes> envelopes;
  while (auto envelope = TRY(stream.next())) envelopes.push_back(*std::move(envelope));
  return envelopes;
}

TEST_CASE("envelope stream: what was put in comes out, over the edge of what is read at once") {
  Bytes bytes;
  std::vector<Bytes> in;
  for (std::size_t i = 0; i < 40; ++i) {
    in.push_back(stand_in(i % 3 == 0 ? envelope_bytes_max : 100 + i, static_cast<std::uint8_t>(i)));
    append_envelope(bytes, in.back());
  }
  CHECK(all_of(bytes) == in);
  CHECK(all_of({})->empty());
}

TEST_CASE("envelope stream: one alone needs no length") {
  const Bytes one = stand_in(envelope_bytes_max, 7);
  CHECK(all_of(one) == std::vector<Bytes>{one});
  CHECK(all_of(stand_in(envelope_bytes_max + 1, 7)).error().code == Code::malformed);
}

TEST_CASE("envelope stream: cut short anywhere it is malformed, and says where") {
  Bytes bytes;
  append_envelope(bytes, stand_in(20, 1));
  append_envelope(bytes, stand_in(30, 2));
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    if (size == 22) continue;  // whole, with one
    CAPTURE(size);
    const auto cut = all_of(View(bytes).first(size));
    REQUIRE_FALSE(cut);
    CHECK(cut.error().message == (size < 22 ? "the envelopes end within one, at byte 0"
                                            : "the envelopes end within one, at byte 22"));
  }
  append_u16(bytes, 0);
  CHECK(all_of(bytes).error().message == "an envelope of no bytes, at byte 54");
}

}  // namespace
}  // namespace usufruct
