#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Terms from the training and data mining assertion of CAWG (1.1; `c2pa.` before) as JSON: the
/// assertion, its data, or a manifest that holds some:
///
///     {"entries": {"cawg.ai_training": {"use": "constrained", "constraint_info": "ask us"}}}
///
/// Each entry speaks for itself: data mining that is not allowed does not reserve inference that
/// is. Constrained with no word of how is not allowed (§3.1); allowed under a constraint is
/// constrained. `malformed` when there is no such assertion, or the entries of one are no mapping.
Result<Imported> read_cawg(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
