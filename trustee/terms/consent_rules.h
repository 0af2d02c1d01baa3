#pragma once

#include <span>
#include <string>

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

/// The same as rules, which permit where it covers, abstain where that is unknown, and deny where
/// it does not.
Terms rules_of(const Consent& consent);

/// The answer of the consent layer: of those heard the one that permits most.
Answer consent_layer(const ConsentsHeard& consents, const Context& context);

}  // namespace usufruct::terms
