#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/signal.h"

namespace usufruct::terms {

/// Terms from a usage preference of the IETF's AIPREF group (draft-ietf-aipref-vocab-08, and
/// draft-ietf-aipref-attach-05 for the header): `train-ai=n, search=y`, or the head of an HTTP
/// response with `Content-Usage` in it. `y` permits, `n` forbids, anything else states nothing; a
/// text that is no dictionary states nothing at all. `n;exceptions=cc-cr` (Creative Commons'
/// signals) permits under duties. `malformed` when there is no preference to read.
Result<Imported> read_aipref(std::string_view text, const ImportOptions& options);

/// Whose word a preference is: with some crawler alone only what it reserves counts.
enum class Heard : std::uint8_t { by_all, by_some };
/// What one field value says, added to a signal.
void hear_aipref(std::string_view field, Heard heard, Signal& signal);

}  // namespace usufruct::terms
