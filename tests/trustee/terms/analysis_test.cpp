// What the analysis says of all requests, beside all requests asked one by one.
#include "trustee/terms/analysis.h"

#include <doctest/doctest.h>

#include <array>

#include "tests/support/random_terms.h"
#include "trustee/terms/specification.h"

namespace usufruct {
namespace {

using terms::Answer;
using terms::Comparison;

/// A world small enough to ask everything: few words, related as real ones are.
const terms::Vocabulary& small_world() {
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
bool looks_at(const Terms& terms, ClauseKind kind) {
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
    found_ = terms::specified(first_, {}, context).answer == Answer::permit &&
             terms::specified(second_, {}, context).answer != Answer::permit;
  }

  const Terms& first_;
  const Terms& second_;
  Request request_;
  Party party_;
  Time at_;
  bool found_ = false;
};

bool is_permitted(const Terms& terms, const terms::Context& context) {
  return terms::specified(terms, {}, context).answer == Answer::permit;
}

TEST_CASE("analysis: what one permits alone is found just when asking everything finds it") {
  std::array<std::size_t, 2> seen{};
  for (std::uint64_t seed = 0; seed < 4'000; ++seed) {
    SmallTerms random(seed);
    const Terms first = random.make();
    const Terms second = random.make();
    terms::Budget budget;
    const auto found = terms::permitted_by_first_alone(first, second, small_world(), budget);
    CAPTURE(seed);
    REQUIRE(!budget.is_spent());
    if (found) {
      REQUIRE(is_permitted(first, found->context(small_world())));
      REQUIRE(!is_permitted(second, found->context(small_world())));
    } else {
      REQUIRE(!BruteForce(first, second).finds_one());
    }
    ++seen[found ? 1 : 0];
  }
  // Both often enough.
  CHECK(seen[0] > 300);
  CHECK(seen[1] > 300);
}

TEST_CASE("analysis: with all the words there are, an example is one, and narrower permits less") {
  std::size_t narrower = 0;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    RandomTerms random(seed);
    const Terms first = random.terms();
    Terms second = random.one_in(2) ? first : random.terms();
    if (random.one_in(2)) second.rules.push_back(random.rule());
    if (random.one_in(2) && !second.rules.empty()) second.rules.pop_back();
    CAPTURE(seed);
    const auto told = terms::diff(first, second, random.vocabulary());
    if (told.only_after) {
      REQUIRE(is_permitted(second, told.only_after->context()));
      REQUIRE(!is_permitted(first, told.only_after->context()));
    }
    if (told.only_before) {
      REQUIRE(is_permitted(first, told.only_before->context()));
      REQUIRE(!is_permitted(second, told.only_before->context()));
    }
    const auto requests = told.aspects[0].comparison;
    REQUIRE(requests != Comparison::undecided);
    if (requests != Comparison::narrower && requests != Comparison::equal) continue;
    ++narrower;
    for (int i = 0; i < 50; ++i) {
      const Request request = random.request();
      const Party party = random.party();
      const terms::Context context{request, party, random.party_id(random.below(4)), random.time()};
      REQUIRE((!is_permitted(second, context) || is_permitted(first, context)));
    }
  }
  CHECK(narrower > 300);
}

TEST_CASE("analysis: the meet of two permits what both permit") {
  std::array<std::size_t, 2> seen{};
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    RandomTerms random(seed);
    const Terms left = random.terms();
    const Terms right = random.terms();
    const auto both = terms::meet(left, right, random.vocabulary());
    CAPTURE(seed);
    if (!both) {
      const bool has_reason =
          left.vocabulary_sha256 != right.vocabulary_sha256 ||
          (left.price > 0 && right.price > 0 && left.currency != right.currency);
      REQUIRE(has_reason);
      continue;
    }
    for (int i = 0; i < 40; ++i) {
      const Request request = random.request();
      const Party party = random.party();
      const terms::Context context{request, party, random.party_id(random.below(4)), random.time()};
      const bool by_both = is_permitted(left, context) && is_permitted(right, context);
      REQUIRE(is_permitted(*both, context) == by_both);
      ++seen[by_both ? 1 : 0];
    }
    // And so says the analysis, of all requests.
    for (const Terms* one : {&left, &right}) {
      terms::Budget budget;
      REQUIRE(!terms::permitted_by_first_alone(*both, *one, random.vocabulary(), budget));
      REQUIRE(!budget.is_spent());
    }
  }
  CHECK(seen[0] > 1000);
  CHECK(seen[1] > 100);
}

Rule rule_of(const char* id, Effect effect, std::vector<Clause> clauses) {
  return {id, effect, std::move(clauses), {}};
}

TEST_CASE("analysis: what is odd about terms is told by rule") {
  using What = terms::Oddity::What;
  const auto& vocabulary = terms::Vocabulary::builtin();
  using enum ClauseKind;
  Terms terms;
  terms.rules = {
      rule_of("research", Effect::permit, {{purpose, {"dpv:ResearchAndDevelopment"}}}),
      rule_of("academic", Effect::permit, {{purpose, {"dpv:AcademicResearch"}}}),
      rule_of("never", Effect::permit,
              {{purpose, {"dpv:AcademicResearch"}}, {purpose, {"dpv:Marketing"}}}),
      rule_of("sale", Effect::permit, {{action, {"sell"}}, {purpose, {"dpv:Marketing"}}}),
      rule_of("no-sale", Effect::forbid, {{action, {"sell"}}}),
      rule_of("no-sale-of-goods", Effect::forbid, {{purpose, {"dpv:SellProducts"}}}),
  };
  const auto odd = terms::lint(terms, vocabulary);
  const auto is_told = [&](What what, std::string_view rule, std::string_view other) {
    return std::ranges::any_of(odd, [&](const terms::Oddity& one) {
      return one.what == what && one.rule == rule && one.other == other;
    });
  };
  CHECK(is_told(What::says_nothing_new, "academic", ""));
  CHECK(is_told(What::never_holds, "never", ""));
  CHECK(is_told(What::always_refused, "sale", ""));
  CHECK(is_told(What::says_nothing_new, "no-sale-of-goods", ""));
  CHECK(is_told(What::overlaps, "research", "no-sale"));
  for (const auto& one : odd) {
    if (one.what != What::overlaps) continue;
    REQUIRE(one.example);
    CHECK(!is_permitted(terms, one.example->context()));
  }
  CHECK(odd.size() == 5);
  Terms nothing;
  CHECK(terms::lint(nothing, vocabulary).at(0).what == What::permits_nothing);
}

TEST_CASE("analysis: each aspect is compared, and all together") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  Terms before;
  before.rules = {rule_of("all", Effect::permit, {{ClauseKind::purpose, {"dpv:Purpose"}}})};
  before.floor = {5, 500, 2};
  before.retention_days = 30;
  const auto compared = [&](auto change) {
    Terms after = before;
    change(after);
    const auto there = terms::diff(before, after, vocabulary);
    const auto back = terms::diff(after, before, vocabulary);
    // Seen from the other side it is the other way round.
    const auto is_turned = [](Comparison one, Comparison other) {
      if (one == Comparison::narrower) return other == Comparison::wider;
      if (one == Comparison::wider) return other == Comparison::narrower;
      return one == other;
    };
    CHECK(is_turned(there.comparison, back.comparison));
    return there.comparison;
  };
  CHECK(compared([](Terms&) {}) == Comparison::equal);
  CHECK(compared([](Terms& terms) { terms.floor.k = 10; }) == Comparison::narrower);
  CHECK(compared([](Terms& terms) { terms.floor.suppression_max_per10000 = 600; }) ==
        Comparison::wider);
  CHECK(compared([](Terms& terms) {
          terms.floor.k = 10;
          terms.floor.l_distinct = 0;
        }) == Comparison::incomparable);
  CHECK(compared([](Terms& terms) { terms.retention_days = 0; }) == Comparison::wider);
  CHECK(compared([](Terms& terms) {
          terms.rules[0].duties = {{"attribute", ""}};
        }) == Comparison::narrower);
  CHECK(compared([](Terms& terms) { terms.after_withdrawal = AfterWithdrawal::ask_again; }) ==
        Comparison::narrower);
  CHECK(compared([](Terms& terms) { terms.price = 100, terms.currency = "EUR"; }) ==
        Comparison::narrower);
  CHECK(compared([](Terms& terms) {
          terms.price = 100, terms.currency = "EUR";
          terms.retention_days = 0;
        }) == Comparison::incomparable);
  CHECK(compared([](Terms& terms) {
          terms.rules.push_back(rule_of("not", Effect::forbid, {{ClauseKind::action, {"sell"}}}));
        }) == Comparison::narrower);
}

TEST_CASE("analysis: a budget that is spent is said, and nothing is claimed") {
  RandomTerms random(3);
  Terms one;
  Terms other;
  for (int i = 0; i < 60; ++i) one.rules.push_back(random.rule());
  for (int i = 0; i < 60; ++i) other.rules.push_back(random.rule());
  terms::Budget budget{.steps = 10};
  const auto told = terms::diff(one, other, random.vocabulary(), budget);
  CHECK(told.comparison == Comparison::undecided);
  CHECK(told.aspects[0].comparison == Comparison::undecided);
}

TEST_CASE("analysis: what cannot be offered, or never comes, does not hide what is permitted") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  using enum ClauseKind;
  Terms narrow;
  narrow.rules = {rule_of("a", Effect::permit, {{purpose, {"dpv:AcademicResearch"}}})};
  const Request huge = [] {
    Request request;
    request.purposes = {"dpv:Marketing"};
    request.actions = {"sell"};
    request.price_offered = std::int64_t{1} << 62;
    request.currency = "EUR";
    return request;
  }();
  const Party nobody;
  Terms priced;
  priced.rules = {rule_of("all", Effect::permit, {{price, {"EUR"}, std::int64_t{1} << 62, 0}})};
  CHECK(terms::diff(narrow, priced, vocabulary).aspects[0].comparison == Comparison::narrower);
  CHECK(!is_permitted(priced, {huge, nobody, RecordId{}, {1}}));
  // The thirtieth of February: a long search for a day that never comes ends, and says so.
  Terms never;
  never.rules = {rule_of("leap", Effect::permit, {{recurring, {"year"}, 230, 231}})};
  for (int i = 0; i < 40; ++i) {
    const auto& words = vocabulary.terms(terms::Scheme::purpose);
    const auto& places = vocabulary.terms(terms::Scheme::jurisdiction);
    never.rules.push_back(rule_of("f", Effect::forbid,
                                  {{purpose, {words[static_cast<std::size_t>(i)].id}},
                                   {jurisdiction, {places[static_cast<std::size_t>(i)].id}}}));
  }
  terms::Budget budget{.steps = 2'000'000};
  const auto told = terms::diff(narrow, never, vocabulary, budget);
  CHECK(told.aspects[0].comparison == Comparison::undecided);
  // More currencies than are looked at.
  Terms many;
  for (int i = 0; i < 70; ++i) {
    many.rules.push_back(rule_of("p", Effect::permit, {{price, {fmt::format("C{:02}", i)}, 1, 0}}));
  }
  CHECK(terms::diff(narrow, many, vocabulary).comparison == Comparison::undecided);
}

}  // namespace
}  // namespace usufruct
