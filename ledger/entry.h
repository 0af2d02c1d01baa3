#pragma once

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/base/time.h"
#include "ledger/signed.h"
#include "ledger/tile.h"

namespace usufruct {

/// What a leaf of the log hashes and a bundle holds: when the log took a record, and its envelope.
///
///     8 bytes   ledger time: milliseconds since 1970, big-endian
///     n bytes   the envelope, as it was submitted
///
/// So the time is under every checkpoint, and nobody can date a record otherwise later on.
struct Entry {
  Time time;
  Bytes envelope;

  bool operator==(const Entry&) const = default;
};
inline constexpr std::size_t entry_time_bytes = 8;
static_assert(entry_time_bytes + envelope_bytes_max == entry_bytes_max);

/// `time` before 1970 or an envelope over envelope_bytes_max is a bug.
Bytes encode_entry(Time time, View envelope);
/// Says nothing about the envelope but its length (1 to envelope_bytes_max).
Result<Entry> decode_entry(View bytes);

/// The eight bytes alone: the `extra` of a receipt.
Bytes encode_time(Time time);
Result<Time> decode_time(View bytes);

}  // namespace usufruct
