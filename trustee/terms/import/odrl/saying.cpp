#include "trustee/terms/import/odrl/saying.h"

#include <algorithm>

#include "trustee/terms/author_keys.h"
#include "trustee/terms/author_words.h"
#include "trustee/terms/clause.h"

namespace usufruct::terms::odrl {
namespace {

Alternatives one_clause(ClauseKind kind, std::vector<std::string> values) {
  return {{{kind, std::move(values), 0, 0}}};
}

/// What is left when some words are taken away; nothing may be left. A requester has classes, and
/// one of them would do: of a permission that some is apart from these does not say that none is
/// one of these.
std::optional<Alternatives> apart(const Atom& atom, std::span<const std::string> words, Mode mode,
                                  const Vocabulary& vocabulary) {
  const bool is_class = atom.kind == ClauseKind::recipient || atom.kind == ClauseKind::actor_class;
  if (is_class && mode == Mode::narrow) return std::nullopt;
  auto left = vocabulary.words_apart_from(*scheme_of(atom.kind), words);
  if (left.empty()) return Alternatives{};
  return one_clause(atom.kind, std::move(left));
}

std::optional<Alternatives> say_words(const Atom& atom, bool is_not, Mode mode,
                                      const Vocabulary& vocabulary) {
  switch (atom.op) {
    case Operator::eq:
    case Operator::is_a:
    case Operator::is_part_of:
    case Operator::is_any_of:
      if (is_not) return apart(atom, atom.values, mode, vocabulary);
      return one_clause(atom.kind, atom.values);
    case Operator::neq:
    case Operator::is_none_of:
      if (!is_not) return apart(atom, atom.values, mode, vocabulary);
      return one_clause(atom.kind, atom.values);
    case Operator::is_all_of: {
      // All of them is one clause each; not all of them is one of them left out.
      Alternatives found(is_not ? 0 : 1);
      for (const auto& value : atom.values) {
        if (!is_not) {
          found.front().push_back({atom.kind, {value}, 0, 0});
          continue;
        }
        auto others = apart(atom, std::span(&value, 1), mode, vocabulary);
        if (!others) return std::nullopt;
        std::ranges::move(*others, std::back_inserter(found));
      }
      return found;
    }
    case Operator::lt:
    case Operator::lteq:
    case Operator::gt:
    case Operator::gteq:
    case Operator::has_part:
      return std::nullopt;
  }
  return std::nullopt;
}

/// What can be written of an interval: nothing finer or larger than files of terms hold.
std::optional<Clause> clause_of(ClauseKind kind, Interval interval, Mode mode) {
  const bool is_bounded = kind != ClauseKind::time;
  const std::int64_t limit = kind == ClauseKind::duration ? days_limit : count_limit;
  if (is_bounded && interval.low > limit) {
    if (mode == Mode::narrow) return std::nullopt;
    interval.low = limit;
  }
  if (is_bounded && interval.high != Interval::open && interval.high > limit + 1) {
    interval.high = mode == Mode::narrow ? limit + 1 : Interval::open;
  }
  // No request is for less than one.
  if (is_bounded && interval.high <= 1) return std::nullopt;
  return Clause{kind, {}, interval.low, interval.high == Interval::open ? 0 : interval.high};
}

std::optional<Alternatives> say_number(const Atom& atom, Operator op, Mode mode) {
  const std::int64_t unit = atom.kind == ClauseKind::duration ? 86'400 : 1;
  const auto intervals = intervals_of(op, atom.range, unit, mode);
  if (!intervals) return std::nullopt;
  Alternatives found;
  for (const auto& interval : *intervals) {
    const auto clause = clause_of(atom.kind, interval, mode);
    if (!clause) continue;
    const bool is_all = clause->low == 0 && clause->high == 0;
    if (is_all) return Alternatives{{}};
    found.push_back({*clause});
  }
  return found;
}

/// Offers have no upper bound in files of terms.
std::optional<Alternatives> say_offer(const Atom& atom, Operator op, Mode mode) {
  const auto intervals = intervals_of(op, atom.range, 1, mode);
  if (!intervals || intervals->size() != 1 || intervals->front().high != Interval::open) {
    return std::nullopt;
  }
  const std::int64_t low = intervals->front().low;
  if (low == 0) return Alternatives{{}};
  return Alternatives{{{ClauseKind::price, atom.values, low, 0}}};
}

}  // namespace

std::optional<Alternatives> say(const Atom& atom, bool is_not, Mode mode,
                                const Vocabulary& vocabulary) {
  const auto op = is_not ? opposite(atom.op) : atom.op;
  switch (atom.says) {
    case Atom::Says::words:
      return say_words(atom, is_not, mode, vocabulary);
    case Atom::Says::number:
      return op ? say_number(atom, *op, mode) : std::nullopt;
    case Atom::Says::offer:
      return op ? say_offer(atom, *op, mode) : std::nullopt;
    case Atom::Says::clause:
      if (is_not) return std::nullopt;
      return Alternatives{{{atom.kind, atom.values, atom.range.first, atom.range.last}}};
    case Atom::Says::nothing:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace usufruct::terms::odrl
