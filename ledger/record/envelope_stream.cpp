#include "ledger/record/envelope_stream.h"

#include <fmt/format.h>

#include "crypto/base/check.h"

namespace usufruct {
namespace {

constexpr std::size_t length_bytes = 2;
constexpr std::size_t read_bytes = 1 << 18;
static_assert(envelope_bytes_max <= UINT16_MAX && length_bytes + envelope_bytes_max <= read_bytes);

}  // namespace

void append_envelope(Bytes& to, View envelope) {
  CHECK_THAT(!envelope.empty() && envelope.size() <= envelope_bytes_max);
  append_u16(to, static_cast<std::uint16_t>(envelope.size()));
  append(to, envelope);
}

/// Whether so many bytes are left; reads on where they are not in the buffer yet.
Result<bool> EnvelopeStream::has(std::size_t count) {
  if (buffer_.size() - at_ >= count) return true;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
  passed_ += at_;
  at_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(read_bytes);
  const std::size_t more = TRY(read_full(source_, std::span(buffer_).subspan(before)));
  buffer_.resize(before + more);
  return buffer_.size() >= count;
}

Result<std::optional<Bytes>> EnvelopeStream::next() {
  if (!TRY(has(1))) return std::nullopt;
  const auto cut = [&] {
    return malformed(fmt::format("the envelopes end within one, at byte {}", passed_ + at_),
                     "it was cut short, or holds something else than envelopes");
  };
  if (!TRY(has(length_bytes))) return cut();
  const std::size_t length = read_u16(View(buffer_).subspan(at_));
  if (length == 0) return TRY(take_alone());
  if (!TRY(has(length_bytes + length))) return cut();
  Bytes envelope = to_bytes(View(buffer_).subspan(at_ + length_bytes, length));
  at_ += length_bytes + length;
  return envelope;
}

Result<Bytes> EnvelopeStream::take_alone() {
  if (passed_ + at_ > 0) {
    return malformed(fmt::format("an envelope of no bytes, at byte {}", passed_ + at_));
  }
  if (TRY(has(envelope_bytes_max + 1))) {
    return malformed(fmt::format("an envelope of more than {} bytes", envelope_bytes_max));
  }
  at_ = buffer_.size();
  return buffer_;
}

}  // namespace usufruct
