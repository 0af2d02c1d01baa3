#pragma once

#include <optional>

#include "trustee/terms/import/odrl/formula.h"

namespace usufruct::terms::odrl {

/// A condition, or its opposite, as alternatives of clauses; nothing when no clause says it.
///
/// Words: `eq` and its like say "it or a kind of it", so that their opposite leaves out whatever
/// overlaps it. Of a request's several words a permit asks each, a forbid any.
std::optional<Alternatives> say(const Atom& atom, bool is_not, Mode mode,
                                const Vocabulary& vocabulary);

}  // namespace usufruct::terms::odrl
