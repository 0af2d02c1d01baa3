#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "trustee/terms/licence_combination.h"

namespace usufruct::cli {

/// The licences that bind whoever asks for a dataset, as one expression: those recorded, or else
/// the one its description names. `not_found` when there is none, `malformed` when it cannot be
/// read.
Result<terms::LicenceExpression> licence_of(Context& context, const Logged& dataset);

/// What there is to say of a licence given to data that were made of others: what the inputs ask
/// and it leaves out, and what cannot be told. Empty when all is well, or nothing was their input.
Result<std::vector<std::string>> licence_notes(Context& context, const std::string& expression,
                                               const RecordId& dataset);

/// `'X' is in no table…`, for each licence of an expression that the trustees must read.
std::vector<std::string> unknown_licences(const terms::LicenceExpression& expression);

}  // namespace usufruct::cli
