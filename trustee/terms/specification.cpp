#include "trustee/terms/specification.h"

#include <algorithm>

#include "trustee/terms/calendar.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/consent_rules.h"
#include "trustee/terms/licence_alternative.h"

namespace usufruct::terms {
namespace {

/// An interval [low, high) where a high of 0 is open. One that holds nothing says nothing.
Truth is_in(std::int64_t value, std::int64_t low, std::int64_t high) {
  if (!is_interval(low, high)) return Truth::unknown;
  return value >= low && (high == 0 || value < high) ? Truth::true_ : Truth::false_;
}

/// An interval on a circle: one whose end comes before its start runs through the turn.
Truth judge_recurring(const Clause& clause, Time at) {
  const auto turn = turn_of(clause);
  if (!turn) return Truth::unknown;
  const std::int64_t value = *turn == Turn::week ? minute_of_week(at) : month_and_day(at);
  const auto [low, high] = std::pair(clause.low, clause.high);
  const bool inside = low < high ? value >= low && value < high : value >= low || value < high;
  return inside ? Truth::true_ : Truth::false_;
}

Truth judge_price(const Clause& clause, const Request& request) {
  if (clause.values.size() != 1) return Truth::unknown;
  // Nothing offered is nothing in every currency; between two others there is no rate here.
  if (request.price_offered != 0 && request.currency != clause.values[0]) return Truth::unknown;
  return is_in(request.price_offered, clause.low, clause.high);
}

/// duration_days and count: 0 is not said.
Truth judge_number(const Clause& clause, std::int64_t value) {
  return value == 0 ? Truth::unknown : is_in(value, clause.low, clause.high);
}

Truth judge_actor(const Clause& clause, const RecordId& actor) {
  Truth truth = Truth::false_;
  for (const auto& value : clause.values) {
    const auto id = parse_id(value);
    truth = either(truth, !id ? Truth::unknown : *id == actor ? Truth::true_ : Truth::false_);
  }
  return clause.values.empty() ? Truth::unknown : truth;
}

/// One of several words a party goes by, or all words it asks for.
enum class Quantity { any, every };

Truth judge_words(const Clause& clause, Effect effect, Quantity quantity, const Context& context) {
  const Scheme scheme = *scheme_of(clause.kind);
  const auto& words = words_of(clause.kind, context);
  if (words.empty() || clause.values.empty()) return Truth::unknown;
  const bool all = effect == Effect::permit && quantity == Quantity::every;
  Truth truth = all ? Truth::true_ : Truth::false_;
  for (const auto& word : words) {
    const Truth one = effect == Effect::permit
                          ? is_within(context.vocabulary, scheme, word, clause.values)
                          : is_hit(context.vocabulary, scheme, word, clause.values);
    truth = all ? both(truth, one) : either(truth, one);
  }
  return truth;
}

/// Attestations and flags: a permit needs all its values brought, a forbid fires on any.
Truth judge_brought(const Clause& clause, Effect effect, const Context& context) {
  const Scheme scheme = *scheme_of(clause.kind);
  if (clause.values.empty()) return Truth::unknown;
  const bool all = effect == Effect::permit;
  Truth truth = all ? Truth::true_ : Truth::false_;
  for (const auto& value : clause.values) {
    const bool known = context.vocabulary.find(scheme, value) != nullptr;
    Truth one = known ? Truth::false_ : Truth::unknown;
    for (const auto& word : words_of(clause.kind, context)) {
      one = either(one, is_within(context.vocabulary, scheme, word, {value}));
    }
    truth = all ? both(truth, one) : either(truth, one);
  }
  return truth;
}

/// Unknown or missing words never lead to a permit, whatever the rules ask about.
Answer request_layer(const Context& context) {
  const auto is_known = [&](Scheme scheme, const std::vector<std::string>& words) {
    return std::ranges::all_of(
        words, [&](const auto& word) { return context.vocabulary.find(scheme, word) != nullptr; });
  };
  const Request& request = context.request;
  const bool is_clear =
      !request.purposes.empty() && !request.actions.empty() && is_offer(request.price_offered) &&
      is_known(Scheme::purpose, request.purposes) && is_known(Scheme::action, request.actions) &&
      is_known(Scheme::recipient, request.recipients) &&
      is_known(Scheme::jurisdiction, request.jurisdictions) &&
      is_known(Scheme::flag, request.flags);
  return is_clear ? Answer::permit : Answer::abstain;
}

/// Rules permit what they say; further terms without a permit only narrow.
Answer terms_layer(const Terms& terms, LayerKind layer, const Context& context) {
  const bool only_narrows =
      layer != LayerKind::owner &&
      std::ranges::find(terms.rules, Effect::permit, &Rule::effect) == terms.rules.end();
  Truth forbid = Truth::false_;
  Truth ask = Truth::false_;
  Truth permit = only_narrows ? Truth::true_ : Truth::false_;
  for (const auto& rule : terms.rules) {
    const Truth truth = judge(rule, terms, context);
    if (rule.effect == Effect::ask) ask = either(ask, truth);
    if (rule.effect == Effect::forbid) forbid = either(forbid, truth);
    if (rule.effect == Effect::permit) permit = either(permit, truth);
  }
  if (forbid == Truth::true_) return Answer::deny;
  // What is asked of the trustees is for them, whether or not a rule permits it.
  if (ask != Truth::false_) return Answer::abstain;
  if (permit == Truth::false_) return Answer::deny;
  return forbid == Truth::false_ && permit == Truth::true_ ? Answer::permit : Answer::abstain;
}

Answer one_licence(const LicencePart& part, const Context& context) {
  const LicenceTerm* licence = row_of(part, context.vocabulary);
  if (licence == nullptr) return Answer::abstain;
  Answer answer = Answer::permit;
  const auto look = [&](Scheme scheme, const auto& words, const auto& values, Answer if_hit) {
    for (const auto& word : words) {
      const Truth hit = is_hit(context.vocabulary, scheme, word, values);
      if (hit == Truth::true_) answer = meet(answer, if_hit);
      if (hit == Truth::unknown) answer = meet(answer, Answer::abstain);
    }
  };
  const Request& request = context.request;
  look(Scheme::purpose, request.purposes, licence->forbid_purposes, Answer::deny);
  look(Scheme::action, request.actions, licence->forbid_actions, Answer::deny);
  look(Scheme::action, request.actions, licence->ask_actions, Answer::abstain);
  return answer;
}

/// The licensee chooses between what OR joins, and takes on all that AND joins.
Answer licence_expression(const LicenceExpression& expression, const Context& context) {
  using Kind = LicenceExpression::Kind;
  if (expression.kind == Kind::licence) {
    Answer answer = Answer::deny;
    for (const auto& choice : choices_of(expression.part, context.vocabulary)) {
      answer = better(answer, one_licence(choice, context));
    }
    return answer;
  }
  Answer answer = expression.kind == Kind::all ? Answer::permit : Answer::deny;
  for (const auto& part : expression.of) {
    const Answer one = licence_expression(part, context);
    answer = expression.kind == Kind::all ? meet(answer, one) : better(answer, one);
  }
  return answer;
}

Answer licence_layer(const Licence& licence, const Context& context) {
  const auto expression = parse_licence_expression(licence.expression, context.vocabulary);
  // What has too many alternatives to look at is for the trustees, as what cannot be read.
  if (!expression || !alternatives_of(*expression, context.vocabulary)) return Answer::abstain;
  return licence_expression(*expression, context);
}

Answer price_layer(const Terms& terms, const Request& request) {
  const bool is_same = request.currency == terms.currency;
  if (terms.price <= 0 || (is_same && request.price_offered >= terms.price)) return Answer::permit;
  // Another currency may be worth enough: that is for people to say.
  return !is_same && request.price_offered > 0 ? Answer::abstain : Answer::deny;
}

}  // namespace

Truth is_within(const Vocabulary& vocabulary, Scheme scheme, std::string_view word,
                const std::vector<std::string>& permitted) {
  bool all_known = vocabulary.find(scheme, word) != nullptr;
  for (const auto& value : permitted) {
    if (vocabulary.contains(scheme, value, word)) return Truth::true_;
    all_known = all_known && vocabulary.find(scheme, value) != nullptr;
  }
  return all_known ? Truth::false_ : Truth::unknown;
}

Truth is_hit(const Vocabulary& vocabulary, Scheme scheme, std::string_view word,
             const std::vector<std::string>& forbidden) {
  Truth truth = vocabulary.find(scheme, word) != nullptr ? Truth::false_ : Truth::unknown;
  for (const auto& value : forbidden) {
    if (vocabulary.contains(scheme, value, word)) return Truth::true_;
    if (vocabulary.find(scheme, value) == nullptr || vocabulary.overlaps(scheme, value, word)) {
      truth = Truth::unknown;
    }
  }
  return truth;
}

Truth judge_safeguard(const Clause& clause, const Floor& floor) {
  if (clause.values.size() != 1) return Truth::unknown;
  std::int64_t value = 0;
  if (clause.values[0] == "k") value = floor.k;
  if (clause.values[0] == "l-distinct") value = floor.l_distinct;
  if (clause.values[0] == "suppression-max-per10000") value = floor.suppression_max_per10000;
  return value == 0 ? Truth::unknown : is_in(value, clause.low, clause.high);
}

Truth judge(const Clause& clause, Effect effect, const Terms& terms, const Context& context) {
  if (is_foreign(terms, context.vocabulary) && scheme_of(clause.kind)) return Truth::unknown;
  switch (clause.kind) {
    case ClauseKind::actor:
      return judge_actor(clause, context.requester_id);
    case ClauseKind::actor_class:
      return judge_words(clause, effect, Quantity::any, context);
    case ClauseKind::action:
    case ClauseKind::purpose:
    case ClauseKind::jurisdiction:
      return judge_words(clause, effect, Quantity::every, context);
    case ClauseKind::recipient:
      // The classes of one party describe one recipient; a list in the request names several.
      return judge_words(clause, effect,
                         context.request.recipients.empty() ? Quantity::any : Quantity::every,
                         context);
    case ClauseKind::time:
      return is_in(context.at.ms, clause.low, clause.high);
    case ClauseKind::recurring:
      return judge_recurring(clause, context.at);
    case ClauseKind::duration:
      return judge_number(clause, context.request.duration_days);
    case ClauseKind::count:
      return judge_number(clause, context.request.count);
    case ClauseKind::safeguard:
      return judge_safeguard(clause, terms.floor);
    case ClauseKind::attestation:
    case ClauseKind::flag:
      return judge_brought(clause, effect, context);
    case ClauseKind::price:
      return judge_price(clause, context.request);
  }
  return Truth::unknown;
}

Truth judge(const Rule& rule, const Terms& terms, const Context& context) {
  Truth truth = Truth::true_;
  for (const auto& clause : rule.clauses) {
    truth = both(truth, judge(clause, rule.effect, terms, context));
  }
  return truth;
}

Judgement specified(const Terms& terms, std::span<const Licence> licences, const Context& context,
                    std::span<const FurtherTerms> further, const ConsentsHeard& consents) {
  Judgement judgement;
  judgement.say(LayerKind::request, request_layer(context));
  judgement.say(LayerKind::owner, terms_layer(terms, LayerKind::owner, context));
  Answer licence = Answer::permit;
  for (const auto& one : licences) licence = meet(licence, licence_layer(one, context));
  judgement.say(LayerKind::licence, licence);
  judgement.say(LayerKind::consent, consent_layer(consents, context));
  for (const auto& one : further) {
    judgement.say(one.layer, terms_layer(*one.terms, one.layer,
                                         in_words(context, one.words(context.vocabulary))));
  }
  judgement.say(LayerKind::price, price_layer(terms, context.request));
  return judgement;
}

}  // namespace usufruct::terms
