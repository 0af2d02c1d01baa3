#include "trustee/terms/consent_judge.h"

#include "trustee/terms/clause.h"
#include "trustee/terms/consent_rules.h"
#include "trustee/terms/specification.h"

namespace usufruct::terms {
namespace {

Answer answer_of(const Policy& policy, const Question& question) {
  return judge(policy, question).of(LayerKind::consent);
}

/// What a consent is for, where a request is for something else.
void tell_limits(const Consent& consent, const Context& context, Detail detail,
                 std::vector<Reason>& reasons) {
  static const Terms nothing;
  for (const auto& condition : conditions_of(consent)) {
    const auto& [name, clause] = condition;
    const Effect effect = condition.effect();
    const Truth truth = terms::judge(clause, effect, nothing, context);
    if (truth == (effect == Effect::permit ? Truth::true_ : Truth::false_)) continue;
    Reason& reason = reasons.emplace_back();
    reason.kind = clause.kind;
    reason.code = fmt::format("consent-{}", name);
    reason.truth = truth;
    if (detail == Detail::codes) continue;
    reason.wanted = name == "duration" ? std::to_string(consent.retention_days) : wanted_of(clause);
    reason.got = got_of(clause, nothing, context);
  }
}

}  // namespace

ConsentJudge::ConsentJudge(const ConsentsHeard& consents, const Vocabulary& vocabulary)
    : is_needed_(consents.is_needed), is_whole_(consents.is_whole), unheard_(unheard(consents)) {
  if (!is_needed_) return;
  if (!consents.valid.empty()) newest_ = consents.valid.front();
  for (const auto& consent : consents.valid) {
    const Terms rules = rules_of(consent);
    if (rules.rules.empty()) continue;
    policies_.push_back(Policy::of_layer(rules, LayerKind::consent, vocabulary));
  }
}

Layer ConsentJudge::judge(const Question& question, const Context& context, Detail detail) const {
  Layer layer{std::string(name_of(LayerKind::consent)), Answer::permit, {}};
  if (!is_needed_) return layer;
  layer.answer = unheard_;
  for (const auto& policy : policies_)
    layer.answer = better(layer.answer, answer_of(policy, question));
  if (layer.answer == Answer::permit) return layer;
  const auto say = [&](std::string_view code) {
    layer.reasons.push_back({"", std::nullopt, std::string(code), "", "",
                             layer.answer == Answer::deny ? Truth::false_ : Truth::unknown});
  };
  if (!is_whole_) say("consent-unseen");
  if (newest_) {
    tell_limits(*newest_, context, detail, layer.reasons);
  } else {
    say(layer.answer == Answer::deny ? "consent-none" : "consent-not-asked");
  }
  return layer;
}

bool permits(const Consent& consent, const Question& question, const Vocabulary& vocabulary) {
  const Terms rules = rules_of(consent);
  // Further terms without a permit only narrow; a consent that gives nothing permits nothing.
  if (rules.rules.empty()) return false;
  return answer_of(Policy::of_layer(rules, LayerKind::consent, vocabulary), question) ==
         Answer::permit;
}

}  // namespace usufruct::terms
