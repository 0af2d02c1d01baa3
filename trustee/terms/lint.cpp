#include <algorithm>
#include <array>

#include "trustee/terms/analysis.h"
#include "trustee/terms/asked.h"
#include "trustee/terms/floor.h"

namespace usufruct::terms {
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
  static bool limits(const Rule& rule, ClauseKind kind) {
    return std::ranges::find(rule.clauses, kind, &Clause::kind) != rule.clauses.end();
  }

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
      Asked::add_fires(permit, goals);
      for (const auto& forbid : sayings.forbids) {
        if (&forbid != without) goals.push_back(&forbid.rests);
      }
      if (without) Asked::add_fires(*without, goals);
      if (auto found = asked.find(std::move(goals))) return found;
    }
    return std::nullopt;
  }

  void look_at_permit(std::size_t i) {
    const auto fires = [i](const Sayings& sayings) {
      Asked::Goals goals;
      Asked::add_fires(sayings.permits[i], goals);
      return goals;
    };
    const Rule& rule = *kinds_.front().sayings.permits[i].rule;
    if (rule.id.empty()) return;  // no rule of a file: what terms that narrow do not speak of
    if (limits(rule, ClauseKind::recipient) && !limits(rule, ClauseKind::actor_class) &&
        !limits(rule, ClauseKind::actor)) {
      tell(Oddity::What::recipients_alone, rule.id);
    }
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
        Asked::add_fires(sayings.forbids[f], goals);
        return asked.find(std::move(goals));
      });
      if (example) {
        found_.push_back({Oddity::What::permit_and_forbid, rule.id, rule.effect, forbid->id,
                          std::move(example)});
      }
    }
  }

  void look_at_forbid(std::size_t i) {
    const Rule& rule = *kinds_.front().sayings.forbids[i].rule;
    const auto fires = [i](const Sayings& sayings, Asked& asked) {
      Asked::Goals goals;
      Asked::add_fires(sayings.forbids[i], goals);
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

bool asks_nothing(const Bound& bound, std::uint32_t value) {
  if (bound.value == &Floor::l_recursive) return false;  // with a small c it does
  return bound.sense == Sense::at_least ? value == bound.least : value == bound.most;
}

/// What is odd about a floor. A group with l different values has l rows at least.
std::vector<Oddity> floor_oddities(const Floor& floor) {
  std::vector<Oddity> found;
  if (floor.k == 0) return found;
  const auto tell = [&](Oddity::What what, const Bound& bound) {
    found.push_back({what, std::string(bound.key), Effect::permit, "", std::nullopt});
  };
  for (const auto& bound : floor_bounds()) {
    const std::uint32_t value = floor.*bound.value;
    if (asks_nothing(bound, value)) tell(Oddity::What::bound_asks_nothing, bound);
    const bool is_l = bound.value == &Floor::l_distinct || bound.value == &Floor::l_recursive ||
                      bound.value == &Floor::l_entropy_milli;
    const std::uint64_t unit = bound.value == &Floor::l_entropy_milli ? 1'000 : 1;
    if (is_l && value > floor.k * unit) tell(Oddity::What::bound_above_k, bound);
  }
  return found;
}

std::vector<Oddity> rule_oddities(const Terms& terms, const Vocabulary& vocabulary, Budget budget) {
  const bool only_narrow = !terms.law.empty() || !terms.labels.empty();
  const bool has_permit =
      std::ranges::find(terms.rules, Effect::permit, &Rule::effect) != terms.rules.end();
  if (has_permit || !only_narrow) return Linter(terms, vocabulary, budget).run();
  Terms with_rest = terms;
  with_rest.rules.push_back({"", Effect::permit, {}, {}});
  return Linter(with_rest, vocabulary, budget).run();
}

}  // namespace

std::string_view name_of(Oddity::What what) {
  constexpr std::array<std::string_view, 9> names = {
      "permits-nothing",  "never-holds",        "always-refused",
      "says-nothing-new", "permit-and-forbid",  "undecided",
      "recipients-alone", "bound-asks-nothing", "bound-above-k"};
  return names[static_cast<std::size_t>(what)];
}

std::vector<Oddity> lint(const Terms& terms, const Vocabulary& vocabulary, Budget budget) {
  auto found = rule_oddities(terms, vocabulary, budget);
  for (auto& oddity : floor_oddities(terms.floor)) found.push_back(std::move(oddity));
  return found;
}

}  // namespace usufruct::terms
