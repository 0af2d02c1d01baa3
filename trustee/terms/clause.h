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

/// The lists of words a request is judged by. Requester's classes and the recipients asked for are
/// words of one scheme.
enum class Slot : std::uint8_t {
  requester_class,
  action,
  purpose,
  recipient,
  jurisdiction,
  attestation,
  flag,
};
inline constexpr std::size_t slot_count = 7;
Scheme scheme_of(Slot slot);
/// The list a kind looks at, and the scheme its values are words of; none for kinds without words.
/// A recipient clause looks at the requester's classes when the request names nobody.
std::optional<Slot> slot_of(ClauseKind kind);
std::optional<Scheme> scheme_of(ClauseKind kind);
/// Flags and attestations: said of a request one by one, where of other lists all words count.
inline bool is_brought(ClauseKind kind) {
  return kind == ClauseKind::attestation || kind == ClauseKind::flag;
}
/// Terms written with other words than these: what they say in words is unknown.
bool is_foreign(const Terms& terms, const Vocabulary& vocabulary);

/// Whether [low, high) says anything: a high of 0 is open, and both open is nothing.
bool is_interval(std::int64_t low, std::int64_t high);
/// What can be offered: from nothing to less than this. Other offers are no request.
inline constexpr std::int64_t offer_end = std::int64_t{1} << 62;
inline bool is_offer(std::int64_t amount) { return amount >= 0 && amount < offer_end; }
/// What a recurring clause turns with; none when it says nothing.
enum class Turn : std::uint8_t { week, year };
std::optional<Turn> turn_of(const Clause& clause);

/// The words a request brings against a kind; recipients fall back on the requester's classes.
const std::vector<std::string>& words_of(ClauseKind kind, const Context& context);

/// `EUR 5.00`; empty where nothing is offered.
std::string offer_of(const Request& request);
/// What a clause asks for and what a request says of it, for people: amounts in the units that they
/// write; empty where the request says nothing.
std::string wanted_of(const Clause& clause);
std::string got_of(const Clause& clause, const Terms& terms, const Context& context);

/// Sets `nearest` of an assessment that does not permit (suggest.cpp).
std::vector<Suggestion> suggest(const Terms& terms, std::span<const Licence> licences,
                                const Context& context, std::span<const FurtherTerms> further,
                                const ConsentsHeard& consents);

}  // namespace usufruct::terms
