#pragma once

#include "crypto/base/result.h"
#include "ledger/record/record.h"
#include "trustee/document/document.h"

namespace usufruct::terms {

/// What is read from a file fits into a record, so that who checks a file meets the limits of who
/// records it (ledger/record/codec.h). `malformed`: a text or a list of the file is too long, with
/// its place; asked before anything is read from it.
Result<void> check_sizes(const document::File& file);
/// The same of all that was read: it is too large together.
Result<void> check_fits(const document::File& file, Body body);

}  // namespace usufruct::terms
