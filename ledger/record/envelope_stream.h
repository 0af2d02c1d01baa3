#pragma once

#include <optional>

#include "crypto/stream.h"
#include "ledger/record/envelope.h"

namespace usufruct {

/// Many envelopes in one run of bytes, as a bundle of a log has its entries:
///
///     (u16 big-endian length ‖ envelope)*
///
/// An envelope of more than envelope_bytes_max is a bug.
void append_envelope(Bytes& to, View envelope);

/// Reads them one by one, in constant memory, and says nothing about what is in them. Also takes
/// one envelope alone, with no length before it: an envelope begins with two zero bytes, where a
/// length of 0 would be.
class EnvelopeStream {
 public:
  /// Borrows the source.
  explicit EnvelopeStream(ByteSource& source) : source_(source) {}

  /// The next one; none at the end. `malformed` where the bytes end early, and errors of the
  /// source; after an error there is no next.
  Result<std::optional<Bytes>> next();

 private:
  Result<bool> has(std::size_t count);
  Result<Bytes> take_alone();

  ByteSource& source_;
  Bytes buffer_;
  std::size_t at_ = 0;        ///< in buffer_: what is before it was handed out
  std::uint64_t passed_ = 0;  ///< bytes of the source before buffer_
};

}  // namespace usufruct
