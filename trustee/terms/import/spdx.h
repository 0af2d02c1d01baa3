#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Different conditions that are written out; of more, one ask stands for all.
inline constexpr std::size_t spdx_rules_max = 64;

/// Terms from a licence expression of SPDX: what its licences permit, forbid, leave to the trustees
/// and ask for in return, as a request judged by the licence itself would find it (specs/terms.md
/// §5, §9):
///
///     CC-BY-NC-4.0 OR (MIT AND LicenseRef-own)
///
/// Where one may choose, what is refused is what every alternative refuses. A licence that is not
/// in the table is asked about. `malformed` with its column.
Result<Imported> read_spdx(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
