#pragma once

#include "cli/context.h"
#include "cli/output.h"
#include "cli/table.h"
#include "ledger/record/request.h"

namespace usufruct::cli {

/// All that a request asks for: trustees vote on what they see of it. What it leaves open of whom,
/// how long and how many releases is said too.
void add_content(Facts& facts, const Request& request);
/// The same by the keys of a request file, as far as they are said; the price as `EUR 12.50`.
Json json_of(const Request& request);

/// For a next step: the command that asks again in place of a request.
std::string anew_of(Context& context, const Logged& dataset, const std::string& request);

}  // namespace usufruct::cli
