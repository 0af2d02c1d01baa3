#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/terms/evaluate.h"
#include "trustee/terms/solver.h"

/// What terms mean, over all requests there could be: exact, with an example for each difference
/// (specs/terms.md §8). Of requests whose every word is known and whose moment is before the year
/// 10000: a word that nobody knows never leads to a permit, and adds no difference that a known one
/// does not show.
namespace usufruct::terms {

/// A request and who asks when, as one that was found.
struct Example {
  Request request;
  Party requester;
  RecordId requester_id;
  Time at;

  Context context(const Vocabulary& vocabulary = Vocabulary::builtin()) const {
    return {request, requester, requester_id, at, vocabulary};
  }
};

/// How what one set of terms permits stands to what another permits.
enum class Comparison : std::uint8_t {
  equal,
  narrower,      ///< the first permits less
  wider,         ///< the first permits more
  incomparable,  ///< each permits what the other does not
  undecided,     ///< the budget was spent before it was known
};
std::string_view name_of(Comparison comparison);

/// One thing that terms say, compared: which requests they permit, which floor a release must
/// reach, how long it may be kept, what it costs and what must be done for it.
struct Aspect {
  std::string name;  ///< "requests", "floor", "retention", "duties", "after-withdrawal"
  Comparison comparison = Comparison::equal;
  std::string before;  ///< in words, where it is no search
  std::string after;

  bool operator==(const Aspect&) const = default;
};

/// The second terms beside the first.
struct TermsDiff {
  Comparison comparison = Comparison::equal;  ///< of the second to the first, over all aspects
  std::vector<Aspect> aspects;                ///< always all, in the order above
  std::optional<Example> only_after;          ///< permitted by the second alone
  std::optional<Example> only_before;         ///< permitted by the first alone
};

/// What is permitted means: by the owner's rules and the price. Licences stand beside terms and are
/// the same for both. Cost: mostly some 10 µs a pair of rules; never more than the budget.
TermsDiff diff(const Terms& before, const Terms& after, const Vocabulary& vocabulary,
               Budget& budget);
TermsDiff diff(const Terms& before, const Terms& after, const Vocabulary& vocabulary);
/// Terms that name more currencies than this together are not compared: undecided.
inline constexpr std::size_t currencies_max = 64;

/// A request permitted by the first and not by the second; nothing when there is none. Sets
/// `is_undecided` when the budget ran out before either was known.
std::optional<Example> permitted_by_first_alone(const Terms& first, const Terms& second,
                                                const Vocabulary& vocabulary, Budget& budget);

/// What is wrong, or only odd, with terms by themselves.
struct Oddity {
  enum class What : std::uint8_t {
    permits_nothing,     ///< of the terms: no request is permitted
    never_holds,         ///< of a rule: no request satisfies it
    always_refused,      ///< of a permit: whatever satisfies it, a forbid refuses or may refuse
    says_nothing_new,    ///< of a rule: without it the same is permitted
    permit_and_forbid,   ///< of a permit and a forbid: some request is of both, and is refused
    undecided,           ///< of a rule: the budget was spent before it was known
    recipients_alone,    ///< of a permit: it limits who receives and not who asks, who names them
    bound_asks_nothing,  ///< of a bound of the floor: every table holds it
    bound_above_k,       ///< of a bound of the floor: it makes every group larger than k does
  };
  What what = What::never_holds;
  std::string rule;                ///< or the key of the bound, as files have it
  Effect effect = Effect::permit;  ///< of the rule
  std::string other;               ///< the forbid, for `permit_and_forbid`
  std::optional<Example> example;  ///< for `permit_and_forbid`
};
std::string_view name_of(Oddity::What what);
/// Terms of a law or of labels only narrow: without a permit they permit what they do not speak of.
std::vector<Oddity> lint(const Terms& terms, const Vocabulary& vocabulary, Budget budget = {});

/// A forbid, and the first permit some of which it forbids, or may forbid.
struct Overlap {
  std::size_t forbid = 0;  ///< by its place among the rules
  std::size_t permit = 0;
  std::optional<Example> example;  ///< none: the budget was spent before it was known
};
/// Of every forbid (asks are none) that overlaps a permit. With a budget that is spent, forbids of
/// which it is not known count as overlapping.
std::vector<Overlap> overlaps(const Terms& terms, const Vocabulary& vocabulary, Budget budget = {});

/// Permits in a meet at most, before those that can never hold are left out.
inline constexpr std::size_t meet_rules_max = 4'096;
/// Terms that permit exactly what both permit, and ask for the stricter of everything else: the
/// terms of pooled data. `conflict` when they ask for different currencies, which nobody can offer
/// at once, or when they were written with different vocabularies; `malformed` when there would be
/// more than meet_rules_max permits. Pairs of permits that no request satisfies are left out.
Result<Terms> meet(const Terms& left, const Terms& right, const Vocabulary& vocabulary,
                   Budget budget = {});

}  // namespace usufruct::terms
