#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Terms from a robots.txt (RFC 9309) for what lies at ImportOptions::path. A crawler that is kept
/// out reserves what it fetches for (specs/vocabulary/crawlers.yaml); one that is let in permits
/// nothing, since it may fetch, which is not the same as what may be done then (AIPREF attach §3).
/// `Content-Usage` and `Content-Signal` lines state preferences: those for everybody as they are,
/// those for one crawler only as far as they reserve. `License` lines are asked about.
Result<Imported> read_robots(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
