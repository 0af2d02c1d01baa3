#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "ledger/record/names.h"
#include "trustee/further_terms.h"
#include "trustee/law/rules.h"
#include "trustee/law/within.h"
#include "trustee/terms/floor.h"
#include "trustee/terms_history.h"

// Whose terms they are, what they may say, and what they follow.

namespace usufruct::law {
namespace {

/// Whose word terms are: the owner's of a dataset, a community's on one, or a trust's.
enum class Whose { owner, community, trust };

Result<Whose> whose(const Case& it, const Logged& governed) {
  const bool is_trust = governed.record.kind() == Kind::trust;
  if (issued_by_same(it, governed)) return is_trust ? Whose::trust : Whose::owner;
  if (is_trust) return refuse("terms-owner", "only who set up a trust sets its terms");
  const auto party = party_of(it.graph, it.record.issuer);
  const auto held_by = governed.record.first(Role::held_by);
  const auto trust = held_by ? it.graph.find(*held_by) : nullptr;
  const bool is_community = party && party->record.as<Party>()->type == PartyType::community;
  if (is_community && trust && seat_of(it.graph, *trust, it.record.issuer)) return Whose::community;
  return refuse("terms-owner", "only the owner of a dataset sets its terms",
                "a community whose labels it bears needs a seat in the trust that holds it");
}

/// The newest terms of the same chain.
LoggedPtr newest_like(const Case& it, const Logged& governed, Whose who, const Terms& terms) {
  switch (who) {
    case Whose::owner:
      return newest_terms(it.graph, governed.id);
    case Whose::community:
      return newest_terms_of_community(it.graph, governed.id, it.record.issuer);
    case Whose::trust:
      return newest_terms_of_trust(it.graph, governed.id, terms.law);
  }
  return nullptr;
}

Result<void> check_layer(const Case& it, const Logged& governed, Whose who, const Terms& terms) {
  if (who != Whose::owner &&
      (terms.price != 0 || terms.after_withdrawal != AfterWithdrawal::exclude)) {
    return refuse("terms-layer", "only an owner sets a price, or says what a withdrawal ends");
  }
  if (who != Whose::trust && !terms.law.empty()) {
    return refuse("terms-layer", "only a trust restates a law, for all that it holds");
  }
  if (who != Whose::community && !terms.labels.empty()) {
    return refuse("terms-layer", "only a community says which of its labels a dataset bears");
  }
  if (who == Whose::trust && laws_restated(it.graph, governed.id) >= laws_max &&
      !it.record.first(Role::supersedes)) {
    return refuse("terms-layer", fmt::format("the trust restates {} laws already", laws_max));
  }
  return {};
}

Result<void> check_floor(Whose who, const Floor& floor) {
  if (who != Whose::owner && floor == Floor{}) return {};  // none of their own
  if (floor.k == 0) {
    return refuse("terms-floor",
                  who == Whose::owner
                      ? "an owner's terms have a privacy floor, and these have none: k=0"
                      : "a privacy floor without k asks for nothing: k=0",
                  "add `privacy: {k: 5, suppression_max: 5%}`");
  }
  const auto possible = terms::check_possible(floor);
  if (possible) return {};
  return refuse("terms-floor", possible.error().message, possible.error().hint);
}

Result<void> check_rules(const std::vector<Rule>& rules) {
  std::set<std::string_view> names;
  for (const auto& rule : rules) {
    if (!rule.id.empty() && names.insert(rule.id).second) continue;
    return refuse("terms-rules", fmt::format("rule '{}' is nameless or named twice", rule.id));
  }
  return {};
}

}  // namespace

Result<void> check_terms(const Case& it, const Terms& terms) {
  const auto governed = named(it, Role::governs);
  const Whose who = TRY(whose(it, *governed));
  CHECK_OK(check_layer(it, *governed, who, terms));
  const auto newest = newest_like(it, *governed, who, terms);
  const auto newest_id = newest ? std::optional(newest->id) : std::nullopt;
  if (newest_id != it.record.first(Role::supersedes)) {
    return refuse("terms-succession",
                  newest ? fmt::format("the newest terms are {}", print_short(newest->id))
                         : "there are no terms to supersede",
                  newest ? "supersede those" : "leave 'supersedes' out");
  }
  if (named(it, Role::under)->record.as<Vocabulary>()->sha256 != terms.vocabulary_sha256) {
    return refuse("terms-vocabulary", "the terms are written in other words than those they name",
                  "name the vocabulary record with the digest that the terms have");
  }
  CHECK_OK(check_rules(terms.rules));
  CHECK_OK(check_floor(who, terms.floor));
  const auto whose_word = who == Whose::owner ? TermsOf::owner : TermsOf::others;
  if (const auto is = comparison_with(it.graph, newest.get(), terms, whose_word);
      terms.comparison != is) {
    return refuse("terms-comparison",
                  fmt::format("the terms say '{}' of those they supersede, and are '{}'",
                              name_of(terms.comparison), name_of(is)),
                  "`usufruct terms set` says what is so; `usufruct terms diff` shows by what");
  }
  if (who != Whose::owner) return {};
  return check_within(it, it.record, inputs_of(it.graph, governed->id));
}

}  // namespace usufruct::law
