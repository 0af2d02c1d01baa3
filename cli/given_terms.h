#pragma once

#include <string>

#include "cli/context.h"
#include "ledger/record/terms.h"

namespace usufruct::cli {

/// Terms that a command was given: a file, or a dataset's terms in force.
struct GivenTerms {
  Terms terms;
  LoggedPtr dataset;  ///< null for a file
};
/// Reads them by a file's name, `-` for standard input, or a dataset's label or id. `not_found`
/// when there is no such thing, or no terms are in force for it.
Result<GivenTerms> given_terms(Context& context, const std::string& from);

}  // namespace usufruct::cli
