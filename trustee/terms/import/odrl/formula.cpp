#include "trustee/terms/import/odrl/formula.h"

#include <fmt/format.h>

#include <algorithm>

#include "trustee/terms/clause.h"
#include "trustee/terms/import/odrl/saying.h"

namespace usufruct::terms::odrl {
namespace {

std::unexpected<Error> too_many() {
  return malformed(
      fmt::format("the policy would become more than {} rules, or takes too long", rules_max),
      "split it, or write its alternatives as isAnyOf");
}

bool is_number(ClauseKind kind) {
  return kind == ClauseKind::time || kind == ClauseKind::duration || kind == ClauseKind::count;
}

/// Adds a condition to others that hold too; false when nothing can satisfy both.
bool join(Conjunction& into, const Clause& clause) {
  for (auto& other : into) {
    if (other == clause) return true;
    if (other.kind != clause.kind || !is_number(clause.kind)) continue;
    other.low = std::max(other.low, clause.low);
    if (other.high == 0 || (clause.high != 0 && clause.high < other.high)) other.high = clause.high;
    return other.high == 0 || other.low < other.high;
  }
  into.push_back(clause);
  return true;
}

std::optional<Conjunction> joined(const Conjunction& left, const Conjunction& right) {
  Conjunction both = left;
  for (const auto& clause : right) {
    if (!join(both, clause)) return std::nullopt;
  }
  return both;
}

bool is_always(const Alternatives& alternatives) {
  return std::ranges::any_of(alternatives, [](const auto& one) { return one.empty(); });
}

/// One clause that takes any of its words, so that two of a kind are one with the words of both.
bool is_list(const Conjunction& conjunction) {
  if (conjunction.size() != 1) return false;
  const ClauseKind kind = conjunction.front().kind;
  return kind == ClauseKind::actor || (scheme_of(kind) && !is_brought(kind));
}

/// Adds what else would do.
void add_alternative(Alternatives& into, Conjunction more) {
  if (is_list(more)) {
    for (auto& other : into) {
      if (!is_list(other) || other.front().kind != more.front().kind) continue;
      for (auto& value : more.front().values) {
        auto& values = other.front().values;
        if (std::ranges::find(values, value) == values.end()) values.push_back(std::move(value));
      }
      return;
    }
  }
  if (std::ranges::find(into, more) == into.end()) into.push_back(std::move(more));
}

}  // namespace

std::size_t size_of(const Conjunction& clauses) {
  std::size_t size = clauses.size();
  for (const auto& clause : clauses) size += clause.values.size();
  return size;
}

std::string text_of(const Formula& formula) {
  if (formula.kind == Formula::Kind::atom) return formula.atom.text;
  if (formula.kind == Formula::Kind::all && formula.parts.size() == 1) {
    return text_of(formula.parts.front());
  }
  std::string out = formula.kind == Formula::Kind::one ? "exactly one of (" : "(";
  const std::string_view between = formula.kind == Formula::Kind::all   ? " and "
                                   : formula.kind == Formula::Kind::any ? " or "
                                                                        : ", ";
  for (const auto& part : formula.parts) {
    if (!out.ends_with('(')) out += between;
    out += text_of(part);
  }
  return out + ")";
}

Alternatives Expansion::expand_atom(const Atom& atom, bool is_not) {
  auto said = say(atom, is_not, mode_, vocabulary_);
  if (is_doubting_ && !say(atom, !is_not, Mode::narrow, vocabulary_)) said.reset();
  if (said) return *std::move(said);
  unsaid_.insert(is_not ? "not " + atom.text : atom.text);
  // What cannot be said narrowly may still be said widely: no more is taken to hold than that.
  if (taken_ == Unsaid::holds && mode_ == Mode::narrow) {
    if (auto wide = say(atom, is_not, Mode::wide, vocabulary_)) return *std::move(wide);
  }
  return taken_ == Unsaid::holds ? Alternatives{{}} : Alternatives{};
}

Result<Alternatives> Expansion::both(const Alternatives& left, const Alternatives& right) {
  Alternatives found;
  for (const auto& one : left) {
    for (const auto& other : right) {
      const std::size_t written = size_of(one) + size_of(other);
      if (!looks_.spend(1 + written + one.size() * other.size())) return too_many();
      auto conjunction = joined(one, other);
      if (!conjunction) continue;
      if (found.size() == rules_max) return too_many();
      found.push_back(*std::move(conjunction));
    }
  }
  return found;
}

Result<Alternatives> Expansion::expand(const Formula& formula, bool is_not) {
  switch (formula.kind) {
    case Formula::Kind::atom:
      if (!looks_.spend(1 + formula.atom.values.size())) return too_many();
      return expand_atom(formula.atom, is_not);
    case Formula::Kind::all:
      return is_not ? expand_any(formula.parts, true) : expand_all(formula.parts, false);
    case Formula::Kind::any:
      return is_not ? expand_all(formula.parts, true) : expand_any(formula.parts, false);
    case Formula::Kind::one:
      return expand_one(formula.parts, is_not);
  }
  return Alternatives{};
}

Result<Alternatives> Expansion::expand_all(const std::vector<Formula>& parts, bool is_not) {
  Alternatives found = {{}};
  for (const auto& part : parts) {
    const auto more = TRY(expand(part, is_not));
    found = TRY(both(found, more));
  }
  return found;
}

Result<Alternatives> Expansion::expand_any(const std::vector<Formula>& parts, bool is_not) {
  Alternatives found;
  for (const auto& part : parts) {
    auto more = TRY(expand(part, is_not));
    for (auto& one : more) {
      add_alternative(found, std::move(one));
      if (found.size() > rules_max) return too_many();
    }
  }
  // What always holds needs no other way to hold.
  if (is_always(found)) return Alternatives{{}};
  return found;
}

/// Exactly one: one, and none of the others. Not exactly one: none, or two of them.
Result<Alternatives> Expansion::expand_one(const std::vector<Formula>& parts, bool is_not) {
  Alternatives found;
  const auto add = [&](Alternatives more) -> Result<void> {
    for (auto& one : more) add_alternative(found, std::move(one));
    if (found.size() > rules_max) return too_many();
    return {};
  };
  if (is_not) CHECK_OK(add(TRY(expand_all(parts, true))));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto holds = TRY(expand(parts[i], false));
    if (!is_not) {
      Alternatives only = holds;
      for (std::size_t j = 0; j < parts.size(); ++j) {
        if (j == i) continue;
        const auto fails = TRY(expand(parts[j], true));
        only = TRY(both(only, fails));
      }
      CHECK_OK(add(std::move(only)));
      continue;
    }
    for (std::size_t j = i + 1; j < parts.size(); ++j) {
      const auto second = TRY(expand(parts[j], false));
      CHECK_OK(add(TRY(both(holds, second))));
    }
  }
  if (is_always(found)) return Alternatives{{}};
  return found;
}

}  // namespace usufruct::terms::odrl
