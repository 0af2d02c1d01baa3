#pragma once

#include <filesystem>

#include "cli/deposit.h"
#include "trustee/anonymise/table/engine.h"
#include "trustee/workspace.h"

namespace usufruct::cli {

/// Keeps what the description names beside the table, found in the folder, among the workspace's
/// documents, and names it in the version by its digest: each hierarchy, printed, and of the table
/// of a population the quasi-identifiers, a row a person. `malformed` when a hierarchy lacks a
/// value of the table, a cell of asked k is no number, or there are fewer people than rows.
Result<void> keep_files(const Workspace& workspace, const std::filesystem::path& folder,
                        const anonymise::Engine& table, Prepared& prepared);

}  // namespace usufruct::cli
