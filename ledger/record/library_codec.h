#pragma once

#include "ledger/record/codec.h"
#include "ledger/record/envelope.h"

namespace usufruct::library {

/// The codec once more, by Cap'n Proto's own library: its dynamic API by field name and its
/// canonicalize(). Some fifty times slower than encode() and decode(), which must agree with it on
/// every message: tests/ledger/record/wire_test.cpp. Errors as theirs, in the library's words.
Result<Bytes> encode(const Record& record);
Result<Record> decode(View bytes);
Result<Bytes> encode(const Envelope& envelope);
Result<Envelope> decode_envelope(View bytes);

}  // namespace usufruct::library
