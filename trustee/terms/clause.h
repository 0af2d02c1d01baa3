#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trustee/terms/evaluate.h"

/// The words and numbers of a request that a clause looks at: shared by judging and suggesting.
namespace usufruct::terms {

inline Truth both(Truth left, Truth right) { return left < right ? left : right; }
inline Truth either(Truth left, Truth right) { return left < right ? right : left; }

/// The name a clause kind has in terms files and in the digest.
std::string_view name_of(ClauseKind kind);

/// The scheme a kind's values are words of, or none for kinds without words.
std::optional<Scheme> scheme_of(ClauseKind kind);

/// One requested word: within what is permitted, and hit by what is forbidden.
Truth is_within(const Vocabulary& vocabulary, Scheme scheme, std::string_view word,
                const std::vector<std::string>& permitted);
Truth is_hit(const Vocabulary& vocabulary, Scheme scheme, std::string_view word,
             const std::vector<std::string>& forbidden);

/// The words a request brings against a kind; recipients fall back on the requester's classes.
const std::vector<std::string>& words_of(ClauseKind kind, const Context& context);

std::string wanted_of(const Clause& clause);
std::string got_of(const Clause& clause, const Terms& terms, const Context& context);

/// Sets `nearest` of an assessment that does not permit (suggest.cpp).
std::vector<Suggestion> suggest(const Terms& terms, std::span<const Licence> licences,
                                const Context& context);

}  // namespace usufruct::terms
