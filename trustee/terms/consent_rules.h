#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/terms/evaluate.h"

/// Consents as what a request is judged by (specs/terms.md §5).
namespace usufruct::terms {

/// Whether a consent covers a request: given or renewed, every purpose and action within what was
/// agreed and outside what was excluded, and recipients, jurisdictions and duration within what the
/// consent limits them to. Unknown when a purpose is too broad, a word is not known, or the request
/// does not say what the consent limits. Where the request names no recipients, any class of the
/// requester stands for them.
Truth consent_covers(const Consent& consent, const Request& request, const Vocabulary& vocabulary,
                     std::span<const std::string> requester_classes = {});

/// One condition of a consent, as a permit has it; `excluded` as a forbid.
struct ConsentCondition {
  std::string_view name;  ///< purpose, action, storage, processing, recipient, duration, excluded
  Clause clause;

  Effect effect() const { return name == "excluded" ? Effect::forbid : Effect::permit; }
};
/// All of them; none when the consent says no, or to nothing.
std::vector<ConsentCondition> conditions_of(const Consent& consent);

/// The same as rules, which permit where it covers, abstain where that is unknown, and deny where
/// it does not.
Terms rules_of(const Consent& consent);

/// The answer of the consent layer: of those heard the one that permits most. When none permits,
/// it is refused only if all were looked at and somebody has answered.
Answer consent_layer(const ConsentsHeard& consents, const Context& context);

/// What the consent layer comes to when no consent that was heard says anything.
inline Answer unheard(const ConsentsHeard& consents) {
  return consents.is_whole && consents.is_answered ? Answer::deny : Answer::abstain;
}

}  // namespace usufruct::terms
