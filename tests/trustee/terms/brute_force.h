#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/support/random_terms.h"
#include "trustee/terms/specification.h"

namespace usufruct {

/// A world small enough to ask everything: few words, related as real ones are.
inline const terms::Vocabulary& small_world() {
  static const terms::Vocabulary vocabulary = *terms::Vocabulary::parse({
      {"purposes.yaml",
       "scheme: purpose\nterms:\n  - {id: p}\n  - {id: a, parents: [p]}\n  - {id: b, parents: "
       "[p]}\n"
       "  - {id: c, parents: [a, b]}\n"},
      {"actions.yaml", "scheme: action\nterms:\n  - {id: use}\n  - {id: train, parents: [use]}\n"},
      {"recipients.yaml",
       "scheme: recipient\nterms:\n  - {id: any}\n  - {id: uni, parents: [any]}\n"},
      {"jurisdictions.yaml",
       "scheme: jurisdiction\nterms:\n  - {id: EU}\n  - {id: DE, parents: [EU]}\n"},
      {"flags.yaml", "scheme: flag\nterms:\n  - {id: children}\n"},
      {"attestations.yaml", "scheme: attestation\nterms:\n  - {id: irb}\n"},
      {"duties.yaml", "scheme: duty\nterms:\n  - {id: attribute}\n"},
  });
  return vocabulary;
}

/// Terms over the small world. Of every kind of clause, but of four at a time: asking everything
/// takes all values of all dimensions that are looked at.
class SmallTerms {
 public:
  explicit SmallTerms(std::uint64_t seed) : chance_(seed) {
    for (auto& kind : kinds_) kind = static_cast<ClauseKind>(below(clause_kind_count));
  }

  Terms make() {
    Terms terms;
    for (std::uint64_t left = below(4); left > 0; --left) terms.rules.push_back(rule());
    terms.floor.k = static_cast<std::uint32_t>(below(3));
    if (below(4) == 0) terms.price = 10, terms.currency = currency();
    return terms;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return chance_.next() % limit; }
  std::string currency() { return below(2) == 0 ? "EUR" : "USD"; }

  std::vector<std::string> some(std::initializer_list<const char*> words) {
    std::vector<std::string> chosen;
    for (const char* word : words) {
      if (below(3) == 0) chosen.emplace_back(word);
    }
    if (chosen.empty() && below(8) != 0) chosen.emplace_back(words.begin()[below(words.size())]);
    if (below(12) == 0) chosen.emplace_back("strange");
    return chosen;
  }

  Rule rule() {
    Rule rule;
    rule.id = fmt::format("r{}", below(1000));
    rule.effect = below(3) == 0 ? (below(4) == 0 ? Effect::ask : Effect::forbid) : Effect::permit;
    for (std::uint64_t left = below(4); left > 0; --left) {
      rule.clauses.push_back(clause(kinds_[below(kinds_.size())]));
    }
    if (below(3) == 0) rule.duties.push_back({"attribute", ""});
    return rule;
  }

  Clause clause(ClauseKind kind) {
    const auto interval = [&](std::int64_t unit) {
      Clause made{kind,
                  {},
                  unit * static_cast<std::int64_t>(below(3)),
                  unit * static_cast<std::int64_t>(below(4))};
      return made;
    };
    switch (kind) {
      case ClauseKind::actor: {
        RandomTerms random(0);
        return {kind, {below(6) == 0 ? "nobody" : print_id(random.party_id(below(2)))}};
      }
      case ClauseKind::actor_class:
      case ClauseKind::recipient:
        return {kind, some({"any", "uni"})};
      case ClauseKind::action:
        return {kind, some({"use", "train"})};
      case ClauseKind::purpose:
        return {kind, some({"p", "a", "b", "c"})};
      case ClauseKind::jurisdiction:
        return {kind, some({"EU", "DE"})};
      case ClauseKind::attestation:
        return {kind, some({"irb"})};
      case ClauseKind::flag:
        return {kind, some({"children"})};
      case ClauseKind::time:
        return interval(1'000'000'000'000);
      case ClauseKind::recurring: {
        Clause made = interval(3 * 24 * 60);
        made.values = {"week"};
        if (below(2) == 0) made = {kind, {"year"}, below(2) == 0 ? 101 : 601, 901};
        return made;
      }
      case ClauseKind::duration:
      case ClauseKind::count:
        return interval(2);
      case ClauseKind::safeguard: {
        Clause made = interval(1);
        made.values = {"k"};
        return made;
      }
      case ClauseKind::price: {
        Clause made = interval(10);
        made.values = {currency()};
        return made;
      }
    }
    return {};
  }

  SeededChance chance_;
  std::array<ClauseKind, 4> kinds_{};
};

template <class Visit>
void for_each_subset(std::initializer_list<const char*> words, Visit visit) {
  for (unsigned bits = 0; bits < 1U << words.size(); ++bits) {
    std::vector<std::string> chosen;
    for (unsigned i = 0; i < words.size(); ++i) {
      if ((bits >> i & 1) != 0) chosen.emplace_back(words.begin()[i]);
    }
    visit(chosen);
  }
}

/// Which dimensions some terms look at: only these need be tried in all their values.
inline bool looks_at(const Terms& terms, ClauseKind kind) {
  return std::ranges::any_of(terms.rules, [&](const Rule& rule) {
    return std::ranges::any_of(rule.clauses,
                               [&](const Clause& clause) { return clause.kind == kind; });
  });
}

/// Every request that can make a difference, until one is found that the first permits alone.
/// Numbers only where an interval begins or ends.
class BruteForce {
 public:
  BruteForce(const Terms& first, const Terms& second) : first_(first), second_(second) {}

  bool finds_one() {
    purposes();
    return found_;
  }

 private:
  bool either_looks_at(ClauseKind kind) const {
    return looks_at(first_, kind) || looks_at(second_, kind);
  }

  void purposes() {
    for_each_subset({"p", "a", "b", "c"}, [&](const auto& words) {
      if (!either_looks_at(ClauseKind::purpose) && words != std::vector<std::string>{"p"}) return;
      request_.purposes = words;
      if (!words.empty()) actions();
    });
  }
  void actions() {
    for_each_subset({"use", "train"}, [&](const auto& words) {
      if (!either_looks_at(ClauseKind::action) && words != std::vector<std::string>{"use"}) return;
      request_.actions = words;
      if (!words.empty()) lists();
    });
  }
  void lists() {
    const auto try_all = [&](ClauseKind kind, ClauseKind other, auto& list,
                             std::initializer_list<const char*> words, auto next) {
      for_each_subset(words, [&](const auto& chosen) {
        if (found_ || (!chosen.empty() && !either_looks_at(kind) && !either_looks_at(other)))
          return;
        list = chosen;
        next();
      });
    };
    using enum ClauseKind;
    try_all(recipient, recipient, request_.recipients, {"any", "uni"}, [&] {
      try_all(actor_class, recipient, party_.classes, {"any", "uni"}, [&] {
        try_all(jurisdiction, jurisdiction, request_.jurisdictions, {"EU", "DE"}, [&] {
          try_all(attestation, attestation, request_.attestations, {"irb"},
                  [&] { try_all(flag, flag, request_.flags, {"children"}, [&] { numbers(); }); });
        });
      });
    });
  }
  void numbers() {
    // Six moments apart in week and year, and between each two ends of intervals.
    const std::array<std::int64_t, 8> moments = {0,
                                                 500'000'000'000,
                                                 1'010'000'000'000,
                                                 1'500'259'200'000,
                                                 1'780'272'000'000,
                                                 2'012'659'200'000,
                                                 2'500'000'000'000,
                                                 3'500'000'000'000};
    const bool tells_time = either_looks_at(ClauseKind::time);
    const bool turns = either_looks_at(ClauseKind::recurring);
    for (const std::int64_t base : moments) {
      // Each day of a week, in each half of a year.
      for (std::int64_t step = 0; step < (turns ? 14 : 1); ++step) {
        at_ = {base + step % 7 * 86'400'000 + step / 7 * 182 * std::int64_t{86'400'000}};
        for (std::uint32_t duration = 0; duration < 8; ++duration) {
          if (duration > 0 && !either_looks_at(ClauseKind::duration)) break;
          for (std::uint32_t count = 0; count < 8; ++count) {
            if (count > 0 && !either_looks_at(ClauseKind::count)) break;
            request_.duration_days = duration;
            request_.count = count;
            prices();
            if (found_) return;
          }
        }
      }
      if (!tells_time && !turns) break;
    }
  }
  void prices() {
    const bool asks = either_looks_at(ClauseKind::price) || first_.price > 0 || second_.price > 0;
    for (const char* currency : {"EUR", "USD", "XXX"}) {
      for (const std::int64_t offered : {0, 5, 10, 15, 20, 25, 30, 35}) {
        request_.currency = currency;
        request_.price_offered = offered;
        for (std::uint64_t who = 0; who < 3; ++who) {
          if (who > 0 && !either_looks_at(ClauseKind::actor)) break;
          ask(who);
          if (found_) return;
        }
        if (!asks) return;
      }
    }
  }
  void ask(std::uint64_t who) {
    RandomTerms random(0);
    const terms::Context context{request_, party_, random.party_id(who), at_, small_world()};
    found_ = terms::specified(first_, {}, context).answer == terms::Answer::permit &&
             terms::specified(second_, {}, context).answer != terms::Answer::permit;
  }

  const Terms& first_;
  const Terms& second_;
  Request request_;
  Party party_;
  Time at_;
  bool found_ = false;
};

}  // namespace usufruct
