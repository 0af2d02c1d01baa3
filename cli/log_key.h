#pragma once

#include <string>

#include "cli/command.h"
#include "crypto/note.h"

namespace usufruct::cli {

/// The log's public key, for what is verified offline: a vkey, or a file that holds one; else the
/// workspace's own.
void add_log_key(CLI::App& verb, std::string& key);
Result<NoteVerifier> log_key(Context& context, const std::string& key);

}  // namespace usufruct::cli
