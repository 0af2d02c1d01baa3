#include "trustee/terms/assessor.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "crypto/base/sorted.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/consent_judge.h"
#include "trustee/terms/money.h"

namespace usufruct::terms {
namespace {

/// Unknown or missing words never lead to a permit, whatever the rules ask about.
Layer judge_request(const Question& question, const Context& context) {
  Layer layer{std::string(name_of(LayerKind::request)), question.own_answer(), {}};
  if (layer.answer == Answer::permit) return layer;
  const auto check = [&](ClauseKind kind, const std::vector<std::string>& words, bool needed) {
    if (needed && words.empty()) {
      layer.reasons.push_back({"", kind, "request-word-missing", "", "", Truth::unknown});
    }
    for (const auto& word : words) {
      if (context.vocabulary.find(*scheme_of(kind), word) != nullptr) continue;
      layer.reasons.push_back({"", kind, "request-word-unknown", "", word, Truth::unknown});
    }
  };
  check(ClauseKind::purpose, context.request.purposes, true);
  check(ClauseKind::action, context.request.actions, true);
  check(ClauseKind::recipient, context.request.recipients, false);
  check(ClauseKind::jurisdiction, context.request.jurisdictions, false);
  check(ClauseKind::flag, context.request.flags, false);
  if (!is_offer(context.request.price_offered)) {
    layer.reasons.push_back({"", ClauseKind::price, "request-offer-impossible", "",
                             std::to_string(context.request.price_offered), Truth::unknown});
  }
  return layer;
}

void add_retention(const Terms& terms, std::vector<Duty>& duties) {
  if (terms.retention_days == 0) return;
  duties.push_back({"delete-after", fmt::format("P{}D", terms.retention_days)});
}

/// `permit-purpose-false`, …: one for each effect, kind and truth.
class ClauseCodes {
 public:
  ClauseCodes() {
    for (std::size_t i = 0; i < codes_.size(); ++i) {
      codes_[i] = fmt::format("{}-{}-{}", i / 3 / clause_kind_count == 0 ? "permit" : "forbid",
                              name_of(static_cast<ClauseKind>(i / 3 % clause_kind_count)),
                              name_of(static_cast<Truth>(i % 3)));
    }
  }
  const std::string& of(Effect effect, ClauseKind kind, Truth truth) const {
    const std::size_t is_forbid = effect == Effect::permit ? 0 : 1;
    return codes_[(is_forbid * clause_kind_count + static_cast<std::size_t>(kind)) * 3 +
                  static_cast<std::size_t>(truth)];
  }

 private:
  std::array<std::string, 2 * clause_kind_count * 3> codes_;
};

Reason reason_of(const Rule& rule, const Finding& finding) {
  static const ClauseCodes codes;
  if (finding.clause != Finding::whole) {
    const ClauseKind kind = rule.clauses[finding.clause].kind;
    return {rule.id, kind, codes.of(rule.effect, kind, finding.truth), "", "", finding.truth};
  }
  if (rule.effect == Effect::ask) {
    return {rule.id, std::nullopt, "ask-trustees", "", "", Truth::unknown};
  }
  return {rule.id, std::nullopt, rule.effect == Effect::permit ? "permit-holds" : "forbid-all",
          "",      "",           finding.truth};
}

Layer judge_price(const Terms& terms, const Request& request) {
  Layer layer{std::string(name_of(LayerKind::price)), Answer::permit, {}};
  if (terms.price <= 0) return layer;
  const bool same = request.currency == terms.currency;
  if (same && request.price_offered >= terms.price) return layer;
  // Another currency may be worth enough: that is for people to say.
  const bool other = !same && request.price_offered > 0;
  layer.answer = other ? Answer::abstain : Answer::deny;
  layer.reasons.push_back({"", ClauseKind::price, other ? "price-currency" : "price-too-low",
                           print_price(terms.price, terms.currency), offer_of(request),
                           other ? Truth::unknown : Truth::false_});
  return layer;
}

}  // namespace

Assessor::Assessor(const Terms& terms, std::span<const Licence> licences,
                   const Vocabulary& vocabulary, std::span<const FurtherTerms> further)
    : vocabulary_(vocabulary),
      owner_(compiled(terms, LayerKind::owner, vocabulary)),
      licences_(licences, vocabulary) {
  for (const auto& one : further) {
    further_.push_back(compiled(*one.terms, one.layer, one.words(vocabulary)));
  }
}

Assessor::Rules Assessor::compiled(const Terms& terms, LayerKind layer,
                                   const Vocabulary& vocabulary) {
  std::size_t findings_max = 0;
  for (const auto& rule : terms.rules) findings_max += 1 + rule.clauses.size();
  return {&terms, layer, &vocabulary, Policy::of_layer(terms, layer, vocabulary), findings_max};
}

/// The kernel's findings in words: one reason a clause.
Layer Assessor::judge(const Rules& rules, const Question& question, const Context& context,
                      Detail detail, std::vector<Duty>& duties) {
  Layer layer{
      std::string(name_of(rules.layer)), terms::judge(rules.policy, question).of(rules.layer), {}};
  std::vector<Finding> findings(rules.findings_max);
  findings.resize(explain(rules.policy.code(), question, findings));
  for (const auto& finding : findings) {
    const Rule& rule = rules.terms->rules[finding.rule];
    Reason& reason = layer.reasons.emplace_back(reason_of(rule, finding));
    if (reason.code == "permit-holds") {
      duties.insert(duties.end(), rule.duties.begin(), rule.duties.end());
    }
    if (detail == Detail::codes || finding.clause == Finding::whole) continue;
    const Clause& clause = rule.clauses[finding.clause];
    reason.wanted = wanted_of(clause);
    reason.got = got_of(clause, *rules.terms, context);
  }
  if (layer.reasons.empty() && layer.answer != Answer::permit) {
    layer.reasons.push_back({"", std::nullopt, "permit-none", "", "", Truth::false_});
  }
  return layer;
}

/// All further terms of one layer.
Layer Assessor::judge_further(LayerKind kind, const Question& question, const Context& context,
                              Detail detail, std::vector<Duty>& duties) const {
  Layer layer{std::string(name_of(kind)), Answer::permit, {}};
  for (const auto& one : further_) {
    if (one.layer != kind) continue;
    const Context by_its_words = in_words(context, *one.vocabulary);
    const bool is_same = one.vocabulary->digest() == vocabulary_.digest();
    auto said =
        judge(one, is_same ? question : Question(by_its_words), by_its_words, detail, duties);
    layer.answer = meet(layer.answer, said.answer);
    std::ranges::move(said.reasons, std::back_inserter(layer.reasons));
    add_retention(*one.terms, duties);
  }
  return layer;
}

Assessment Assessor::assess(const Context& context, const ConsentsHeard& consents,
                            Detail detail) const {
  return assess(context, ConsentJudge(consents, vocabulary_), detail);
}

std::size_t Assessor::size_bytes() const {
  std::size_t words = owner_.policy.code().size();
  for (const auto& one : further_) words += one.policy.code().size();
  return words * sizeof(std::uint64_t) + licences_.size_bytes();
}

Assessment Assessor::assess(const Context& asked, const ConsentJudge& consents,
                            Detail detail) const {
  const Context context = in_words(asked, vocabulary_);
  const Question question(context);
  Assessment assessment;
  assessment.vocabulary = vocabulary_.digest();
  auto& layers = assessment.layers;
  auto& duties = assessment.duties;
  layers.reserve(layer_count);
  layers.push_back(judge_request(question, context));
  layers.push_back(judge(owner_, question, context, detail, duties));
  layers.push_back(licences_.judge(context, detail, duties));
  layers.push_back(consents.judge(question, context, detail));
  for (const auto kind : {LayerKind::labels, LayerKind::law, LayerKind::charter}) {
    layers.push_back(judge_further(kind, question, context, detail, duties));
  }
  layers.push_back(judge_price(*owner_.terms, context.request));
  add_retention(*owner_.terms, duties);
  assessment.answer = Answer::permit;
  for (auto& layer : layers) {
    sort_once(layer.reasons);
    assessment.answer = meet(assessment.answer, layer.answer);
  }
  sort_once(duties);
  return assessment;
}

}  // namespace usufruct::terms
