#pragma once

#include <set>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "ledger/record/terms.h"
#include "trustee/terms/import/odrl/operand.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms::odrl {

/// One condition of a policy, as far as it can be said here.
struct Atom {
  enum class Says : std::uint8_t {
    words,   ///< the request's words of a kind stand to `values` as the operator says
    number,  ///< its time (ms), duration (seconds) or count does to `range`
    offer,   ///< its offer does to `range`, in minor units of `values[0]`
    clause,  ///< `kind`, `values` and `range` are a clause as it is
    nothing  ///< no clause says it: the trustees are asked
  };
  Says says = Says::nothing;
  Operator op = Operator::eq;
  ClauseKind kind = ClauseKind::purpose;
  std::vector<std::string> values;
  Range range;
  std::string text;  ///< in words
  std::string loss;  ///< what is lost of it; empty when it says the same here
};

/// Conditions joined. `all` of none is always so, `any` of none never.
struct Formula {
  enum class Kind : std::uint8_t { atom, all, any, one };
  Kind kind = Kind::all;
  Atom atom;
  std::vector<Formula> parts;

  static Formula of(Atom atom) { return {Kind::atom, std::move(atom), {}}; }
  static Formula all(std::vector<Formula> parts) { return {Kind::all, {}, std::move(parts)}; }
  static Formula any(std::vector<Formula> parts) { return {Kind::any, {}, std::move(parts)}; }
  static Formula nothing(std::string text) {
    return of({.says = Atom::Says::nothing, .text = std::move(text)});
  }
  bool is_always() const { return kind == Kind::all && parts.empty(); }
};
/// A formula in words, as in a question to the trustees.
std::string text_of(const Formula& formula);

/// Rules that a policy becomes at most; more is refused.
inline constexpr std::size_t rules_max = 4'096;

inline constexpr std::size_t looks_max = 4'000'000;
/// How many looks are left to all expansions of one policy, and to the rules made of them: one for
/// each clause, word or duty that is looked at or written again.
struct Looks {
  std::size_t left = looks_max;

  bool spend(std::size_t looks) {
    if (left < looks) return false;
    left -= looks;
    return true;
  }
};

using Conjunction = std::vector<Clause>;
/// Its clauses and their words.
std::size_t size_of(const Conjunction& clauses);
/// Conjunctions of which one holds: none is never, one without clauses is always.
using Alternatives = std::vector<Conjunction>;

/// What is taken of a condition that no clause says.
enum class Unsaid : std::uint8_t { holds, fails };

/// A formula as alternatives of clauses. Conditions that no clause says are gathered in `unsaid`.
/// `malformed` when there are more than rules_max alternatives on the way, or joining them takes
/// looks at more than looks_max clauses. In each alternative intervals of one kind are one; one
/// whose interval holds nothing is left out.
class Expansion {
 public:
  Expansion(const Vocabulary& vocabulary, Mode mode, Unsaid taken, Looks& looks)
      : vocabulary_(vocabulary), mode_(mode), taken_(taken), looks_(looks) {}

  Result<Alternatives> of(const Formula& formula) { return expand(formula, false); }
  /// Of all that is not known for certain to satisfy it: its opposite, with every condition left
  /// out that a narrow expansion could not say.
  Result<Alternatives> of_doubt(const Formula& formula) {
    is_doubting_ = true;
    auto found = expand(formula, true);
    is_doubting_ = false;
    return found;
  }
  Result<Alternatives> both(const Alternatives& left, const Alternatives& right);

  const std::set<std::string>& unsaid() const { return unsaid_; }

 private:
  Result<Alternatives> expand(const Formula& formula, bool is_not);
  Result<Alternatives> expand_all(const std::vector<Formula>& parts, bool is_not);
  Result<Alternatives> expand_any(const std::vector<Formula>& parts, bool is_not);
  Result<Alternatives> expand_one(const std::vector<Formula>& parts, bool is_not);
  Alternatives expand_atom(const Atom& atom, bool is_not);

  const Vocabulary& vocabulary_;
  Mode mode_;
  Unsaid taken_;
  Looks& looks_;
  std::set<std::string> unsaid_;
  bool is_doubting_ = false;
};

}  // namespace usufruct::terms::odrl
