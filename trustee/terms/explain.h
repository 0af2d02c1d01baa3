#pragma once

#include <string>

#include "trustee/terms/evaluate.h"

namespace usufruct::terms {

/// An assessment in plain words: the answer, why by rule and clause, the duties, and what would
/// be permitted. Sentences come from specs/vocabulary/messages.yaml by the reason's code. Ends in
/// a line feed; safe for a terminal.
std::string explain(const Assessment& assessment, Language language);

/// `en…` and `zh…` (BCP 47); anything else is English.
Language parse_language(std::string_view tag);

}  // namespace usufruct::terms
