#include "trustee/terms/import/odrl/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/import/odrl/constraint.h"
#include "trustee/terms/money.h"

namespace usufruct::terms::odrl {
namespace {

enum class Reads : std::uint8_t {
  words,
  moment,
  period,
  count,
  offer,
  ids,        ///< of parties
  recurring,  ///< `540/1080`
  bound,      ///< a safeguard
};
struct Operand {
  std::string_view left;
  Reads reads;
  ClauseKind kind;
};
constexpr std::array operands = {
    Operand{"odrl:purpose", Reads::words, ClauseKind::purpose},
    Operand{"odrl:recipient", Reads::words, ClauseKind::recipient},
    Operand{"odrl:spatial", Reads::words, ClauseKind::jurisdiction},
    Operand{"odrl:dateTime", Reads::moment, ClauseKind::time},
    Operand{"odrl:elapsedTime", Reads::period, ClauseKind::duration},
    Operand{"odrl:count", Reads::count, ClauseKind::count},
    Operand{"odrl:payAmount", Reads::offer, ClauseKind::price},
    Operand{"usufruct:action", Reads::words, ClauseKind::action},
    Operand{"usufruct:class", Reads::words, ClauseKind::actor_class},
    Operand{"usufruct:attestation", Reads::words, ClauseKind::attestation},
    Operand{"usufruct:flag", Reads::words, ClauseKind::flag},
    Operand{"usufruct:actor", Reads::ids, ClauseKind::actor},
    Operand{"usufruct:week", Reads::recurring, ClauseKind::recurring},
    Operand{"usufruct:year", Reads::recurring, ClauseKind::recurring},
    Operand{"usufruct:k", Reads::bound, ClauseKind::safeguard},
    Operand{"usufruct:l-distinct", Reads::bound, ClauseKind::safeguard},
    Operand{"usufruct:suppression-max-per10000", Reads::bound, ClauseKind::safeguard},
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> named_currencies = {{
    {"http://dbpedia.org/resource/Euro", "EUR"},
    {"http://dbpedia.org/resource/United_States_dollar", "USD"},
    {"http://dbpedia.org/resource/Pound_sterling", "GBP"},
    {"http://dbpedia.org/resource/Australian_dollar", "AUD"},
    {"http://www.wikidata.org/entity/Q4916", "EUR"},
    {"https://www.wikidata.org/wiki/Q4916", "EUR"},
    {"http://www.wikidata.org/entity/Q4917", "USD"},
    {"https://www.wikidata.org/wiki/Q4917", "USD"},
}};

std::string_view without_prefix(std::string_view word) {
  for (const std::string_view prefix : {"odrl:", "usufruct:"}) {
    if (word.starts_with(prefix)) return word.substr(prefix.size());
  }
  return word;
}

bool is_list_operator(Operator op) {
  return op == Operator::is_any_of || op == Operator::is_none_of || op == Operator::is_all_of;
}

/// Reads one constraint: which operand, which operator, then each value.
class ComparisonReader {
 public:
  ComparisonReader(const Comparison& comparison, const Source& source, const Vocabulary& vocabulary)
      : comparison_(comparison), source_(source), vocabulary_(vocabulary) {}

  Formula run() {
    const auto operand = std::ranges::find(operands, comparison_.left, &Operand::left);
    const auto op = parse_operator(comparison_.op);
    const auto& right = comparison_.right;
    const bool is_one = right.size() == 1;
    if (operand == operands.end() || !op || right.empty()) return unsaid();
    if (!is_one && !is_list_operator(*op)) return unsaid();
    // A unit changes what is compared with, unless it is the currency of an amount.
    if (!comparison_.unit.empty() && operand->reads != Reads::offer) return unsaid();
    switch (operand->reads) {
      case Reads::words:
        return words(operand->kind, *op);
      case Reads::ids:
        return ids(*op);
      case Reads::recurring:
        return recurring();
      case Reads::bound:
        return bound(*op);
      case Reads::moment:
      case Reads::period:
      case Reads::count:
      case Reads::offer:
        return is_one ? number(*operand, *op, right.front()) : numbers(*operand, *op);
    }
    return unsaid();
  }

 private:
  Formula unsaid() const { return Formula::nothing(text_of(comparison_)); }
  std::string text_with(Operator op, const Value& value) const {
    return fmt::format("{} {} {}", without_prefix(comparison_.left), name_of(op),
                       Source::text_of(value));
  }

  const Term* word_of(ClauseKind kind, const Value& value) const {
    if (value.kind != Value::Kind::iri && value.kind != Value::Kind::literal) return nullptr;
    // A word in quotes is meant as the word.
    const std::string word =
        value.kind == Value::Kind::iri ? value.text : source_.names().word(value.text);
    return find_word(vocabulary_, *scheme_of(kind), word);
  }

  /// The values that have a word here are said, each other one is a condition of its own.
  Formula words(ClauseKind kind, Operator op) const {
    if (op == Operator::lt || op == Operator::lteq || op == Operator::gt || op == Operator::gteq ||
        op == Operator::has_part) {
      return unsaid();
    }
    if (is_brought(kind)) return brought(kind, op);
    // Of a requester's classes one does: there is no saying what none of them is.
    const bool is_apart = op == Operator::neq || op == Operator::is_none_of;
    if (kind == ClauseKind::actor_class && is_apart) return unsaid();
    Atom atom{Atom::Says::words, op, kind, {}, {}, text_of(comparison_), ""};
    std::vector<Formula> parts;
    for (const auto& value : comparison_.right) {
      if (const Term* term = word_of(kind, value)) {
        atom.values.push_back(term->id);
      } else {
        parts.push_back(Formula::nothing(text_with(op, value)));
      }
    }
    if (op == Operator::is_all_of && atom.values.size() > 1) {
      atom.loss = "every word that is asked for must be of all of these";
    }
    if (parts.empty()) return Formula::of(std::move(atom));
    if (!atom.values.empty()) parts.push_back(Formula::of(std::move(atom)));
    return op == Operator::is_any_of ? Formula::any(std::move(parts))
                                     : Formula::all(std::move(parts));
  }

  /// Flags and attestations: as the clause has it, which a permit reads as all and a forbid as any.
  Formula brought(ClauseKind kind, Operator op) const {
    if (op != Operator::is_all_of && op != Operator::is_any_of) return unsaid();
    Atom atom{Atom::Says::clause, op, kind, {}, {}, text_of(comparison_), ""};
    for (const auto& value : comparison_.right) {
      const Term* term = word_of(kind, value);
      if (!term) return unsaid();
      atom.values.push_back(term->id);
    }
    return Formula::of(std::move(atom));
  }

  Formula ids(Operator op) const {
    if (op != Operator::is_any_of && op != Operator::eq) return unsaid();
    Atom atom{Atom::Says::clause, op, ClauseKind::actor, {}, {}, text_of(comparison_), ""};
    for (const auto& value : comparison_.right) {
      const auto id = parse_id(value.text);
      if (!id) return unsaid();
      atom.values.push_back(print_id(*id));
    }
    return Formula::of(std::move(atom));
  }

  Formula recurring() const {
    const auto parts = split(comparison_.right.front().text, '/');
    if (parts.size() != 2 || comparison_.right.size() != 1 || comparison_.op != "odrl:eq") {
      return unsaid();
    }
    const auto from = parse_count(parts[0]);
    const auto to = parse_count(parts[1]);
    const std::string turn(without_prefix(comparison_.left));
    const bool is_week = turn == "week";
    const std::int64_t least = is_week ? 0 : 101;
    const std::int64_t most = is_week ? 10'080 : 1232;
    if (!from || !to || *from == *to || std::min(*from, *to) < least ||
        std::max(*from, *to) > most) {
      return unsaid();
    }
    return Formula::of({Atom::Says::clause,
                        Operator::eq,
                        ClauseKind::recurring,
                        {turn},
                        {*from, *to},
                        text_of(comparison_),
                        ""});
  }

  Formula bound(Operator op) const {
    const std::string name(without_prefix(comparison_.left));
    const bool is_at_most = name.starts_with("suppression");
    const auto value =
        comparison_.right.size() == 1 ? parse_count(comparison_.right.front().text) : std::nullopt;
    if (!value || *value < 1 || *value > 1'000'000 ||
        op != (is_at_most ? Operator::lteq : Operator::gteq)) {
      return unsaid();
    }
    const Range range = is_at_most ? Range{0, *value + 1} : Range{*value, 0};
    return Formula::of(
        {Atom::Says::clause, op, ClauseKind::safeguard, {name}, range, text_of(comparison_), ""});
  }

  /// One of several numbers, or none of them.
  Formula numbers(const Operand& operand, Operator op) const {
    std::vector<Formula> parts;
    for (const auto& value : comparison_.right) {
      if (op == Operator::is_all_of) return unsaid();
      const Operator one = op == Operator::is_any_of ? Operator::eq : Operator::neq;
      parts.push_back(number(operand, one, value));
    }
    return op == Operator::is_any_of ? Formula::any(std::move(parts))
                                     : Formula::all(std::move(parts));
  }

  Formula number(const Operand& operand, Operator op, const Value& value) const {
    Atom atom{Atom::Says::number, op, operand.kind, {}, {}, text_with(op, value), ""};
    if (op == Operator::is_any_of) atom.op = Operator::eq;
    if (op == Operator::is_none_of) atom.op = Operator::neq;
    const bool is_said = value.kind == Value::Kind::literal && fill(operand.reads, value, atom);
    if (!is_said) return Formula::nothing(text_of(comparison_));
    return Formula::of(std::move(atom));
  }

  bool fill(Reads reads, const Value& value, Atom& atom) const {
    if (reads == Reads::offer) return fill_offer(value, atom);
    if (reads == Reads::moment) {
      const auto moment = parse_moment(value.text);
      if (!moment) return false;
      atom.range = moment->range;
      if (moment->is_local) atom.loss = "it says no time zone: read as UTC";
      if (!atom.range.is_exact()) atom.loss = "finer than a millisecond: taken to the safe side";
      return true;
    }
    if (reads == Reads::period) {
      const auto period = parse_duration(value.text);
      if (!period) return false;
      atom.range = *period;
      if (!period->is_exact()) {
        atom.loss = "months and years are no fixed number of days: taken to the safe side";
      } else if (period->first % 86'400 != 0) {
        atom.loss = "counted in whole days";
      }
      return true;
    }
    const auto count = parse_count(value.text);
    if (!count) return false;
    atom.range = {*count, *count, false};
    return true;
  }

  bool fill_offer(const Value& value, Atom& atom) const {
    const std::string currency = currency_of(comparison_.unit);
    if (currency.empty()) return false;
    std::string amount = value.text;
    if (amount.find('.') != amount.npos) {
      amount.erase(amount.find_last_not_of('0') + 1);
      if (amount.ends_with('.')) amount.pop_back();
    }
    const auto minor = parse_amount(amount, currency);
    if (!minor) return false;
    atom.says = Atom::Says::offer;
    atom.values = {currency};
    atom.range = {*minor, *minor, false};
    atom.text += " " + currency;
    if (atom.op == Operator::eq) {
      atom.op = Operator::gteq;
      atom.loss = "who offers more is served too";
    }
    return true;
  }

  const Comparison& comparison_;
  const Source& source_;
  const Vocabulary& vocabulary_;
};

}  // namespace

Formula formula_of(const Comparison& comparison, const Source& source,
                   const Vocabulary& vocabulary) {
  return ComparisonReader(comparison, source, vocabulary).run();
}

std::string text_of(const Comparison& comparison) {
  std::string out = fmt::format("{} {}", printable(without_prefix(comparison.left), 60),
                                printable(without_prefix(comparison.op), 40));
  for (std::size_t i = 0; i < comparison.right.size(); ++i) {
    if (i == 8) return out + ", …";
    out += (i == 0 ? " " : ", ") + Source::text_of(comparison.right[i]);
  }
  if (!comparison.unit.empty()) out += " " + printable(comparison.unit, 60);
  return out;
}

std::string currency_of(std::string_view unit) {
  for (const auto& [iri, code] : named_currencies) {
    if (unit == iri) return std::string(code);
  }
  if (is_currency(unit)) return std::string(unit);
  const auto end = unit.find_last_of("/#:");
  const bool is_of_codes = unit.find("4217") != unit.npos || unit.find("currency") != unit.npos;
  if (end == unit.npos || !is_of_codes || !is_currency(unit.substr(end + 1))) return "";
  return std::string(unit.substr(end + 1));
}

}  // namespace usufruct::terms::odrl
