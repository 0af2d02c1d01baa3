#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Terms from a licence document of Really Simple Licensing 1.0 (rslstandard.org/rsl) for what lies
/// at ImportOptions::path: of the `content` elements the one with the longest URL that matches
/// counts. Each `license` in it is an offer: what it permits, for whom, where and at what price.
/// What all offers together do not list is not allowed, when each of them lists something; what one
/// prohibits another may still permit. Hosts are not known: where several are named it is
/// asked which is meant. `malformed` when it is no such document.
Result<Imported> read_rsl(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
