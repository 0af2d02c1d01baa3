#pragma once

#include <string>

#include "cli/command.h"
#include "trustee/terms/language.h"

namespace usufruct::cli {

/// The option `--language`, a BCP 47 tag; empty when it is not given.
void add_language(CLI::App& verb, std::string& language);

/// The language that was asked for, English where none was. `usage` for what is no tag. Where
/// nothing at all is said in it a note says so, with the languages there are: texts are then in
/// English.
Result<terms::Language> language_of(Context& context, const std::string& tag);

}  // namespace usufruct::cli
