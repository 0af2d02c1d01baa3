#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trustee/terms/evaluate.h"

/// The words and numbers of a request that a clause looks at: shared by judging, compiling and
/// suggesting.
namespace usufruct::terms {

/// The name a clause kind has in terms files and in the digest.
std::string_view name_of(ClauseKind kind);

/// The scheme a kind's values are words of, or none for kinds without words.
std::optional<Scheme> scheme_of(ClauseKind kind);

/// Whether [low, high) says anything: a high of 0 is open, and both open is nothing.
bool is_interval(std::int64_t low, std::int64_t high);
/// What can be offered: from nothing to less than this. Other offers are no request.
inline constexpr std::int64_t offer_end = std::int64_t{1} << 62;
inline bool is_offer(std::int64_t amount) { return amount >= 0 && amount < offer_end; }
/// What a recurring clause turns with; none when it says nothing.
enum class Turn : std::uint8_t { week, year };
std::optional<Turn> turn_of(const Clause& clause);
/// The ids of a licence expression: of ` AND ` between ids; anything else is one id nobody knows.
std::vector<std::string> licence_ids(std::string_view expression);

/// The words a request brings against a kind; recipients fall back on the requester's classes.
const std::vector<std::string>& words_of(ClauseKind kind, const Context& context);

std::string wanted_of(const Clause& clause);
std::string got_of(const Clause& clause, const Terms& terms, const Context& context);

/// Sets `nearest` of an assessment that does not permit (suggest.cpp).
std::vector<Suggestion> suggest(const Terms& terms, std::span<const Licence> licences,
                                const Context& context);

}  // namespace usufruct::terms
