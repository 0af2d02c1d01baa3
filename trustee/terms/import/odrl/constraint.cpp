#include "trustee/terms/import/odrl/constraint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/import/odrl/comparison.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::size_t nesting_max = 32;

/// What may stand in a constraint and says no more than it does.
bool is_plain(std::string_view property) {
  return property == "@id" || property == "@type" || is_remark(property);
}

std::string_view key_of(ClauseKind kind) {
  constexpr std::array<std::string_view, clause_kind_count> keys = {
      "actors",    "classes",  "actions", "purposes",   "recipients",   "jurisdictions", "valid",
      "recurring", "duration", "count",   "safeguards", "attestations", "price",         "flags"};
  return keys[static_cast<std::size_t>(kind)];
}

void tell(const Atom& atom, const std::string& where, Account& account) {
  if (atom.says == Atom::Says::nothing) return;
  std::string source = where + ": " + atom.text;
  const bool is_apart = atom.op == Operator::neq || atom.op == Operator::is_none_of;
  std::string into = fmt::format("{}{}{}", key_of(atom.kind), is_apart ? " apart from" : "",
                                 atom.values.empty() ? "" : " " + join(atom.values, " "));
  if (atom.loss.empty()) return account.mapped(std::move(source), std::move(into));
  account.approximated(std::move(source), std::move(into), atom.loss);
}

}  // namespace

const Term* find_word(const Vocabulary& vocabulary, Scheme scheme, std::string_view word) {
  const std::string_view own = "usufruct:";
  const std::string_view place = "loc:";
  if (word.starts_with(own)) return vocabulary.find(scheme, word.substr(own.size()));
  if (scheme == Scheme::jurisdiction && word.starts_with(place)) word.remove_prefix(place.size());
  const Term* term = vocabulary.find(scheme, word);
  return term ? term : vocabulary.find_same_as(scheme, word);
}

bool is_remark(std::string_view property) {
  constexpr std::array<std::string_view, 5> prefixes = {"dct:", "dc:", "rdfs:", "skos:", "schema:"};
  return std::ranges::any_of(prefixes,
                             [&](const auto prefix) { return property.starts_with(prefix); });
}

Formula ConstraintReader::read_all(const document::Node& property) {
  std::vector<Formula> parts;
  const auto values = source_.values(property, As::iri);
  for (const auto& value : values) parts.push_back(read(value));
  return Formula::all(std::move(parts));
}

Formula ConstraintReader::read(const Value& value, std::size_t depth) {
  if (value.kind != Value::Kind::node || !value.node) {
    return Formula::nothing("the constraint " + Source::text_of(value));
  }
  if (depth == nesting_max || !source_.may_read_more()) {
    return Formula::nothing("constraints within constraints without end");
  }
  const document::Node& node = *value.node;
  Comparison comparison;
  std::vector<Formula> logical;
  std::vector<Formula> unread;
  bool has_comparison = false;
  const auto word = [&](const document::Node& item) {
    const auto values = source_.values(item, As::word);
    return values.size() == 1 ? values.front().text : std::string();
  };
  for (const auto& item : node.items) {
    const std::string key = source_.names().property(item.key);
    if (key == "odrl:leftOperand") {
      comparison.left = word(item);
      has_comparison = true;
    } else if (key == "odrl:operator") {
      comparison.op = word(item);
      has_comparison = true;
    } else if (key == "odrl:rightOperand") {
      comparison.right = source_.values(item, As::literal);
      has_comparison = true;
    } else if (key == "odrl:unit") {
      comparison.unit = word(item);
      if (comparison.unit.empty()) comparison.unit = "(an unread unit)";
    } else if (key == "odrl:and" || key == "odrl:or" || key == "odrl:xone" ||
               key == "odrl:andSequence") {
      logical.push_back(read_logical(item, key, depth));
    } else if (key != "odrl:dataType" && !is_plain(key)) {
      unread.push_back(
          Formula::nothing(fmt::format("a constraint's '{}'", printable(item.key, 60))));
    }
  }
  if (has_comparison) logical.push_back(formula_of(comparison, source_, vocabulary_));
  if (logical.empty()) logical.push_back(Formula::nothing("a constraint that says nothing"));
  // Of two joints in one constraint nobody says how they are joined.
  if (logical.size() > 1) unread.push_back(Formula::nothing("a constraint joined in two ways"));
  if (unread.empty()) return std::move(logical.front());
  std::ranges::move(logical, std::back_inserter(unread));
  return Formula::all(std::move(unread));
}

Formula ConstraintReader::read_logical(const document::Node& operands, std::string_view joint,
                                       std::size_t depth) {
  Formula formula;
  formula.kind = joint == "odrl:or"     ? Formula::Kind::any
                 : joint == "odrl:xone" ? Formula::Kind::one
                                        : Formula::Kind::all;
  const auto values = source_.values(operands, As::iri);
  for (const auto& value : values) formula.parts.push_back(read(value, depth + 1));
  if (formula.parts.empty()) return Formula::nothing("a constraint of no parts");
  return formula;
}

void tell(const Formula& formula, const std::string& where, Account& account) {
  if (formula.kind == Formula::Kind::atom) return tell(formula.atom, where, account);
  for (const auto& part : formula.parts) tell(part, where, account);
}

}  // namespace usufruct::terms::odrl
