#pragma once

#include <string>

#include "crypto/base/bytes.h"
#include "ledger/record/record.h"

namespace usufruct {

/// Upper bound of an encoded record: an entry (time, envelope) fits the 65,535 bytes of a tile
/// bundle.
inline constexpr std::size_t record_bytes_max = 64'000;
/// Of one text of a record, and of the items of one list.
inline constexpr std::size_t record_text_bytes_max = 16'384;
inline constexpr std::size_t record_list_count_max = 4'096;

/// The canonical Cap'n Proto encoding: one segment, no framing (specs/records.md). Same record,
/// same bytes. `malformed` when a text is not UTF-8, a set is not in order or the record is too
/// large. About 0.5 µs for 1 KiB.
Result<Bytes> encode(const Record& record);

/// Strict: bytes that encode() would not produce are `malformed`, with the place of the first that
/// it would not. Says nothing about who signed them. One pass, about 1 µs for 1 KiB.
Result<Record> decode(View bytes);

RecordId id_of(View record_bytes);

/// The lossless JSON view by Cap'n Proto's JsonCodec: camelCase fields, 64-bit integers as strings,
/// ids and digests in hex. Of a record that encode() takes. `from_json` reads what `to_json`
/// writes; unknown fields are `malformed`.
std::string to_json(const Record& record);
Result<Record> from_json(std::string_view json);

}  // namespace usufruct
