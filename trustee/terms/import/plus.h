#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Terms from the Data Mining property of IPTC and PLUS (LDF 2.0.1): `DMI-PROHIBITED-AIMLTRAINING`,
/// or its URL. Where it says to see another property, the trustees see it. `malformed` when there
/// is none, or more than values_max of them.
Result<Imported> read_plus(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
