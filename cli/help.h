#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"

namespace usufruct::cli {

enum class Detail { brief, full };

/// Help for the program, a noun or a verb: examples first.
std::string help_for(const Commands& commands, const CLI::App& command, const CLI::App& root,
                     Detail detail);

/// The pages of `usufruct help TOPIC`: exit-codes, formats, environment.
std::optional<std::string> help_topic(std::string_view topic);
const std::vector<std::string>& help_topics();

/// The version of the program and of every format it writes.
std::string version_text();

}  // namespace usufruct::cli
