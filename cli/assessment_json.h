#pragma once

#include "crypto/base/json.h"
#include "trustee/terms/evaluate.h"

namespace usufruct::cli {

/// An assessment for a program: every layer with its reasons {rule, clause, code, wanted, got,
/// truth}, and what would be permitted.
Json json_of(const terms::Assessment& assessment);

}  // namespace usufruct::cli
