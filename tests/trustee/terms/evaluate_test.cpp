#include "trustee/terms/evaluate.h"

#include <rapidcheck.h>

#include <algorithm>

#include "trustee/terms/consent_rules.h"
#include "trustee/terms/explain.h"
#include "trustee/terms/specification.h"

using namespace usufruct;
using terms::Answer;
using terms::Truth;

namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

using Words = std::vector<std::string>;

Party academic() {
  Party party;
  party.classes = {"university"};
  return party;
}

Request request_of(Words purposes, Words actions) {
  Request request;
  request.purposes = std::move(purposes);
  request.actions = std::move(actions);
  return request;
}

RecordId id_of(std::uint8_t last) {
  RecordId id;
  id.digest.bytes[31] = last;
  return id;
}

const Time noon = parse_time("2026-11-23T12:00:00Z").value();  // a Monday

/// What specs/terms.md §5 says, said slowly: its own walk over parents, its own combination.
namespace naive {

bool is_kind(terms::Scheme scheme, const std::string& word, const std::string& of) {
  const auto& all = terms::Vocabulary::builtin().terms(scheme);
  const auto found = std::ranges::find(all, word, &terms::Term::id);
  if (found == all.end()) return false;
  if (word == of) return true;
  return std::ranges::any_of(found->parents,
                             [&](const auto& parent) { return is_kind(scheme, parent, of); });
}

bool is_known(terms::Scheme scheme, const std::string& word) {
  const auto& all = terms::Vocabulary::builtin().terms(scheme);
  return std::ranges::find(all, word, &terms::Term::id) != all.end();
}

Truth one(terms::Scheme scheme, Effect effect, const std::string& word, const Words& values) {
  bool unknown = !is_known(scheme, word);
  for (const auto& value : values) {
    if (is_kind(scheme, word, value)) return Truth::true_;
    if (!is_known(scheme, value)) unknown = true;
    if (effect == Effect::permit) continue;
    for (const auto& term : terms::Vocabulary::builtin().terms(scheme)) {
      if (is_kind(scheme, term.id, word) && is_kind(scheme, term.id, value)) unknown = true;
    }
  }
  return unknown ? Truth::unknown : Truth::false_;
}

Truth judge(const Rule& rule, const Request& request) {
  Truth rule_truth = Truth::true_;
  for (const auto& clause : rule.clauses) {
    const bool purpose = clause.kind == ClauseKind::purpose;
    std::vector<Truth> truths;
    for (const auto& word : purpose ? request.purposes : request.actions) {
      truths.push_back(one(purpose ? terms::Scheme::purpose : terms::Scheme::action, rule.effect,
                           word, clause.values));
    }
    const Truth truth =
        rule.effect == Effect::permit ? std::ranges::min(truths) : std::ranges::max(truths);
    rule_truth = std::min(rule_truth, truth);
  }
  return rule_truth;
}

Answer assess(const Terms& terms, const Request& request) {
  bool permit = false;
  bool permit_unknown = false;
  bool forbid_unknown = false;
  for (const auto& rule : terms.rules) {
    const Truth truth = judge(rule, request);
    if (rule.effect == Effect::forbid && truth == Truth::true_) return Answer::deny;
    if (rule.effect == Effect::forbid && truth == Truth::unknown) forbid_unknown = true;
    if (rule.effect == Effect::permit && truth == Truth::true_) permit = true;
    if (rule.effect == Effect::permit && truth == Truth::unknown) permit_unknown = true;
  }
  if (!permit && !permit_unknown) return Answer::deny;
  return permit && !forbid_unknown ? Answer::permit : Answer::abstain;
}

}  // namespace naive

const Words purpose_words = {"dpv:AcademicResearch",
                             "dpv:CommercialResearch",
                             "dpv:ResearchAndDevelopment",
                             "dpv:CommercialPurpose",
                             "dpv:Purpose",
                             "dpv:Marketing",
                             "no-such-purpose"};
const Words action_words = {"use",  "ai-training", "gen-ai",        "data-mining",
                            "read", "sell",        "no-such-action"};

rc::Gen<Words> words_from(const Words& words) {
  return rc::gen::nonEmpty(rc::gen::container<Words>(rc::gen::elementOf(words)));
}

Rule some_rule() {
  Rule rule;
  rule.id = fmt::format("r{}", *rc::gen::inRange(0, 4));
  rule.effect = *rc::gen::arbitrary<bool>() ? Effect::permit : Effect::forbid;
  if (*rc::gen::arbitrary<bool>()) {
    rule.clauses.push_back({ClauseKind::purpose, *words_from(purpose_words), 0, 0});
  }
  if (rule.clauses.empty() || *rc::gen::arbitrary<bool>()) {
    rule.clauses.push_back({ClauseKind::action, *words_from(action_words), 0, 0});
  }
  return rule;
}

Terms some_terms() {
  Terms terms;
  const int count = *rc::gen::inRange(0, 5);
  for (int i = 0; i < count; ++i) terms.rules.push_back(some_rule());
  return terms;
}

Request some_request() { return request_of(*words_from(purpose_words), *words_from(action_words)); }

bool has_unknown(const Request& request) {
  return has(request.purposes, purpose_words.back()) || has(request.actions, action_words.back());
}

template <class Property>
void holds(const char* name, Property property) {
  CHECK_MESSAGE(rc::check(name, property), name);
}

}  // namespace

TEST_CASE("evaluate: every kind of clause can be true, false and unknown") {
  const Party party = academic();
  Request request = request_of({"dpv:AcademicResearch"}, {"gen-ai"});
  request.jurisdictions = {"FR"};
  request.duration_days = 30;
  request.count = 1;
  request.attestations = {"irb-approval"};
  request.flags = {"children"};
  request.price_offered = 100;
  request.currency = "EUR";
  Terms terms;
  terms.floor.k = 5;
  const terms::Context context{request, party, id_of(1), noon};
  const std::string me = print_id(id_of(1));
  const std::string other = print_id(id_of(2));
  struct Row {
    Clause clause;
    Effect effect;
    Truth truth;
  };
  using enum ClauseKind;
  constexpr auto permit = Effect::permit;
  constexpr auto forbid = Effect::forbid;
  constexpr auto T = Truth::true_;
  constexpr auto F = Truth::false_;
  constexpr auto U = Truth::unknown;
  const std::vector<Row> rows = {
      {{actor, {other, me}}, permit, T},
      {{actor, {other}}, permit, F},
      {{actor, {"someone"}}, permit, U},
      {{actor_class, {"academic"}}, permit, T},
      {{actor_class, {"commercial"}}, permit, F},
      {{actor_class, {"nobody"}}, permit, U},
      {{action, {"ai-training"}}, permit, T},
      {{action, {"ai-fine-tuning"}}, permit, F},
      {{action, {}}, permit, U},
      {{action, {"ai-training"}}, forbid, T},
      {{action, {"sell"}}, forbid, F},
      {{purpose, {"dpv:ResearchAndDevelopment"}}, permit, T},
      {{purpose, {"AcademicResearch"}}, permit, T},
      {{purpose, {"dpv:Marketing"}}, permit, F},
      {{purpose, {"dpv:Nothing"}}, forbid, U},
      {{recipient, {"academic"}}, permit, T},
      {{recipient, {"government"}}, permit, F},
      {{recipient, {"nobody"}}, permit, U},
      {{jurisdiction, {"EEA"}}, permit, T},
      {{jurisdiction, {"US"}}, permit, F},
      {{jurisdiction, {"Atlantis"}}, permit, U},
      {{time, {}, noon.ms, noon.ms + 1}, permit, T},
      {{time, {}, 0, noon.ms}, permit, F},
      {{time, {}, 0, 0}, permit, U},
      {{recurring, {"week"}, 720, 721}, permit, T},
      {{recurring, {"week"}, 721, 720}, permit, F},
      {{recurring, {"year"}, 1123, 1124}, permit, T},
      {{recurring, {"year"}, 1101, 201}, permit, T},
      {{recurring, {"moon"}, 1, 2}, permit, U},
      {{duration, {}, 0, 31}, permit, T},
      {{duration, {}, 0, 30}, permit, F},
      {{duration, {}, 9, 9}, permit, U},
      {{count, {}, 0, 2}, permit, T},
      {{count, {}, 2, 0}, permit, F},
      {{count, {}, -1, 2}, permit, U},
      {{safeguard, {"k"}, 5, 0}, permit, T},
      {{safeguard, {"k"}, 6, 0}, permit, F},
      {{safeguard, {"l-distinct"}, 2, 0}, permit, U},
      {{attestation, {"ethics-approval"}}, permit, T},
      {{attestation, {"ethics-approval", "collaboration"}}, permit, F},
      {{attestation, {"promise"}}, permit, U},
      {{price, {"EUR"}, 100, 0}, permit, T},
      {{price, {"EUR"}, 101, 0}, permit, F},
      {{price, {"USD"}, 1, 0}, permit, U},
      {{flag, {"children"}}, forbid, T},
      {{flag, {"genetic-study"}}, forbid, F},
      {{flag, {"stripes"}}, forbid, U},
  };
  for (const auto& row : rows) {
    CAPTURE(static_cast<int>(row.clause.kind));
    CAPTURE(fmt::format("{}", fmt::join(row.clause.values, ",")));
    CHECK(terms::judge(row.clause, row.effect, terms, context) == row.truth);
  }
  terms.vocabulary_sha256 = Digest{};
  CHECK(terms::judge({purpose, {"dpv:Purpose"}}, permit, terms, context) == U);
}

TEST_CASE("evaluate: containment over the graph is what walking the parents finds") {
  for (const auto scheme :
       {terms::Scheme::purpose, terms::Scheme::action, terms::Scheme::recipient}) {
    const auto& vocabulary = terms::Vocabulary::builtin();
    for (const auto& left : vocabulary.terms(scheme)) {
      for (const auto& right : vocabulary.terms(scheme)) {
        REQUIRE(vocabulary.contains(scheme, left.id, right.id) ==
                naive::is_kind(scheme, right.id, left.id));
      }
    }
  }
  // All of DPV's, and those of DUO beside them.
  CHECK(std::ranges::count_if(terms::Vocabulary::builtin().terms(terms::Scheme::purpose),
                              [](const auto& term) { return term.id.starts_with("dpv:"); }) == 123);
}

TEST_CASE("evaluate: random terms answer as the naive evaluator does, and the theorems hold") {
  const Party party = academic();
  holds("naive", [&] {
    const Terms terms = some_terms();
    const Request request = some_request();
    const auto got = terms::assess(terms, {}, {request, party, id_of(1), noon});
    RC_ASSERT(got.layers[1].answer == naive::assess(terms, request));
    if (has_unknown(request)) RC_ASSERT(got.answer != Answer::permit);
  });
  holds("order and duplicates do not matter", [&] {
    Terms terms = some_terms();
    const Request request = some_request();
    const terms::Context context{request, party, id_of(1), noon};
    const auto before = terms::assess(terms, {}, context);
    if (!terms.rules.empty()) terms.rules.push_back(terms.rules[0]);
    std::ranges::reverse(terms.rules);
    const auto after = terms::assess(terms, {}, context);
    RC_ASSERT(terms::digest_of(before, id_of(1), id_of(2)) ==
              terms::digest_of(after, id_of(1), id_of(2)));
    RC_ASSERT(before.nearest == after.nearest);
  });
  holds("adding a forbid never widens", [&] {
    Terms terms = some_terms();
    const Request request = some_request();
    const terms::Context context{request, party, id_of(1), noon};
    const auto before = terms::assess(terms, {}, context).answer;
    Rule rule = some_rule();
    rule.effect = Effect::forbid;
    terms.rules.push_back(rule);
    const auto after = terms::assess(terms, {}, context).answer;
    // Nor does it make a refusal something that trustees may approve.
    RC_ASSERT(terms::meet(after, before) == after);
  });
  holds("a suggestion is permitted", [&] {
    const Terms terms = some_terms();
    const Request request = some_request();
    const auto got = terms::assess(terms, {}, {request, party, id_of(1), noon});
    for (const auto& suggestion : got.nearest) {
      RC_ASSERT(!suggestion.changes.empty());
      RC_ASSERT(
          terms::assess_briefly(terms, {}, {suggestion.request, party, id_of(1), noon}).answer ==
          Answer::permit);
    }
  });
}

TEST_CASE("evaluate: price, licence and suggestions") {
  const Party party = academic();
  Terms terms;
  terms.rules.push_back({"r",
                         Effect::permit,
                         {{ClauseKind::purpose, {"dpv:ResearchAndDevelopment"}},
                          {ClauseKind::attestation, {"no-reidentification"}}},
                         {{"attribute", ""}}});
  terms.price = 500;
  terms.currency = "EUR";
  const Request request = request_of({"dpv:CommercialResearch"}, {"ai-training"});
  const terms::Context context{request, party, id_of(1), noon};
  const std::vector<Licence> licences = {{"CC-BY-NC-4.0", {}, {}}};
  const auto got = terms::assess(terms, licences, context);
  CHECK(got.answer == Answer::deny);
  CHECK(got.layers[2].answer == Answer::deny);
  CHECK(got.layers[7].answer == Answer::deny);
  REQUIRE(got.nearest.size() == 1);
  CHECK(got.nearest[0].changes.size() == 4);
  CHECK(explain(got, terms::Language::en).starts_with("denied\n"));
  CHECK(explain(got, *terms::Language::parse("zh")).starts_with("拒绝\n"));
  for (const auto* id : {"LicenseRef-mine", "Nonsense-1.0", "", "MIT OR"}) {
    CAPTURE(id);
    const std::vector<Licence> unknown = {{id, {}, {}}};
    CHECK(terms::assess(terms, unknown, context).layers[2].answer == Answer::abstain);
  }
}

TEST_CASE("evaluate: the signed digest covers the answer, the request and the terms") {
  const Party party = academic();
  const Request request = request_of({"dpv:AcademicResearch"}, {"use"});
  Terms terms;
  terms.rules.push_back({"a\tb", Effect::permit, {}, {{"attribute", "x\ny"}}});
  auto got = terms::assess(terms, {}, {request, party, id_of(1), noon});
  const std::string text = terms::canonical_text(got, id_of(1), id_of(2));
  CHECK(text.ends_with(
      "answer\tpermit\nlayer\trequest\tpermit\nlayer\towner terms\tpermit\n"
      "reason\ta\\x09b\t-\tpermit-holds\ttrue\nlayer\tlicence\tpermit\nlayer\tconsent\tpermit\n"
      "layer\tlabels\tpermit\nlayer\tlaw\tpermit\nlayer\tcharter\tpermit\n"
      "layer\tprice\tpermit\nduty\tattribute\tx\\x0ay\n"));
  const auto digest = terms::digest_of(got, id_of(1), id_of(2));
  CHECK(digest != terms::digest_of(got, id_of(2), id_of(1)));
  got.answer = Answer::deny;
  CHECK(digest != terms::digest_of(got, id_of(1), id_of(2)));
}

TEST_CASE("evaluate: consent covers what was agreed and nothing wider") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  Consent consent;
  consent.purposes = {"dpv:ResearchAndDevelopment"};
  consent.actions = {"ai-training"};
  consent.excluded_purposes = {"dpv:CommercialPurpose"};
  const auto covers = [&](Words purposes, Words actions) {
    return consent_covers(consent, request_of(std::move(purposes), std::move(actions)), vocabulary);
  };
  CHECK(covers({"dpv:AcademicResearch"}, {"gen-ai"}) == Truth::true_);
  CHECK(covers({"dpv:CommercialResearch"}, {"gen-ai"}) == Truth::false_);
  CHECK(covers({"dpv:ResearchAndDevelopment"}, {"gen-ai"}) == Truth::unknown);
  CHECK(covers({"dpv:AcademicResearch", "dpv:Marketing"}, {"gen-ai"}) == Truth::false_);
  CHECK(covers({"dpv:AcademicResearch"}, {"use"}) == Truth::false_);
  CHECK(covers({"nothing"}, {"gen-ai"}) == Truth::unknown);
  CHECK(covers({}, {"gen-ai"}) == Truth::unknown);
  for (const auto status :
       {ConsentStatus::refused, ConsentStatus::requested, ConsentStatus::deferred,
        ConsentStatus::invalidated, ConsentStatus::revoked}) {
    consent.status = status;
    CHECK(covers({"dpv:AcademicResearch"}, {"gen-ai"}) == Truth::false_);
  }
  consent.status = ConsentStatus::renewed;
  CHECK(covers({"dpv:AcademicResearch"}, {"gen-ai"}) == Truth::true_);
}

TEST_CASE("evaluate: what a consent limits, a request must say and keep within") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  const Consent bare{.purposes = {"dpv:ResearchAndDevelopment"}, .actions = {"ai-training"}};
  Request request = request_of({"dpv:AcademicResearch"}, {"gen-ai"});
  request.recipients.clear();
  request.jurisdictions.clear();
  request.duration_days = 0;
  const auto covers = [&](const Consent& consent, const Words& classes = {}) {
    return consent_covers(consent, request, vocabulary, classes);
  };
  CHECK(covers(bare) == Truth::true_);

  Consent consent = bare;
  consent.storage_jurisdictions = {"EU"};
  CHECK(covers(consent) == Truth::unknown);
  request.jurisdictions = {"DE"};
  CHECK(covers(consent) == Truth::true_);
  consent.processing_jurisdictions = {"FR"};
  CHECK(covers(consent) == Truth::false_);
  request.jurisdictions = {"FR", "nowhere"};
  CHECK(covers(consent) == Truth::unknown);
  request.jurisdictions = {"FR", "US"};
  CHECK(covers(consent) == Truth::false_);
  consent = bare;

  consent.recipients = {"academic"};
  CHECK(covers(consent) == Truth::unknown);
  CHECK(covers(consent, {"commercial"}) == Truth::false_);
  CHECK(covers(consent, {"commercial", "university"}) == Truth::true_);
  request.recipients = {"university"};
  CHECK(covers(consent, {"commercial"}) == Truth::true_);
  request.recipients = {"university", "any"};
  CHECK(covers(consent, {"university"}) == Truth::false_);
  consent = bare;

  consent.retention_days = 30;
  CHECK(covers(consent) == Truth::unknown);
  request.duration_days = 30;
  CHECK(covers(consent) == Truth::true_);
  request.duration_days = 31;
  CHECK(covers(consent) == Truth::false_);
}
