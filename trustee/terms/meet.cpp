#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "crypto/base/sorted.h"
#include "trustee/terms/analysis.h"
#include "trustee/terms/asked.h"
#include "trustee/terms/author.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/floor.h"
#include "trustee/terms/specification.h"

namespace usufruct::terms {
namespace {

/// A rule whose safeguards are judged by the floor of the terms it comes from: in the meet they
/// would be by another. None: it never fires.
std::optional<Rule> settled(const Rule& rule, const Floor& floor) {
  Rule settled = rule;
  settled.clauses.clear();
  for (const auto& clause : rule.clauses) {
    if (clause.kind != ClauseKind::safeguard) {
      settled.clauses.push_back(clause);
      continue;
    }
    const Truth truth = judge_safeguard(clause, floor);
    if (truth == Truth::false_) return std::nullopt;
    // Without a name it is asked of nothing, and stays unknown.
    if (truth == Truth::unknown) settled.clauses.push_back({ClauseKind::safeguard, {}});
  }
  return settled;
}

std::vector<Rule> rules_with(const Terms& terms, Effect effect) {
  std::vector<Rule> rules;
  for (const auto& rule : terms.rules) {
    if (rule.effect != effect) continue;
    if (auto one = settled(rule, terms.floor)) rules.push_back(*std::move(one));
  }
  return rules;
}

/// The broadest words of a set that holds all kinds of its words.
std::vector<std::string> broadest_of(const WordSet& set, Scheme scheme,
                                     const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  const auto& all = vocabulary.terms(scheme);
  for (std::size_t place = 0; place < all.size(); ++place) {
    const bool is_below = std::ranges::any_of(all[place].parents, [&](const auto& parent) {
      return set.contains(*vocabulary.place_of(scheme, parent));
    });
    if (set.contains(place) && !is_below) words.push_back(all[place].id);
  }
  return words;
}

/// What is within both lists of a permit, where that can be said by one list: of all words that are
/// asked for, and not of any.
std::optional<Clause> words_within_both(const Clause& left, const Clause& right,
                                        const Vocabulary& vocabulary) {
  const bool asks_of_all = left.kind == ClauseKind::purpose || left.kind == ClauseKind::action ||
                           left.kind == ClauseKind::jurisdiction;
  if (!asks_of_all) return std::nullopt;
  const Scheme scheme = *terms::scheme_of(left.kind);
  if (!vocabulary.knows(scheme, left.values) || !vocabulary.knows(scheme, right.values)) {
    return std::nullopt;
  }
  const WordSet both =
      vocabulary.all_kinds_of(scheme, left.values) & vocabulary.all_kinds_of(scheme, right.values);
  if (both.is_empty()) return std::nullopt;
  return Clause{left.kind, broadest_of(both, scheme, vocabulary), 0, 0};
}

/// The same of two intervals.
std::optional<Clause> interval_within_both(const Clause& left, const Clause& right) {
  const bool is_plain = left.kind == ClauseKind::time || left.kind == ClauseKind::duration ||
                        left.kind == ClauseKind::count;
  if (!is_plain || !is_interval(left.low, left.high) || !is_interval(right.low, right.high)) {
    return std::nullopt;
  }
  // A high of 0 is open.
  const auto ends_first = [](std::int64_t one, std::int64_t other) {
    if (one == 0 || other == 0) return std::max(one, other);
    return std::min(one, other);
  };
  const Clause both{
      left.kind, {}, std::max(left.low, right.low), ends_first(left.high, right.high)};
  if (!is_interval(both.low, both.high)) return std::nullopt;
  return both;
}

void add(std::vector<Clause>& clauses, const Clause& clause, const Vocabulary& vocabulary) {
  for (auto& there : clauses) {
    if (there == clause) return;
    if (there.kind != clause.kind) continue;
    auto both = words_within_both(there, clause, vocabulary);
    if (!both) both = interval_within_both(there, clause);
    if (!both) continue;
    there = *std::move(both);
    return;
  }
  clauses.push_back(clause);
}

Rule both_of(const Rule& left, const Rule& right, const Vocabulary& vocabulary) {
  Rule both{left.id == right.id ? left.id : fmt::format("{}+{}", left.id, right.id),
            Effect::permit,
            {},
            left.duties};
  for (const auto* from : {&left, &right}) {
    for (const auto& clause : from->clauses) add(both.clauses, clause, vocabulary);
  }
  both.clauses = in_writing_order(both.clauses);
  both.duties.insert(both.duties.end(), right.duties.begin(), right.duties.end());
  sort_once(both.duties);
  return both;
}

/// Whether some request satisfies all clauses of a permit; yes when the budget is spent.
bool can_hold(const Rule& permit, const Vocabulary& vocabulary, Budget& budget) {
  Terms alone;
  alone.rules = {permit};
  const std::array<const Terms*, 1> all = {&alone};
  const Names names(all, vocabulary);
  for (const For whom : kinds_of_request(all)) {
    const Sayings sayings = Sayings::of(alone, whom, names);
    Asked::Goals goals;
    Asked::add_fires(sayings.permits.front(), goals);
    if (Asked(whom, names, budget).find(std::move(goals))) return true;
  }
  return budget.is_spent();
}

/// Rules of two terms may have one name.
void name_apart(std::vector<Rule>& rules) {
  std::set<std::string> taken;
  for (auto& rule : rules) {
    const std::string name = rule.id;
    for (int n = 2; !taken.insert(rule.id).second; ++n) rule.id = fmt::format("{}-{}", name, n);
  }
}

}  // namespace

Result<Terms> meet(const Terms& left, const Terms& right, const Vocabulary& vocabulary,
                   Budget budget) {
  if (left.price > 0 && right.price > 0 && left.currency != right.currency) {
    return conflict(fmt::format("one asks for {}, the other for {}", left.currency, right.currency),
                    "nobody can offer both: agree on one currency first");
  }
  if (left.vocabulary_sha256 != right.vocabulary_sha256) {
    return conflict("the two were written with different vocabularies",
                    "write both again with the vocabulary of this program");
  }
  Terms both;
  both.vocabulary_sha256 = left.vocabulary_sha256;
  both.title =
      left.title == right.title ? left.title : fmt::format("{}; and: {}", left.title, right.title);
  if (left.law == right.law) both.law = left.law;
  // What is partly another's stands for nobody's labels.
  if (!left.labels.empty() && !right.labels.empty()) {
    both.labels = left.labels;
    both.labels.insert(both.labels.end(), right.labels.begin(), right.labels.end());
    sort_once(both.labels);
  }
  // A safeguard of the meet is of its own floor; those of the rules are settled.
  both.floor = stricter_of(left.floor, right.floor);
  // 0 is no end: the shorter of those that have one.
  both.retention_days = std::min(left.retention_days - 1, right.retention_days - 1) + 1;
  both.price = std::max<std::int64_t>({left.price, right.price, 0});
  both.currency = left.price > 0 ? left.currency : right.price > 0 ? right.currency : "";
  both.after_withdrawal = std::max(left.after_withdrawal, right.after_withdrawal);
  const auto ours = rules_with(left, Effect::permit);
  const auto theirs = rules_with(right, Effect::permit);
  if (ours.size() * theirs.size() > meet_rules_max) {
    return malformed(fmt::format("{} permits with {} are more than {} pairs", ours.size(),
                                 theirs.size(), meet_rules_max),
                     "meet them in parts, or write fewer and broader rules");
  }
  for (const auto* from : {&left, &right}) {
    for (const Effect effect : {Effect::forbid, Effect::ask}) {
      for (auto& rule : rules_with(*from, effect)) {
        if (std::ranges::find(both.rules, rule) == both.rules.end()) {
          both.rules.push_back(std::move(rule));
        }
      }
    }
  }
  for (const auto& one : ours) {
    for (const auto& other : theirs) {
      Rule pair = both_of(one, other, vocabulary);
      if (std::ranges::find(both.rules, pair) != both.rules.end()) continue;
      if (can_hold(pair, vocabulary, budget)) both.rules.push_back(std::move(pair));
    }
  }
  // As a file has them: permits, forbids, asks.
  std::ranges::stable_sort(both.rules, {}, &Rule::effect);
  name_apart(both.rules);
  return both;
}

}  // namespace usufruct::terms
