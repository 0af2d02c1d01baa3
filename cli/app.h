#pragma once

#include <span>
#include <string>

#include "cli/world.h"

namespace usufruct::cli {

/// Runs one command and says with which status to leave (specs/errors.md). `args` are the words
/// after the program's name.
int run(std::span<const std::string> args, World& world);

}  // namespace usufruct::cli
