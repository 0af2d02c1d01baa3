#include "trustee/terms/consent_rules.h"

#include "trustee/terms/specification.h"

namespace usufruct::terms {
namespace {

/// What a consent limits: nothing when it lists nothing, and not said is not known to be within.
Truth every_within(const Vocabulary& vocabulary, Scheme scheme,
                   const std::vector<std::string>& words, const std::vector<std::string>& limit) {
  if (limit.empty()) return Truth::true_;
  Truth truth = words.empty() ? Truth::unknown : Truth::true_;
  for (const auto& word : words) truth = both(truth, is_within(vocabulary, scheme, word, limit));
  return truth;
}

Truth reaches_within(const Vocabulary& vocabulary, const Request& request, const Consent& consent,
                     std::span<const std::string> requester_classes) {
  if (consent.recipients.empty() || !request.recipients.empty()) {
    return every_within(vocabulary, Scheme::recipient, request.recipients, consent.recipients);
  }
  Truth truth = requester_classes.empty() ? Truth::unknown : Truth::false_;
  for (const auto& word : requester_classes) {
    truth = either(truth, is_within(vocabulary, Scheme::recipient, word, consent.recipients));
  }
  return truth;
}

Truth lasts_within(const Request& request, const Consent& consent) {
  if (consent.retention_days == 0) return Truth::true_;
  if (request.duration_days == 0) return Truth::unknown;
  return request.duration_days <= consent.retention_days ? Truth::true_ : Truth::false_;
}

Truth opposite(Truth truth) {
  if (truth == Truth::unknown) return truth;
  return truth == Truth::true_ ? Truth::false_ : Truth::true_;
}

/// Says yes, and to something.
bool gives(const Consent& consent) {
  return gives_consent(consent.status) && !consent.purposes.empty() && !consent.actions.empty();
}

}  // namespace

Truth consent_covers(const Consent& consent, const Request& request, const Vocabulary& vocabulary,
                     std::span<const std::string> requester_classes) {
  if (!gives(consent)) return Truth::false_;
  const bool is_clear = !request.purposes.empty() && !request.actions.empty();
  Truth truth = is_clear ? Truth::true_ : Truth::unknown;
  for (const auto& purpose : request.purposes) {
    truth = both(truth, is_within(vocabulary, Scheme::purpose, purpose, consent.purposes));
    truth = both(truth,
                 opposite(is_hit(vocabulary, Scheme::purpose, purpose, consent.excluded_purposes)));
  }
  for (const auto& action : request.actions) {
    truth = both(truth, is_within(vocabulary, Scheme::action, action, consent.actions));
  }
  truth = both(truth, every_within(vocabulary, Scheme::jurisdiction, request.jurisdictions,
                                   consent.storage_jurisdictions));
  truth = both(truth, every_within(vocabulary, Scheme::jurisdiction, request.jurisdictions,
                                   consent.processing_jurisdictions));
  truth = both(truth, reaches_within(vocabulary, request, consent, requester_classes));
  return both(truth, lasts_within(request, consent));
}

std::vector<ConsentCondition> conditions_of(const Consent& consent) {
  if (!gives(consent)) return {};
  std::vector<ConsentCondition> conditions = {
      {"purpose", {ClauseKind::purpose, consent.purposes, 0, 0}},
      {"action", {ClauseKind::action, consent.actions, 0, 0}}};
  const auto limit = [&](std::string_view name, ClauseKind kind,
                         const std::vector<std::string>& words) {
    if (!words.empty()) conditions.push_back({name, {kind, words, 0, 0}});
  };
  limit("storage", ClauseKind::jurisdiction, consent.storage_jurisdictions);
  limit("processing", ClauseKind::jurisdiction, consent.processing_jurisdictions);
  limit("recipient", ClauseKind::recipient, consent.recipients);
  if (consent.retention_days != 0) {
    conditions.push_back(
        {"duration", {ClauseKind::duration, {}, 0, std::int64_t{consent.retention_days} + 1}});
  }
  limit("excluded", ClauseKind::purpose, consent.excluded_purposes);
  return conditions;
}

Terms rules_of(const Consent& consent) {
  Terms terms;
  for (auto& condition : conditions_of(consent)) {
    const Effect effect = condition.effect();
    if (terms.rules.empty() || terms.rules.back().effect != effect) {
      terms.rules.push_back({.id = "consent", .effect = effect});
    }
    terms.rules.back().clauses.push_back(std::move(condition.clause));
  }
  return terms;
}

Answer consent_layer(const ConsentsHeard& consents, const Context& context) {
  if (!consents.is_needed) return Answer::permit;
  Answer answer = unheard(consents);
  for (const auto& consent : consents.valid) {
    const Truth covers =
        consent_covers(consent, context.request, context.vocabulary, context.requester.classes);
    answer = better(answer, covers == Truth::true_     ? Answer::permit
                            : covers == Truth::unknown ? Answer::abstain
                                                       : Answer::deny);
    if (answer == Answer::permit) break;
  }
  return answer;
}

}  // namespace usufruct::terms
