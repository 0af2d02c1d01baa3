#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/terms/evaluate.h"

/// specs/terms.md §§3 to 5 said in code as it is said there: word by word, slow, and short enough
/// to be read beside it. The kernel (policy.h) is held against it; what needs the truth of one
/// clause, and not of a million, asks it.
namespace usufruct::terms {

inline Truth both(Truth left, Truth right) { return left < right ? left : right; }
inline Truth either(Truth left, Truth right) { return left < right ? right : left; }

/// One requested word: within what is permitted, and hit by what is forbidden.
Truth is_within(const Vocabulary& vocabulary, Scheme scheme, std::string_view word,
                const std::vector<std::string>& permitted);
Truth is_hit(const Vocabulary& vocabulary, Scheme scheme, std::string_view word,
             const std::vector<std::string>& forbidden);

/// A safeguard asks of the terms' own floor.
Truth judge_safeguard(const Clause& clause, const Floor& floor);
/// One clause as a rule of that effect has it: permits ask of every word, forbids of any.
Truth judge(const Clause& clause, Effect effect, const Terms& terms, const Context& context);
/// All clauses of a rule; a rule without clauses is true.
Truth judge(const Rule& rule, const Terms& terms, const Context& context);

/// All layers of a request's judgement.
Judgement specified(const Terms& terms, std::span<const Licence> licences, const Context& context,
                    std::span<const FurtherTerms> further = {}, const ConsentsHeard& consents = {});

}  // namespace usufruct::terms
