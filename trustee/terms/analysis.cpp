#include "trustee/terms/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "trustee/terms/asked.h"
#include "trustee/terms/floor.h"

namespace usufruct::terms {
namespace {

/// The clauses of a rule as a value: rules that say the same are the same here.
std::vector<Clause> content_of(const Rule& rule) {
  std::vector<Clause> clauses = rule.clauses;
  for (auto& clause : clauses) std::ranges::sort(clause.values);
  std::ranges::sort(clauses);
  return clauses;
}

bool has_safeguard(const Rule& rule) {
  return std::ranges::any_of(
      rule.clauses, [](const Clause& clause) { return clause.kind == ClauseKind::safeguard; });
}

/// Rules of one effect that the other terms have too, word by word.
std::set<std::vector<Clause>> contents_of(const Terms& terms, Effect effect) {
  std::set<std::vector<Clause>> contents;
  for (const auto& rule : terms.rules) {
    // A safeguard is judged by the floor of the terms it stands in.
    if (rule.effect == effect && !has_safeguard(rule)) contents.insert(content_of(rule));
  }
  return contents;
}

std::optional<Example> first_alone(const Terms& first, const Terms& second, For whom,
                                   const Names& names, Budget& budget) {
  const Sayings ours = Sayings::of(first, whom, names);
  Sayings theirs = Sayings::of(second, whom, names);
  // What stands in both, word by word, need not be asked about: a forbid that is ours rests for
  // all that we permit, and a permit that is theirs lets all through that ours does.
  std::set<std::vector<Clause>> same_permits;
  auto forbids = std::span<const Saying>(theirs.forbids);
  if (first.vocabulary_sha256 == second.vocabulary_sha256) {
    same_permits = contents_of(second, Effect::permit);
    const auto same_forbids = contents_of(first, Effect::forbid);
    const auto others = std::ranges::partition(theirs.forbids, [&](const Saying& forbid) {
      return !forbid.rule || !same_forbids.contains(content_of(*forbid.rule));
    });
    forbids = std::span(theirs.forbids.begin(), others.begin());
  }
  Asked asked(whom, names, budget);
  for (const auto& permit : ours.permits) {
    Asked::Goals permitted;
    Asked::add_permitted(permit, ours, permitted);
    for (const auto& forbid : forbids) {
      Asked::Goals goals = permitted;
      Asked::add_fires(forbid, goals);
      if (auto found = asked.find(std::move(goals))) return found;
      if (budget.is_spent()) return std::nullopt;
    }
    if (same_permits.contains(content_of(*permit.rule))) continue;
    Asked::Goals goals = std::move(permitted);
    Asked::add_rests(theirs.permits, goals);
    if (auto found = asked.find(std::move(goals))) return found;
    if (budget.is_spent()) return std::nullopt;
  }
  return std::nullopt;
}

Comparison compared(bool first_has_more, bool second_has_more) {
  if (first_has_more && second_has_more) return Comparison::incomparable;
  if (first_has_more) return Comparison::wider;
  return second_has_more ? Comparison::narrower : Comparison::equal;
}

/// Two aspects that both must hold.
Comparison joined(Comparison left, Comparison right) {
  if (left == Comparison::incomparable || right == Comparison::incomparable) {
    return Comparison::incomparable;
  }
  if (left == Comparison::undecided || right == Comparison::undecided) return Comparison::undecided;
  if (left == Comparison::equal) return right;
  return right == Comparison::equal || left == right ? left : Comparison::incomparable;
}

Aspect floor_aspect(const Floor& before, const Floor& after) {
  return {"floor", compared(asks_less(after, before), asks_less(before, after)),
          print_floor_line(before), print_floor_line(after)};
}

Aspect retention_aspect(std::uint32_t before, std::uint32_t after) {
  const auto days = [](std::uint32_t count) {
    return count == 0 ? std::string("without end") : fmt::format("{} days", count);
  };
  // 0 is no end.
  const auto is_longer = [](std::uint32_t one, std::uint32_t other) { return one - 1 > other - 1; };
  return {"retention", compared(is_longer(after, before), is_longer(before, after)), days(before),
          days(after)};
}

/// Whether some request of one kind that both permit comes with a duty under the first and without
/// it under the second.
bool asks_alone(const Sayings& first, const Sayings& second, const Duty& duty, Asked& asked) {
  const auto has_it = [&](const Saying& permit) {
    return std::ranges::find(permit.rule->duties, duty) != permit.rule->duties.end();
  };
  for (const auto& permit : first.permits) {
    if (!has_it(permit)) continue;
    Asked::Goals goals;
    Asked::add_permitted(permit, first, goals);
    Asked::add_rests(second.forbids, goals);
    for (const auto& other : second.permits) {
      if (has_it(other)) goals.push_back(&other.rests);
    }
    if (!asked.find(goals)) {
      if (asked.is_spent()) return false;
      continue;
    }
    for (const auto& other : second.permits) {
      if (has_it(other)) continue;
      Asked::Goals permitted = goals;
      Asked::add_fires(other, permitted);
      if (asked.find(std::move(permitted))) return true;
      if (asked.is_spent()) return false;
    }
  }
  return false;
}

std::set<Duty> duties_of(const Terms& terms) {
  std::set<Duty> duties;
  for (const auto& rule : terms.rules) {
    if (rule.effect == Effect::permit) duties.insert(rule.duties.begin(), rule.duties.end());
  }
  return duties;
}

std::string print(const std::set<Duty>& duties) {
  std::string text;
  for (const auto& duty : duties) {
    text += (text.empty() ? "" : ", ") + duty.action;
    if (!duty.detail.empty()) text += " (" + duty.detail + ")";
  }
  return text.empty() ? "none" : text;
}

/// Who asks for a duty less, of a request that both permit, asks for less.
Aspect duties_aspect(const Terms& before, const Terms& after, const Vocabulary& vocabulary,
                     Budget& budget) {
  const auto was = duties_of(before);
  const auto is = duties_of(after);
  Aspect aspect{"duties", Comparison::equal, print(was), print(is)};
  const std::array<const Terms*, 2> both = {&before, &after};
  const Names names(both, vocabulary);
  bool was_more = false;
  bool is_more = false;
  for (const For whom : kinds_of_request(both)) {
    if (budget.is_spent()) break;
    const Sayings ours = Sayings::of(before, whom, names);
    const Sayings theirs = Sayings::of(after, whom, names);
    Asked asked(whom, names, budget);
    for (const auto& duty : was) {
      if (was_more || asked.is_spent()) break;
      was_more = asks_alone(ours, theirs, duty, asked);
    }
    for (const auto& duty : is) {
      if (is_more || asked.is_spent()) break;
      is_more = asks_alone(theirs, ours, duty, asked);
    }
  }
  aspect.comparison = budget.is_spent() ? Comparison::undecided : compared(was_more, is_more);
  return aspect;
}

Aspect withdrawal_aspect(AfterWithdrawal before, AfterWithdrawal after) {
  const auto name = [](AfterWithdrawal what) {
    return what == AfterWithdrawal::exclude ? "exclude" : "ask-again";
  };
  const bool is_looser = before == AfterWithdrawal::ask_again && after != before;
  const bool is_stricter = after == AfterWithdrawal::ask_again && after != before;
  return {"after-withdrawal", compared(is_looser, is_stricter), name(before), name(after)};
}

}  // namespace

std::string_view name_of(Comparison comparison) {
  constexpr std::array<std::string_view, 5> names = {"equal", "narrower", "wider", "incomparable",
                                                     "undecided"};
  return names[static_cast<std::size_t>(comparison)];
}

std::optional<Example> permitted_by_first_alone(const Terms& first, const Terms& second,
                                                const Vocabulary& vocabulary, Budget& budget) {
  const std::array<const Terms*, 2> both = {&first, &second};
  const Names names(both, vocabulary);
  // Each price is kept in every currency: with many, that is more than can be looked at.
  if (names.currencies().size() > currencies_max) budget.spend(budget.steps);
  for (const For whom : kinds_of_request(both)) {
    if (budget.is_spent()) return std::nullopt;
    if (auto found = first_alone(first, second, whom, names, budget)) return found;
  }
  return std::nullopt;
}

TermsDiff diff(const Terms& before, const Terms& after, const Vocabulary& vocabulary) {
  Budget budget;
  return diff(before, after, vocabulary, budget);
}

TermsDiff diff(const Terms& before, const Terms& after, const Vocabulary& vocabulary,
               Budget& budget) {
  TermsDiff diff;
  diff.only_after = permitted_by_first_alone(after, before, vocabulary, budget);
  const bool is_forth_spent = budget.is_spent();
  diff.only_before = permitted_by_first_alone(before, after, vocabulary, budget);
  const bool is_undecided =
      (!diff.only_after && is_forth_spent) || (!diff.only_before && budget.is_spent());
  const Comparison requests =
      is_undecided ? Comparison::undecided
                   : compared(diff.only_after.has_value(), diff.only_before.has_value());
  diff.aspects = {{"requests", requests, "", ""},
                  floor_aspect(before.floor, after.floor),
                  retention_aspect(before.retention_days, after.retention_days),
                  duties_aspect(before, after, vocabulary, budget),
                  withdrawal_aspect(before.after_withdrawal, after.after_withdrawal)};
  for (const auto& aspect : diff.aspects) {
    diff.comparison = joined(diff.comparison, aspect.comparison);
  }
  return diff;
}

}  // namespace usufruct::terms
