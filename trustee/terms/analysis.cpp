#include "trustee/terms/analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "trustee/terms/clause.h"
#include "trustee/terms/sayings.h"

namespace usufruct::terms {
namespace {

/// A code of a currency that nobody names.
std::string unnamed(const std::vector<std::string>& currencies) {
  std::string code = "XXX";
  while (std::ranges::binary_search(currencies, code)) code += 'X';
  return code;
}

/// A request that has all that a store asks for and as little else as may be.
Example example_of(const Store& store, const Names& names) {
  Example example;
  const auto words = [&](Slot slot) {
    std::vector<std::string> ids;
    const auto& all = names.vocabulary().terms(scheme_of(slot));
    const WordSet list = store.list(slot);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (list.contains(i)) ids.push_back(all[i].id);
    }
    return ids;
  };
  const auto number = [&](Dimension dimension) { return store.numbers(dimension).front().least(); };
  Request& request = example.request;
  request.purposes = words(Slot::purpose);
  request.actions = words(Slot::action);
  request.recipients = words(Slot::recipient);
  request.jurisdictions = words(Slot::jurisdiction);
  request.attestations = words(Slot::attestation);
  request.flags = words(Slot::flag);
  request.duration_days = static_cast<std::uint32_t>(number(Dimension::duration));
  request.count = static_cast<std::uint32_t>(number(Dimension::count));
  const Worlds& offers = store.numbers(Dimension::price);
  if (offers[names.no_offer()].is_empty()) {
    const auto world =
        std::ranges::find_if(offers, [](const auto& offer) { return !offer.is_empty(); });
    const auto at = static_cast<std::size_t>(world - offers.begin());
    request.price_offered = world->least();
    request.currency =
        at == names.other_currency() ? unnamed(names.currencies()) : names.currencies()[at];
  }
  example.requester.classes = words(Slot::requester_class);
  const auto actor = static_cast<std::size_t>(number(Dimension::actor));
  if (actor < names.actors().size()) {
    example.requester_id = names.actors()[actor];
  } else {
    // Somebody whom nobody names.
    while (std::ranges::binary_search(names.actors(), example.requester_id)) {
      ++example.requester_id.digest.bytes.back();
    }
  }
  Budget enough;
  example.at = store.moment(enough).value();
  return example;
}

/// Terms made ready for questions about all requests of one kind.
class Asked {
 public:
  Asked(For whom, const Names& names, Budget& budget)
      : names_(names), budget_(budget), always_(of_every_request(whom, names)) {}

  using Goals = std::vector<const Goal*>;

  /// A request that fires one permit and rests all forbids.
  static void add_permitted(const Saying& permit, const Sayings& by, Goals& goals) {
    for (const auto& goal : permit.fires) goals.push_back(&goal);
    for (const auto& forbid : by.forbids) goals.push_back(&forbid.rests);
  }
  static void add_rests(const std::vector<Saying>& sayings, Goals& goals) {
    for (const auto& saying : sayings) goals.push_back(&saying.rests);
  }

  std::optional<Example> find(Goals goals) {
    for (const auto& goal : always_) goals.push_back(&goal);
    const auto store = solve(Store(names_.universe()), std::move(goals), budget_);
    if (!store) return std::nullopt;
    return example_of(*store, names_);
  }
  bool is_spent() const { return budget_.is_spent(); }

 private:
  const Names& names_;
  Budget& budget_;
  std::vector<Goal> always_;
};

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

bool is_same_vocabulary(const Terms& first, const Terms& second) {
  return first.vocabulary_sha256 == second.vocabulary_sha256;
}

/// The kinds of request that have to be looked at, one after another.
std::vector<For> kinds_of_request(std::span<const Terms* const> terms) {
  if (std::ranges::any_of(terms, [](const Terms* one) { return looks_at_recipients(*one); })) {
    return {For::requester, For::named_recipients};
  }
  return {For::requester};
}

std::optional<Example> first_alone(const Terms& first, const Terms& second, For whom,
                                   const Names& names, Budget& budget) {
  const Sayings ours = Sayings::of(first, whom, names);
  const Sayings theirs = Sayings::of(second, whom, names);
  const bool is_one_vocabulary = is_same_vocabulary(first, second);
  const auto same_permits =
      is_one_vocabulary ? contents_of(second, Effect::permit) : std::set<std::vector<Clause>>{};
  const auto same_forbids =
      is_one_vocabulary ? contents_of(first, Effect::forbid) : std::set<std::vector<Clause>>{};
  Asked asked(whom, names, budget);
  for (const auto& permit : ours.permits) {
    Asked::Goals permitted;
    Asked::add_permitted(permit, ours, permitted);
    // Refused by one of their forbids: but not by one that is ours too.
    for (const auto& forbid : theirs.forbids) {
      if (forbid.rule && same_forbids.contains(content_of(*forbid.rule))) continue;
      Asked::Goals goals = permitted;
      for (const auto& goal : forbid.fires) goals.push_back(&goal);
      if (auto found = asked.find(std::move(goals))) return found;
      if (budget.is_spent()) return std::nullopt;
    }
    // Or permitted by none of theirs: but not if this one is theirs too.
    if (same_permits.contains(content_of(*permit.rule))) continue;
    Asked::Goals goals = permitted;
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

std::string print(const Floor& floor) {
  return fmt::format("k {}, l-distinct {}, suppression at most {} of 10,000", floor.k,
                     floor.l_distinct, floor.suppression_max_per10000);
}

/// A greater k or l asks for more, and so does less suppression.
Aspect floor_aspect(const Floor& before, const Floor& after) {
  const auto asks_less = [](const Floor& one, const Floor& other) {
    return one.k < other.k || one.l_distinct < other.l_distinct ||
           one.suppression_max_per10000 > other.suppression_max_per10000;
  };
  return {"floor", compared(asks_less(after, before), asks_less(before, after)), print(before),
          print(after)};
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
      for (const auto& goal : other.fires) permitted.push_back(&goal);
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

std::string_view name_of(Oddity::What what) {
  constexpr std::array<std::string_view, 6> names = {"permits-nothing",   "never-holds",
                                                     "always-refused",    "says-nothing-new",
                                                     "permit-and-forbid", "undecided"};
  return names[static_cast<std::size_t>(what)];
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

namespace {

/// All questions lint() asks, over both kinds of request.
class Linter {
 public:
  Linter(const Terms& terms, const Vocabulary& vocabulary, Budget budget)
      : all_{&terms}, names_(all_, vocabulary), budget_(budget) {
    for (const For whom : kinds_of_request(all_)) {
      kinds_.push_back({whom, Sayings::of(terms, whom, names_)});
    }
  }

  std::vector<Oddity> run() {
    if (!any([](const Sayings& sayings, Asked& asked) {
          return first_permitted(sayings, asked, nullptr);
        })) {
      tell(Oddity::What::permits_nothing, "");
    }
    const auto& first = kinds_.front().sayings;
    for (std::size_t i = 0; i < first.permits.size(); ++i) look_at_permit(i);
    for (std::size_t i = 0; i < first.forbids.size(); ++i) {
      if (first.forbids[i].rule) look_at_forbid(i);
    }
    return std::move(found_);
  }

 private:
  struct Kind {
    For whom;
    Sayings sayings;
  };

  /// The first answer over the kinds of request there are.
  template <class Ask>
  std::optional<Example> any(Ask ask) {
    for (const auto& kind : kinds_) {
      Asked asked(kind.whom, names_, budget_);
      if (auto found = ask(kind.sayings, asked)) return found;
    }
    return std::nullopt;
  }

  /// Some request that is permitted, whatever a left out forbid says.
  static std::optional<Example> first_permitted(const Sayings& sayings, Asked& asked,
                                                const Saying* without) {
    for (const auto& permit : sayings.permits) {
      Asked::Goals goals;
      for (const auto& goal : permit.fires) goals.push_back(&goal);
      for (const auto& forbid : sayings.forbids) {
        if (&forbid != without) goals.push_back(&forbid.rests);
      }
      if (without) {
        for (const auto& goal : without->fires) goals.push_back(&goal);
      }
      if (auto found = asked.find(std::move(goals))) return found;
    }
    return std::nullopt;
  }

  void look_at_permit(std::size_t i) {
    const auto fires = [i](const Sayings& sayings) {
      Asked::Goals goals;
      for (const auto& goal : sayings.permits[i].fires) goals.push_back(&goal);
      return goals;
    };
    const Rule& rule = *kinds_.front().sayings.permits[i].rule;
    if (!any([&](const Sayings& sayings, Asked& asked) { return asked.find(fires(sayings)); })) {
      return tell(Oddity::What::never_holds, rule.id);
    }
    if (!any([&](const Sayings& sayings, Asked& asked) {
          auto goals = fires(sayings);
          Asked::add_rests(sayings.forbids, goals);
          return asked.find(std::move(goals));
        })) {
      return tell(Oddity::What::always_refused, rule.id);
    }
    const bool is_new = any([&](const Sayings& sayings, Asked& asked) {
                          auto goals = fires(sayings);
                          Asked::add_rests(sayings.forbids, goals);
                          for (std::size_t other = 0; other < sayings.permits.size(); ++other) {
                            if (other != i) goals.push_back(&sayings.permits[other].rests);
                          }
                          return asked.find(std::move(goals));
                        }).has_value();
    // One with duties of its own says more than what is permitted.
    if (!is_new && rule.duties.empty()) return tell(Oddity::What::says_nothing_new, rule.id);
    for (std::size_t f = 0; f < kinds_.front().sayings.forbids.size(); ++f) {
      const Rule* forbid = kinds_.front().sayings.forbids[f].rule;
      // To be met by permits is what an ask is for.
      if (!forbid || forbid->effect == Effect::ask) continue;
      auto example = any([&](const Sayings& sayings, Asked& asked) {
        auto goals = fires(sayings);
        for (const auto& goal : sayings.forbids[f].fires) goals.push_back(&goal);
        return asked.find(std::move(goals));
      });
      if (example) {
        found_.push_back(
            {Oddity::What::overlaps, rule.id, rule.effect, forbid->id, std::move(example)});
      }
    }
  }

  void look_at_forbid(std::size_t i) {
    const Rule& rule = *kinds_.front().sayings.forbids[i].rule;
    const auto fires = [i](const Sayings& sayings, Asked& asked) {
      Asked::Goals goals;
      for (const auto& goal : sayings.forbids[i].fires) goals.push_back(&goal);
      return asked.find(std::move(goals));
    };
    if (!any(fires)) return tell(Oddity::What::never_holds, rule.id, rule.effect);
    const bool is_felt = any([i](const Sayings& sayings, Asked& asked) {
                           return first_permitted(sayings, asked, &sayings.forbids[i]);
                         }).has_value();
    if (!is_felt) tell(Oddity::What::says_nothing_new, rule.id, rule.effect);
  }

  void tell(Oddity::What what, const std::string& rule, Effect effect = Effect::permit) {
    found_.push_back(
        {budget_.is_spent() ? Oddity::What::undecided : what, rule, effect, "", std::nullopt});
  }

  std::array<const Terms*, 1> all_;
  Names names_;
  Budget budget_;
  std::vector<Kind> kinds_;
  std::vector<Oddity> found_;
};

}  // namespace

std::vector<Oddity> lint(const Terms& terms, const Vocabulary& vocabulary, Budget budget) {
  return Linter(terms, vocabulary, budget).run();
}

}  // namespace usufruct::terms
