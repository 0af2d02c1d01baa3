#include "trustee/terms/evaluate.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/licence_alternative.h"
#include "trustee/terms/policy.h"
#include "trustee/terms/specification.h"

namespace usufruct::terms {
namespace {

/// Unknown or missing words never lead to a permit, whatever the rules ask about.
Layer judge_request(const Context& context) {
  Layer layer{std::string(name_of(LayerKind::request)), Answer::permit, {}};
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
  if (!layer.reasons.empty()) layer.answer = Answer::abstain;
  return layer;
}

void add_retention(const Terms& terms, std::vector<Duty>& duties) {
  if (terms.retention_days == 0) return;
  duties.push_back({"delete-after", fmt::format("P{}D", terms.retention_days)});
}

/// The kernel's findings in words: one reason a clause. The terms must be those of the policy.
Layer judge_terms(const Terms& terms, LayerKind kind, const Question& question,
                  const Context& context, std::vector<Duty>& duties) {
  const Policy policy = Policy::of_layer(terms, kind, context.vocabulary);
  Layer layer{std::string(name_of(kind)), judge(policy, question).of(kind), {}};
  std::size_t findings_max = 0;
  for (const auto& rule : terms.rules) findings_max += 1 + rule.clauses.size();
  std::vector<Finding> findings(findings_max);
  findings.resize(explain(policy.code(), question, findings));
  for (const auto& finding : findings) {
    const Rule& rule = terms.rules[finding.rule];
    const std::string_view effect = rule.effect == Effect::permit ? "permit" : "forbid";
    if (finding.clause != Finding::whole) {
      const Clause& clause = rule.clauses[finding.clause];
      layer.reasons.push_back(
          {rule.id, clause.kind,
           fmt::format("{}-{}-{}", effect, name_of(clause.kind), name_of(finding.truth)),
           wanted_of(clause), got_of(clause, terms, context), finding.truth});
    } else if (rule.effect == Effect::ask) {
      layer.reasons.push_back({rule.id, std::nullopt, "ask-trustees", "", "", Truth::unknown});
    } else if (rule.effect == Effect::permit) {
      layer.reasons.push_back({rule.id, std::nullopt, "permit-holds", "", "", finding.truth});
      duties.insert(duties.end(), rule.duties.begin(), rule.duties.end());
    } else {
      layer.reasons.push_back({rule.id, std::nullopt, "forbid-all", "", "", finding.truth});
    }
  }
  if (layer.reasons.empty() && layer.answer != Answer::permit) {
    layer.reasons.push_back({"", std::nullopt, "permit-none", "", "", Truth::false_});
  }
  return layer;
}

/// All further terms of one layer.
Layer judge_further(std::span<const FurtherTerms> further, LayerKind kind, const Context& context,
                    std::vector<Duty>& duties) {
  Layer layer{std::string(name_of(kind)), Answer::permit, {}};
  for (const auto& one : further) {
    if (one.layer != kind) continue;
    const Context by_its_words = in_words(context, one.words(context.vocabulary));
    auto said = judge_terms(*one.terms, kind, Question(by_its_words), by_its_words, duties);
    layer.answer = meet(layer.answer, said.answer);
    std::ranges::move(said.reasons, std::back_inserter(layer.reasons));
    add_retention(*one.terms, duties);
  }
  return layer;
}

/// What one way of satisfying an expression comes to.
struct Judged {
  Answer answer = Answer::permit;
  std::vector<Reason> reasons;
};

void judge_licence(const LicencePart& part, const Context& context, Judged& judged) {
  const LicenceTerm* licence = row_of(part, context.vocabulary);
  const std::string name = print(part);
  if (licence == nullptr) {
    const bool is_known = context.vocabulary.find_licence(part.id) != nullptr;
    judged.reasons.push_back({name, std::nullopt,
                              is_known ? "licence-exception-unknown" : "licence-unknown", "",
                              is_known ? part.exception : name, Truth::unknown});
    judged.answer = meet(judged.answer, Answer::abstain);
    return;
  }
  const auto judge_part = [&](ClauseKind kind, const std::vector<std::string>& values, bool ask) {
    for (const auto& word : words_of(kind, context)) {
      const Truth hit = is_hit(context.vocabulary, *scheme_of(kind), word, values);
      if (hit == Truth::false_) continue;
      const bool refuses = hit == Truth::true_ && !ask;
      judged.reasons.push_back(
          {name, kind, refuses ? "licence-forbids" : "licence-asks", join(values, " "), word, hit});
      judged.answer = meet(judged.answer, refuses ? Answer::deny : Answer::abstain);
    }
  };
  judge_part(ClauseKind::purpose, licence->forbid_purposes, false);
  judge_part(ClauseKind::action, licence->forbid_actions, false);
  judge_part(ClauseKind::action, licence->ask_actions, true);
}

Judged judge_alternative(const LicenceAlternative& alternative, const Context& context) {
  Judged judged;
  for (const auto& part : alternative.parts) judge_licence(part, context, judged);
  return judged;
}

/// By the first of its alternatives that no other answers better than.
void judge_expression(const std::string& expression, const Context& context, Layer& layer,
                      std::vector<Duty>& duties) {
  const auto alternatives = alternatives_of(expression, context.vocabulary);
  if (!alternatives) {
    layer.reasons.push_back(
        {expression, std::nullopt, "licence-unreadable", "", expression, Truth::unknown});
    layer.answer = meet(layer.answer, Answer::abstain);
    return;
  }
  const LicenceAlternative* chosen = nullptr;
  Judged best;
  for (const auto& alternative : *alternatives) {
    Judged judged = judge_alternative(alternative, context);
    if (chosen && better(best.answer, judged.answer) == best.answer) continue;
    chosen = &alternative;
    best = std::move(judged);
  }
  layer.answer = meet(layer.answer, best.answer);
  std::ranges::move(best.reasons, std::back_inserter(layer.reasons));
  duties.insert(duties.end(), chosen->duties.begin(), chosen->duties.end());
  if (alternatives->size() == 1) return;
  layer.reasons.push_back(
      {print(*chosen), std::nullopt, "licence-chosen", expression, "", Truth::true_});
}

Layer judge_licences(std::span<const Licence> licences, const Context& context,
                     std::vector<Duty>& duties) {
  Layer layer{std::string(name_of(LayerKind::licence)), Answer::permit, {}};
  for (const auto& licence : licences) {
    judge_expression(licence.expression, context, layer, duties);
  }
  return layer;
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
                           fmt::format("{} {}", terms.currency, terms.price),
                           fmt::format("{} {}", request.currency, request.price_offered),
                           other ? Truth::unknown : Truth::false_});
  return layer;
}

/// A field of the canonical text: what could be taken for its layout is written \xNN.
std::string escape(std::string_view field) {
  std::string out;
  for (const char c : field) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '\\') {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

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

}  // namespace

std::string_view name_of(Truth truth) {
  switch (truth) {
    case Truth::false_:
      return "false";
    case Truth::unknown:
      return "unknown";
    case Truth::true_:
      return "true";
  }
  return "";
}

std::string_view name_of(Answer answer) {
  switch (answer) {
    case Answer::permit:
      return "permit";
    case Answer::deny:
      return "deny";
    case Answer::abstain:
      return "abstain";
  }
  return "";
}

std::string_view name_of(LayerKind layer) {
  constexpr std::array<std::string_view, layer_count> names = {
      "request", "owner terms", "licence", "labels", "law", "charter", "price"};
  return names[static_cast<std::size_t>(layer)];
}

Assessment assess_briefly(const Terms& terms, std::span<const Licence> licences,
                          const Context& context, std::span<const FurtherTerms> further) {
  Assessment assessment;
  assessment.vocabulary = context.vocabulary.digest();
  auto& layers = assessment.layers;
  layers.push_back(judge_request(context));
  const Question question(context);
  layers.push_back(judge_terms(terms, LayerKind::owner, question, context, assessment.duties));
  layers.push_back(judge_licences(licences, context, assessment.duties));
  for (const auto kind : {LayerKind::labels, LayerKind::law, LayerKind::charter}) {
    layers.push_back(judge_further(further, kind, context, assessment.duties));
  }
  layers.push_back(judge_price(terms, context.request));
  add_retention(terms, assessment.duties);
  assessment.answer = Answer::permit;
  for (auto& layer : layers) {
    sort_once(layer.reasons);
    assessment.answer = meet(assessment.answer, layer.answer);
  }
  sort_once(assessment.duties);
  return assessment;
}

Assessment assess(const Terms& terms, std::span<const Licence> licences, const Context& context,
                  std::span<const FurtherTerms> further) {
  Assessment assessment = assess_briefly(terms, licences, context, further);
  if (assessment.answer != Answer::permit) {
    assessment.nearest = suggest(terms, licences, context, further);
  }
  return assessment;
}

Floor strictest_floor(const Terms& terms, std::span<const FurtherTerms> further) {
  Floor floor = terms.floor;
  for (const auto& one : further) {
    const Floor& other = one.terms->floor;
    if (other.k == 0) continue;
    floor.k = std::max(floor.k, other.k);
    floor.l_distinct = std::max(floor.l_distinct, other.l_distinct);
    floor.suppression_max_per10000 =
        std::min(floor.suppression_max_per10000, other.suppression_max_per10000);
  }
  return floor;
}

std::string canonical_text(const Assessment& assessment, const RecordId& request,
                           const RecordId& terms, std::span<const RecordId> further) {
  std::string text = "usufruct/assessment/v1\n";
  text += "request\t" + to_hex(request.digest) + '\n';
  text += "terms\t" + to_hex(terms.digest) + '\n';
  for (const auto& id : further) text += "further\t" + to_hex(id.digest) + '\n';
  text += "vocabulary\t" + to_hex(assessment.vocabulary) + '\n';
  text += fmt::format("answer\t{}\n", name_of(assessment.answer));
  for (const auto& layer : assessment.layers) {
    text += fmt::format("layer\t{}\t{}\n", escape(layer.name), name_of(layer.answer));
    for (const auto& reason : layer.reasons) {
      text += fmt::format("reason\t{}\t{}\t{}\t{}\n", escape(reason.rule),
                          reason.kind ? name_of(*reason.kind) : "-", escape(reason.code),
                          name_of(reason.truth));
    }
  }
  for (const auto& duty : assessment.duties) {
    text += fmt::format("duty\t{}\t{}\n", escape(duty.action), escape(duty.detail));
  }
  return text;
}

Digest digest_of(const Assessment& assessment, const RecordId& request, const RecordId& terms,
                 std::span<const RecordId> further) {
  return sha256(as_view(canonical_text(assessment, request, terms, further)));
}

Truth consent_covers(const Consent& consent, const Request& request, const Vocabulary& vocabulary,
                     std::span<const std::string> requester_classes) {
  if (!gives_consent(consent.status)) return Truth::false_;
  if (request.purposes.empty() || request.actions.empty()) return Truth::unknown;
  Truth truth = Truth::true_;
  for (const auto& purpose : request.purposes) {
    truth = both(truth, is_within(vocabulary, Scheme::purpose, purpose, consent.purposes));
    const Truth hit = is_hit(vocabulary, Scheme::purpose, purpose, consent.excluded_purposes);
    truth = both(truth, hit == Truth::true_    ? Truth::false_
                        : hit == Truth::false_ ? Truth::true_
                                               : Truth::unknown);
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

}  // namespace usufruct::terms
