#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/base/chance.h"
#include "crypto/base/time.h"
#include "ledger/log_statement.h"
#include "ledger/rebuild.h"
#include "trustee/workspace.h"

namespace usufruct {

/// What is done to a workspace's log beside writing to it (specs/log.md §7, §9, §10). Nobody else
/// may write the log meanwhile: `conflict`.

/// Gives the log a new key. The old one goes on signing beside it until retire_log_key(), so that
/// whoever knows either is served. The change, signed by both, is kept in the workspace's
/// `statements`. `conflict` while a former key is not retired. Answers the new vkey.
Result<std::string> change_log_key(const Workspace& workspace, const Clock& clock, Chance& chance);

/// From now on the newest key signs alone. `not_found` when there is no former key.
Result<void> retire_log_key(const Workspace& workspace, const Clock& clock);

/// Ends the log. Answers the closing note, which is kept in `statements` too.
Result<std::string> close_log(const Workspace& workspace, const Clock& clock,
                              const std::optional<NoteVerifier>& successor);

/// Makes the views of the log again; answers how many entries it has.
Result<std::uint64_t> rebuild_log(const Workspace& workspace, const RebuildProgress& progress);

/// The notes in `statements`, oldest first.
Result<std::vector<std::string>> log_statements(const Workspace& workspace);

}  // namespace usufruct
