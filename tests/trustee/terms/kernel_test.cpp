// The kernel beside the specification in code.
#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>

#include "crypto/base/parallel.h"
#include "tests/support/random_terms.h"
#include "trustee/terms/assessor.h"
#include "trustee/terms/policy.h"
#include "trustee/terms/specification.h"

namespace usufruct {
namespace {

using terms::Answer;
using terms::Truth;

/// How many pairs of terms and request: USUFRUCT_TERMS_PAIRS says more.
std::size_t pairs_wanted() {
  const char* wanted = std::getenv("USUFRUCT_TERMS_PAIRS");
  return wanted ? std::strtoull(wanted, nullptr, 10) : 1'000'000;
}

/// Each terms against so many requests: compiling costs more than judging.
constexpr std::size_t requests_per_terms = 8;

/// What explain() tells of the owner's layer, by the specification's own judges.
bool is_told(const Terms& terms, const terms::Context& context,
             std::span<const terms::Finding> findings) {
  return std::ranges::all_of(findings, [&](const terms::Finding& finding) {
    if (finding.layer != terms::LayerKind::owner) return true;
    const Rule& rule = terms.rules.at(finding.rule);
    if (rule.effect != finding.effect) return false;
    if (finding.clause == terms::Finding::whole) {
      const Truth truth = judge(rule, terms, context);
      if (rule.effect == Effect::ask) return truth != Truth::false_;
      return rule.effect == Effect::permit ? truth == Truth::true_ : rule.clauses.empty();
    }
    return judge(rule.clauses.at(finding.clause), rule.effect, terms, context) == finding.truth;
  });
}

/// Whether an assessment has the kernel's answer in every layer, and is signed the same with and
/// without what was wanted and got.
bool is_assessed(const terms::Assessor& assessor, const terms::Context& context,
                 const terms::ConsentsHeard& consents, const terms::Judgement& judged) {
  const auto told = assessor.assess(context, consents);
  const auto brief = assessor.assess(context, consents, terms::Detail::codes);
  bool is_same = told.answer == judged.answer && told.layers.size() == terms::layer_count &&
                 terms::canonical_text(told, {}, {}) == terms::canonical_text(brief, {}, {});
  for (std::size_t i = 0; is_same && i < told.layers.size(); ++i) {
    is_same = told.layers[i].answer == judged.layers[i];
  }
  return is_same;
}

/// The seed of the first pair that is judged differently; none when all agree.
std::optional<std::uint64_t> differing(std::uint64_t seed) {
  RandomTerms random(seed);
  const Terms terms = random.terms();
  const auto licences = random.licences();
  // Half of them with terms of a trust, a law or a community besides.
  std::vector<Terms> others;
  std::vector<terms::FurtherTerms> further;
  for (std::size_t count = random.below(2) * random.below(4); count > 0; --count) {
    others.push_back(random.terms());
    if (random.below(2) == 0) {
      std::erase_if(others.back().rules,
                    [](const Rule& rule) { return rule.effect == Effect::permit; });
    }
  }
  for (const auto& other : others) {
    constexpr std::array layers = {terms::LayerKind::labels, terms::LayerKind::law,
                                   terms::LayerKind::charter};
    further.push_back({layers[random.below(3)], &other});
  }
  const auto consents = random.consents_heard();
  const auto policy =
      terms::Policy::of(terms, licences, RandomTerms::vocabulary(), further, consents);
  const terms::Assessor assessor(terms, licences, RandomTerms::vocabulary(), further);
  for (std::size_t i = 0; i < requests_per_terms; ++i) {
    const Request request = random.request();
    const Party party = random.party();
    const terms::Context context{request, party, random.party_id(random.below(4)), random.time(),
                                 RandomTerms::vocabulary()};
    const terms::Question question(context);
    const auto judged = terms::judge(policy, question);
    bool is_same = judged == terms::specified(terms, licences, context, further, consents) &&
                   terms::answer_of(policy.code(), question) == judged.answer;
    std::array<terms::Finding, 64> findings;
    const std::size_t count =
        std::min(findings.size(), terms::explain(policy.code(), question, findings));
    is_same = is_same && is_told(terms, context, std::span(findings).first(count));
    // The reasons take longer: of one request each.
    if (i == 0) is_same = is_same && is_assessed(assessor, context, consents, judged);
    if (!is_same) return seed;
  }
  return std::nullopt;
}

TEST_CASE("kernel: a million random terms and requests are judged as the specification says") {
  std::atomic<std::uint64_t> first_wrong = UINT64_MAX;
  const std::size_t count = pairs_wanted() / requests_per_terms;
  constexpr std::size_t block = 500;
  for_each_index((count + block - 1) / block, 1, [&](std::size_t part) {
    for (std::size_t i = part * block; i < std::min(count, (part + 1) * block); ++i) {
      const auto wrong = differing(i);
      if (!wrong) continue;
      std::uint64_t before = first_wrong;
      while (*wrong < before && !first_wrong.compare_exchange_weak(before, *wrong)) {
      }
    }
  });
  CHECK_MESSAGE(first_wrong == UINT64_MAX, "seed ", first_wrong.load());
}

TEST_CASE("kernel: the random terms are of all answers, so that agreeing says something") {
  std::array<std::size_t, 3> answers{};
  std::array<std::array<std::size_t, 3>, clause_kind_count> truths{};
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    RandomTerms random(seed);
    const Terms terms = random.terms();
    const auto licences = random.licences();
    const Request request = random.request();
    const Party party = random.party();
    const terms::Context context{request, party, random.party_id(1), random.time(),
                                 RandomTerms::vocabulary()};
    ++answers[static_cast<std::size_t>(terms::specified(terms, licences, context).answer)];
    for (const auto& rule : terms.rules) {
      for (const auto& clause : rule.clauses) {
        const Truth truth = judge(clause, rule.effect, terms, context);
        ++truths[static_cast<std::size_t>(clause.kind)][static_cast<std::size_t>(truth)];
      }
    }
  }
  for (const std::size_t count : answers) CHECK(count > 200);
  for (const auto& kind : truths) {
    for (const std::size_t count : kind) CHECK(count > 20);
  }
}

TEST_CASE("kernel: many policies are asked one question in their order") {
  terms::PolicyShelf shelf;
  std::vector<terms::Policy> policies;
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    RandomTerms random(seed);
    policies.push_back(terms::Policy::of(random.terms(), random.licences(), random.vocabulary()));
    CHECK(shelf.add(policies.back()) == seed);
  }
  RandomTerms random(7);
  const Request request = random.request();
  const Party party = random.party();
  const terms::Question question(
      {request, party, random.party_id(1), random.time(), random.vocabulary()});
  const auto answers = shelf.ask_all(question);
  REQUIRE(answers.size() == policies.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    different += answers[i] != terms::judge(policies[i], question).answer;
  }
  CHECK(different == 0);
}

}  // namespace
}  // namespace usufruct
