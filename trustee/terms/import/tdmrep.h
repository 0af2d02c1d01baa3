#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Terms from the TDM Reservation Protocol (W3C Community Group Report, 2024): the site's
/// `tdmrep.json`, the head of an HTTP response, or an HTML page with its meta elements; which of
/// them shows by how it begins. Of the file the first rule counts whose location matches
/// ImportOptions::path. Reserved is data mining with all its kinds; a policy is where a licence can
/// be had, and is asked about, as is a reservation that is neither 0 nor 1. `malformed` when it is
/// none of the three.
Result<Imported> read_tdmrep(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
