#pragma once

#include <string>

#include "cli/context.h"
#include "crypto/base/json.h"
#include "ledger/record/release.h"

namespace usufruct::cli {

/// What was released and what was measured on it, as text for a person. Ends in the table of
/// columns.
std::string facts_of(Context& context, const Release& release);

/// The same for a program, but for what the text says of the names of other records.
Json json_of(const Release& release);

}  // namespace usufruct::cli
