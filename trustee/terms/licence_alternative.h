#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/record/terms.h"
#include "trustee/terms/licence_expression.h"

namespace usufruct::terms {

inline constexpr std::size_t licence_alternatives_max = 64;
inline constexpr std::size_t licence_parts_max = 64;  ///< different ones in an expression

/// One way to satisfy an expression: all of these licences at once.
struct LicenceAlternative {
  std::vector<LicencePart> parts;  ///< ascending, each once
  std::vector<Duty> duties;        ///< of all of them, with the licence that asks; ascending

  bool operator==(const LicenceAlternative&) const = default;
};
std::string print(const LicenceAlternative& alternative);

/// All ways to satisfy an expression (its disjunctive normal form), those with the fewest duties
/// first, then by text. None of them holds all licences of another, which would ask no less.
/// `X+` and X-or-later stand for X and for the later ids the table names. `malformed` when there
/// are more than licence_alternatives_max, even on the way there, or licence_parts_max.
Result<std::vector<LicenceAlternative>> alternatives_of(const LicenceExpression& expression,
                                                        const Vocabulary& vocabulary);
/// The same of what was written.
Result<std::vector<LicenceAlternative>> alternatives_of(std::string_view expression,
                                                        const Vocabulary& vocabulary);

/// What may be chosen for one licence: itself, and later ones where it says so.
std::vector<LicencePart> choices_of(const LicencePart& part, const Vocabulary& vocabulary);

/// The row a licence is judged by; null when the trustees must read it: its id is not in the table,
/// or what follows WITH may do more than loosen it.
const LicenceTerm* row_of(const LicencePart& part, const Vocabulary& vocabulary);
/// Whether every licence of it has a row.
bool is_known(const LicenceAlternative& alternative, const Vocabulary& vocabulary);

}  // namespace usufruct::terms
