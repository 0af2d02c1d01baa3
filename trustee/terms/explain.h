#pragma once

#include <string>

#include "trustee/terms/evaluate.h"

namespace usufruct::terms {

/// An assessment in plain words: the answer, why by rule and clause, the duties, and what would
/// be permitted. Sentences come from specs/vocabulary/messages.yaml by the reason's code, with
/// `-none` behind it where the request says nothing of what the rule asks about and there is such a
/// message; in English where there is no text in the language. Ends in a line feed; safe for a
/// terminal.
///
/// The texts are those of `texts`, whatever words the assessment was made by: a vocabulary of the
/// ledger has none.
std::string explain(const Assessment& assessment, const Language& language,
                    const Vocabulary& texts = Vocabulary::builtin());

/// What a release must reach, bound by bound, in the same way: a head line, then one line each.
/// Nothing where there is no floor.
std::string explain_floor(const Floor& floor, const Language& language,
                          const Vocabulary& texts = Vocabulary::builtin());

}  // namespace usufruct::terms
