#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Terms from the use fields of the Data Provenance Standards 1.0.0 (Data & Trust Alliance) as
/// JSON: the whole metadata or its `use` alone. What the data are intended for is permitted, within
/// the places and under the licence that are named. A list that is empty or left out states no
/// requirement: that is neither everything nor nothing, and is asked about
/// (ImportOptions::unstated). `malformed` when there is no use field.
Result<Imported> read_dta(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
