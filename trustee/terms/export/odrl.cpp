#include "trustee/terms/export/odrl.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/json.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "trustee/terms/author.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/floor.h"
#include "trustee/terms/import/odrl/constraint.h"
#include "trustee/terms/money.h"

namespace usufruct::terms {
namespace {

Json id_of(std::string iri) { return Json::object().set("@id", std::move(iri)); }
Json literal(std::string value, std::string_view type) {
  return Json::object().set("@value", std::move(value)).set("@type", type);
}

const Vocabulary& words_in(const ExportOptions& options) {
  return options.vocabulary ? *options.vocabulary : Vocabulary::builtin();
}

/// What ODRL calls a word, where it has a word that is read back as this one; else our own.
std::string iri_of(const Vocabulary& words, Scheme scheme, const std::string& word) {
  const bool is_prefixed = word.starts_with("dpv:") || word.starts_with("DUO:");
  const auto& vocabulary = Vocabulary::builtin();
  // A word of other words is called as it is: what goes by that name here may mean another thing.
  if (words.digest() != vocabulary.digest()) return is_prefixed ? word : "usufruct:" + word;
  const auto is_same = [&](const std::string& iri) {
    const Term* found = odrl::find_word(vocabulary, scheme, iri);
    return found && found->id == word;
  };
  if (const Term* term = vocabulary.find(scheme, word)) {
    for (const auto& foreign : term->same_as) {
      if (foreign.starts_with("odrl:") && is_same(foreign)) return foreign;
    }
  }
  if (is_prefixed && is_same(word)) return word;
  const bool is_country = scheme == Scheme::jurisdiction && word.size() == 2;
  if (is_country && is_same("loc:" + word)) return "loc:" + word;
  return "usufruct:" + word;
}

Json words_of(const Vocabulary& vocabulary, Scheme scheme, const std::vector<std::string>& words) {
  Json all = Json::array();
  for (const auto& word : words) all.push(id_of(iri_of(vocabulary, scheme, word)));
  return all;
}

Json names_of(const Vocabulary& vocabulary, Scheme scheme, const std::vector<std::string>& words) {
  Json all = Json::array();
  for (const auto& word : words) all.push(iri_of(vocabulary, scheme, word));
  return all;
}

Json constraint(std::string_view left, std::string_view op, Json right) {
  return Json::object()
      .set("leftOperand", left)
      .set("operator", op)
      .set("rightOperand", std::move(right));
}

/// An interval as one constraint, or as two that are joined.
template <class Print>
Json bounds_of(std::string_view left, const Clause& clause, Print print) {
  const bool has_low = clause.low != 0;
  const bool has_high = clause.high != 0;
  Json low = constraint(left, "gteq", print(clause.low));
  if (!has_high) return low;
  // Moments are before the end; what is counted in whole numbers is at most the last.
  const bool is_time = clause.kind == ClauseKind::time;
  Json high = constraint(left, is_time ? "lt" : "lteq", print(clause.high - (is_time ? 0 : 1)));
  if (!has_low) return high;
  Json both = Json::array();
  both.push(std::move(low)).push(std::move(high));
  return Json::object().set("and", Json::object().set("@list", std::move(both)));
}

std::string_view left_of(ClauseKind kind) {
  switch (kind) {
    case ClauseKind::purpose:
      return "purpose";
    case ClauseKind::recipient:
      return "recipient";
    case ClauseKind::jurisdiction:
      return "spatial";
    case ClauseKind::time:
      return "dateTime";
    case ClauseKind::duration:
      return "elapsedTime";
    case ClauseKind::count:
      return "count";
    case ClauseKind::price:
      return "payAmount";
    case ClauseKind::action:
      return "usufruct:action";
    case ClauseKind::actor:
      return "usufruct:actor";
    case ClauseKind::actor_class:
      return "usufruct:class";
    case ClauseKind::attestation:
      return "usufruct:attestation";
    case ClauseKind::flag:
      return "usufruct:flag";
    case ClauseKind::recurring:
    case ClauseKind::safeguard:
      return "";
  }
  return "";
}

Json amount_of(std::int64_t minor, const std::string& currency) {
  return literal(print_amount(minor, currency), "xsd:decimal");
}

Json safeguard_of(const Clause& clause) {
  const std::int64_t bound = clause.high == 0 ? clause.low : clause.high - 1;
  return constraint("usufruct:" + clause.values[0], clause.high == 0 ? "gteq" : "lteq",
                    literal(std::to_string(bound), "xsd:integer"));
}

Json constraint_of(const Clause& clause, Effect effect, const Vocabulary& vocabulary) {
  const auto left = left_of(clause.kind);
  switch (clause.kind) {
    case ClauseKind::attestation:
    case ClauseKind::flag:
      return constraint(left, effect == Effect::permit ? "isAllOf" : "isAnyOf",
                        words_of(vocabulary, *scheme_of(clause.kind), clause.values));
    case ClauseKind::action:
    case ClauseKind::purpose:
    case ClauseKind::recipient:
    case ClauseKind::actor_class:
    case ClauseKind::jurisdiction:
      return constraint(left, "isAnyOf",
                        words_of(vocabulary, *scheme_of(clause.kind), clause.values));
    case ClauseKind::actor:
      return constraint(left, "isAnyOf", Json::array_of(clause.values));
    case ClauseKind::time:
      return bounds_of(left, clause,
                       [](std::int64_t ms) { return literal(print_time({ms}), "xsd:dateTime"); });
    case ClauseKind::duration:
      return bounds_of(left, clause, [](std::int64_t days) {
        return literal(fmt::format("P{}D", days), "xsd:duration");
      });
    case ClauseKind::count:
      return bounds_of(left, clause, [](std::int64_t count) {
        return literal(std::to_string(count), "xsd:integer");
      });
    case ClauseKind::recurring:
      return constraint("usufruct:" + clause.values[0], "eq",
                        Json(fmt::format("{}/{}", clause.low, clause.high)));
    case ClauseKind::safeguard:
      return safeguard_of(clause);
    case ClauseKind::price:
      return constraint(left, "gteq", amount_of(clause.low, clause.values[0]))
          .set("unit", clause.values[0]);
  }
  return Json::object();
}

Json duties_of(const std::vector<Duty>& duties, const Vocabulary& vocabulary) {
  Json all = Json::array();
  for (const auto& duty : duties) {
    Json one = Json::object().set("action", iri_of(vocabulary, Scheme::duty, duty.action));
    if (!duty.detail.empty()) one.set("usufruct:detail", duty.detail);
    all.push(std::move(one));
  }
  return all;
}

/// The first list of actions is the rule's; a rule without one is about every action.
Json rule_of(const Rule& rule, const ExportOptions& options) {
  Json out = Json::object().set("usufruct:id", rule.id);
  if (!options.assigner.empty()) out.set("assigner", options.assigner);
  if (!options.target.empty()) out.set("target", options.target);
  const auto first = std::ranges::find(rule.clauses, ClauseKind::action, &Clause::kind);
  out.set("action", first == rule.clauses.end()
                        ? Json("usufruct:any")
                        : names_of(words_in(options), Scheme::action, first->values));
  Json constraints = Json::array();
  bool has_constraint = false;
  for (auto clause = rule.clauses.begin(); clause != rule.clauses.end(); ++clause) {
    if (clause == first) continue;
    constraints.push(constraint_of(*clause, rule.effect, words_in(options)));
    has_constraint = true;
  }
  if (has_constraint) out.set("constraint", std::move(constraints));
  if (!rule.duties.empty()) {
    out.set(rule.effect == Effect::permit ? "duty" : "usufruct:duty",
            duties_of(rule.duties, words_in(options)));
  }
  return out;
}

void add_rules(const Terms& terms, Effect effect, std::string name, const ExportOptions& options,
               Json& policy) {
  Json rules = Json::array();
  bool is_any = false;
  for (const auto& rule : terms.rules) {
    if (rule.effect != effect) continue;
    rules.push(rule_of(rule, options));
    is_any = true;
  }
  if (is_any) policy.set(std::move(name), std::move(rules));
}

Json context() {
  return Json::array()
      .push(odrl::context_iri)
      .push(Json::object()
                .set("dpv", "https://w3id.org/dpv#")
                .set("loc", "https://w3id.org/dpv/loc#")
                .set("DUO", "http://purl.obolibrary.org/obo/DUO_")
                .set("dct", "http://purl.org/dc/terms/")
                .set("usufruct", odrl::own_iri));
}

/// In the numbers of the record. The first three always, others where they ask for something.
Json privacy_of(const Floor& floor) {
  constexpr std::size_t always = 3;
  Json privacy = Json::object();
  for (std::size_t i = 0; i < floor_bounds().size(); ++i) {
    const Bound& bound = floor_bounds()[i];
    const std::uint32_t value = floor.*bound.value;
    if (i < always || value != 0) privacy.set(fmt::format("usufruct:{}", bound.name), value);
  }
  return privacy;
}

void add_price(const Terms& terms, Json& policy) {
  if (terms.currency.empty()) return;
  Json amount = constraint("payAmount", "eq", amount_of(terms.price, terms.currency))
                    .set("unit", terms.currency);
  Json action = Json::object()
                    .set("rdf:value", id_of("odrl:compensate"))
                    .set("refinement", Json::array().push(std::move(amount)));
  policy.set("obligation", Json::array().push(Json::object().set(
                               "action", Json::array().push(std::move(action)))));
}

}  // namespace

Result<std::string> write_odrl(const Terms& terms, const ExportOptions& options) {
  CHECK_OK(check_iris(options));
  const std::string text = TRY(print_terms(terms, words_in(options)));
  const std::string uid =
      options.uid.empty() ? "urn:usufruct:terms:" + to_hex(sha256(as_view(text))) : options.uid;
  Json policy = Json::object()
                    .set("@context", context())
                    .set("@type", options.assigner.empty() ? "Set" : "Offer")
                    .set("uid", uid)
                    .set("profile", odrl::profile_iri)
                    .set("conflict", "prohibit")
                    .set("dct:title", terms.title);
  if (terms.vocabulary_sha256) {
    policy.set("usufruct:vocabulary", to_hex(*terms.vocabulary_sha256));
  }
  if (!terms.law.empty()) {
    policy.set("usufruct:law", id_of(iri_of(words_in(options), Scheme::jurisdiction, terms.law)));
  }
  if (!terms.labels.empty()) policy.set("usufruct:labels", Json::array_of(terms.labels));
  policy.set("usufruct:privacy", privacy_of(terms.floor));
  policy.set("usufruct:retention",
             literal(fmt::format("P{}D", terms.retention_days), "xsd:duration"));
  policy.set("usufruct:afterWithdrawal",
             terms.after_withdrawal == AfterWithdrawal::exclude ? "exclude" : "ask-again");
  add_price(terms, policy);
  add_rules(terms, Effect::permit, "permission", options, policy);
  add_rules(terms, Effect::forbid, "prohibition", options, policy);
  add_rules(terms, Effect::ask, "usufruct:ask", options, policy);
  return policy.print_indented();
}

}  // namespace usufruct::terms
