#pragma once

#include <span>
#include <string>

#include "crypto/base/result.h"
#include "crypto/stream.h"
#include "trustee/anonymise/table/engine.h"

namespace usufruct::anonymise {

/// Writes the columns named of a table as CSV with a header, in that order, a row for each of its
/// rows in theirs, every field in quotes: the same cells are the same bytes, whatever the table was
/// written as. Errors: as Engine::each(); `not_found` naming a column that is not there; what the
/// sink says. Cost: two passes over the table.
Result<void> project(const Engine& table, std::span<const std::string> columns, ByteSink& to);

}  // namespace usufruct::anonymise
