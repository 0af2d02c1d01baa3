#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "trustee/terms/analysis.h"
#include "trustee/terms/sayings.h"
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

std::vector<Rule> rules_of(const Terms& terms, Effect effect) {
  std::vector<Rule> rules;
  for (const auto& rule : terms.rules) {
    if (rule.effect != effect) continue;
    if (auto one = settled(rule, terms.floor)) rules.push_back(*std::move(one));
  }
  return rules;
}

void add_once(std::vector<Clause>& clauses, const Clause& clause) {
  if (std::ranges::find(clauses, clause) == clauses.end()) clauses.push_back(clause);
}

Rule both_of(const Rule& left, const Rule& right) {
  Rule both{left.id == right.id ? left.id : fmt::format("{}+{}", left.id, right.id),
            Effect::permit,
            {},
            left.duties};
  for (const auto& clause : left.clauses) add_once(both.clauses, clause);
  for (const auto& clause : right.clauses) add_once(both.clauses, clause);
  both.duties.insert(both.duties.end(), right.duties.begin(), right.duties.end());
  std::ranges::sort(both.duties);
  const auto repeats = std::ranges::unique(both.duties);
  both.duties.erase(repeats.begin(), repeats.end());
  return both;
}

/// Whether some request satisfies all clauses of a permit; yes when the budget is spent.
bool can_hold(const Rule& permit, const Vocabulary& vocabulary, Budget& budget) {
  Terms alone;
  alone.rules = {permit};
  const std::array<const Terms*, 1> all = {&alone};
  const Names names(all, vocabulary);
  for (const For whom : {For::requester, For::named_recipients}) {
    const Sayings sayings = Sayings::of(alone, whom, names);
    const auto always = of_every_request(whom, names);
    std::vector<const Goal*> goals;
    for (const auto& goal : always) goals.push_back(&goal);
    for (const auto& goal : sayings.permits.front().fires) goals.push_back(&goal);
    if (solve(Store(names.universe()), std::move(goals), budget)) return true;
  }
  return budget.is_spent();
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
  // A safeguard of the meet is of its own floor; those of the rules are settled.
  both.floor = {std::max(left.floor.k, right.floor.k),
                std::min(left.floor.suppression_max_per10000, right.floor.suppression_max_per10000),
                std::max(left.floor.l_distinct, right.floor.l_distinct)};
  // 0 is no end: the shorter of those that have one.
  both.retention_days = std::min(left.retention_days - 1, right.retention_days - 1) + 1;
  both.price = std::max<std::int64_t>({left.price, right.price, 0});
  both.currency = left.price > 0 ? left.currency : right.price > 0 ? right.currency : "";
  both.after_withdrawal = std::max(left.after_withdrawal, right.after_withdrawal);
  const auto ours = rules_of(left, Effect::permit);
  const auto theirs = rules_of(right, Effect::permit);
  if (ours.size() * theirs.size() > meet_rules_max) {
    return conflict(fmt::format("{} permits with {} are more than {} pairs", ours.size(),
                                theirs.size(), meet_rules_max),
                    "meet them in parts, or write fewer and broader rules");
  }
  for (const auto* from : {&left, &right}) {
    for (auto& forbid : rules_of(*from, Effect::forbid)) {
      if (std::ranges::find(both.rules, forbid) == both.rules.end()) {
        both.rules.push_back(std::move(forbid));
      }
    }
  }
  for (const auto& one : ours) {
    for (const auto& other : theirs) {
      Rule pair = both_of(one, other);
      if (std::ranges::find(both.rules, pair) != both.rules.end()) continue;
      if (can_hold(pair, vocabulary, budget)) both.rules.push_back(std::move(pair));
    }
  }
  return both;
}

}  // namespace usufruct::terms
