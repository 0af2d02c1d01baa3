#include "ledger/entry.h"

#include <fmt/format.h>

#include "crypto/base/check.h"

namespace usufruct {

Bytes encode_time(Time time) {
  CHECK_THAT(time.ms >= 0);
  Bytes bytes;
  append_u64(bytes, static_cast<std::uint64_t>(time.ms));
  return bytes;
}

Result<Time> decode_time(View bytes) {
  if (bytes.size() != entry_time_bytes) {
    return malformed(fmt::format("a ledger time has 8 bytes, not {}", bytes.size()));
  }
  const std::uint64_t ms = read_u64(bytes);
  if (ms > static_cast<std::uint64_t>(INT64_MAX)) return malformed("the ledger time is too large");
  return Time{static_cast<std::int64_t>(ms)};
}

Bytes encode_entry(Time time, View envelope) {
  CHECK_THAT(time.ms >= 0 && envelope.size() <= envelope_bytes_max);
  Bytes bytes;
  bytes.reserve(entry_time_bytes + envelope.size());
  append_u64(bytes, static_cast<std::uint64_t>(time.ms));
  append(bytes, envelope);
  return bytes;
}

Result<Entry> decode_entry(View bytes) {
  if (bytes.size() <= entry_time_bytes || bytes.size() > entry_bytes_max) {
    return malformed(fmt::format("an entry has 9 to 65,535 bytes, not {}", bytes.size()));
  }
  return Entry{TRY(decode_time(bytes.first(entry_time_bytes))),
               to_bytes(bytes.subspan(entry_time_bytes))};
}

}  // namespace usufruct
