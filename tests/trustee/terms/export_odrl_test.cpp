#include <doctest/doctest.h>

#include "tests/support/random_floor.h"
#include "tests/support/random_terms.h"
#include "trustee/terms/author.h"
#include "trustee/terms/author_keys.h"
#include "trustee/terms/export/odrl.h"
#include "trustee/terms/import/odrl.h"
#include "trustee/terms/templates.h"

namespace usufruct {
namespace {

using terms::Vocabulary;

void comes_back(const Terms& terms) {
  const auto text = terms::write_odrl(terms, {});
  REQUIRE_MESSAGE(text, text.error().message);
  const auto back = terms::read_odrl(*text, {});
  CAPTURE(*text);
  REQUIRE_MESSAGE(back, back.error().message);
  CHECK(back->terms == terms);
  CHECK(*terms::write_odrl(back->terms, {}) == *text);
}

/// What files of terms can say of a clause, or nothing.
std::optional<Clause> written(Clause clause) {
  if (const auto scheme = terms::scheme_of(clause.kind)) {
    std::vector<std::string> known;
    for (const auto& word : clause.values) {
      if (const auto* term = Vocabulary::builtin().find(*scheme, word)) known.push_back(term->id);
    }
    clause.values = known;
    if (known.empty()) return std::nullopt;
    return clause;
  }
  if (clause.kind == ClauseKind::actor) {
    std::erase_if(clause.values, [](const auto& value) { return !parse_id(value); });
    clause.low = clause.high = 0;
    if (clause.values.empty()) return std::nullopt;
    return clause;
  }
  clause.low = std::max<std::int64_t>(clause.low, 0);
  if (clause.kind == ClauseKind::recurring) {
    const std::int64_t least = clause.values == std::vector<std::string>{"week"} ? 0 : 101;
    const std::int64_t most = least == 0 ? 10'080 : 1232;
    const bool is_turn = terms::turn_of(clause).has_value();
    clause.low = std::clamp(clause.low, least, most);
    clause.high = std::clamp(clause.high, least, most);
    return is_turn && clause.low != clause.high ? std::optional(clause) : std::nullopt;
  }
  if (clause.values.size() > 1) return std::nullopt;
  if (clause.kind == ClauseKind::price || clause.kind == ClauseKind::safeguard) {
    if (clause.values.empty() || clause.values[0] == "luck") return std::nullopt;
    clause.low = std::max<std::int64_t>(clause.low, 1);
    clause.high = 0;
    if (clause.values[0] == terms::safeguard_names[2]) clause = {clause.kind, clause.values, 0, 9};
    return clause;
  }
  clause.values.clear();
  if (clause.high != 0 && (clause.high < 2 || clause.low >= clause.high)) clause.high = 0;
  if (clause.low == 0 && clause.high == 0) return std::nullopt;
  return clause;
}

/// Terms at random, of what files of terms can say.
Terms writable(RandomTerms& random) {
  Terms terms = random.terms(6);
  terms.title = "T \"quoted\", 中文";
  terms.vocabulary_sha256 = Vocabulary::builtin().digest();
  terms.price = std::max<std::int64_t>(terms.price, 0);
  terms.retention_days = static_cast<std::uint32_t>(random.below(1'000));
  if (random.one_in(4)) terms.law = random.one_in(2) ? "DE" : "african-union";
  if (random.one_in(4)) terms.labels = {"tk:nc", "bc:r"};
  if (random.one_in(3)) terms.after_withdrawal = AfterWithdrawal::ask_again;
  if (random.one_in(2)) {
    SeededChance chance(random.below(1'000'000));
    terms.floor = random_floor(chance);
  }
  std::size_t number = 0;
  for (auto& rule : terms.rules) {
    std::vector<Clause> clauses;
    for (const auto& clause : rule.clauses) {
      if (auto one = written(clause)) clauses.push_back(*std::move(one));
    }
    rule.clauses = terms::in_writing_order(clauses);
    rule.id = fmt::format("rule {}", ++number);
    if (!rule.duties.empty() && random.one_in(2)) rule.duties.push_back({"report-use", "yearly"});
    if (!rule.duties.empty()) rule.duties.push_back({"no-reidentification", ""});
  }
  std::ranges::stable_sort(terms.rules, {}, &Rule::effect);
  return terms;
}

TEST_CASE("export odrl: every template comes back as it was") {
  for (const auto& one : terms::templates()) {
    CAPTURE(one.name);
    comes_back(*terms::parse_terms(one.text, one.name));
  }
}

TEST_CASE("export odrl: whatever a file of terms says comes back as it was") {
  RandomTerms random(5);
  for (int i = 0; i < 600; ++i) {
    const Terms terms = writable(random);
    CAPTURE(i);
    REQUIRE_MESSAGE(terms::print_terms(terms), terms::print_terms(terms).error().message);
    comes_back(terms);
  }
}

TEST_CASE("export odrl: a floor that cannot be is refused, as a bound that nobody knows") {
  const auto terms = terms::parse_terms(
      "title: t\npermit: [{id: a, everything: true}]\n"
      "privacy: {k: 5, l_recursive: {l: 3, c: 4}, t_closeness: 0.2}\n",
      "t");
  REQUIRE(terms);
  const std::string text = *terms::write_odrl(*terms, {});
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = text;
    const auto at = changed.find(from);
    REQUIRE(at != std::string::npos);
    changed.replace(at, from.size(), to);
    const auto read = terms::read_odrl(changed, {});
    return read ? std::string("read") : read.error().message;
  };
  CHECK(with("usufruct:lRecursive", "usufruct:lRecursif").find("is not known") !=
        std::string::npos);
  CHECK(with("200000", "1000001").find("must be a number up to 1000000") != std::string::npos);
  CHECK(with("200000", "0.2").find("must be a number") != std::string::npos);
  CHECK(with("\"usufruct:cRecursiveMilli\": 4000", "\"usufruct:cRecursiveMilli\": 0")
            .find("recursive diversity has l 3 and c 0") != std::string::npos);
  CHECK(with("200000", "200001") == "read");
}

TEST_CASE("export odrl: it says whose it is and what it is for, and is of a profile") {
  const auto terms = terms::parse_terms(terms::templates()[0].text, "t");
  const auto offer = terms::write_odrl(
      *terms, {.target = "urn:data", .assigner = "did:key:me", .uid = "urn:policy"});
  REQUIRE(offer);
  for (const char* said :
       {R"("@type": "Offer")", R"("uid": "urn:policy")", R"("target": "urn:data")",
        R"("assigner": "did:key:me")", R"("conflict": "prohibit")",
        R"("profile": "https://usufruct.example/odrl/v1")"}) {
    CHECK(offer->find(said) != std::string::npos);
  }
  CHECK(terms::write_odrl(*terms, {})->find(R"("@type": "Set")") != std::string::npos);
  CHECK(terms::read_odrl(*offer, {})->terms == *terms);
  // Terms that no file can say are not exported either.
  Terms odd = *terms;
  odd.rules[0].clauses.push_back({ClauseKind::purpose, {"no-such-word"}, 0, 0});
  CHECK_FALSE(terms::write_odrl(odd, {}));
}

TEST_CASE("export odrl: words of another vocabulary are asked about when they come back") {
  const auto terms = terms::parse_terms(terms::templates()[0].text, "t");
  std::string text = *terms::write_odrl(*terms, {});
  const std::string digest = to_hex(Vocabulary::builtin().digest());
  text.replace(text.find(digest), digest.size(), std::string(64, '0'));
  const auto back = terms::read_odrl(text, {});
  REQUIRE(back);
  CHECK(back->terms.rules.size() == terms->rules.size() + 1);
  CHECK(back->terms.rules.back().effect == Effect::ask);
  CHECK(back->terms.rules.back().clauses.empty());
}

TEST_CASE("export odrl: what is for, who offers and the name are IRIs") {
  const auto terms = terms::parse_terms("title: x\n", "t");
  REQUIRE(terms);
  CHECK(terms::write_odrl(*terms, {.target = "urn:data", .assigner = "did:key:me"}));
  CHECK(terms::write_odrl(*terms, {.uid = "https://例.example/策略#1"}));
  for (const std::string none : {"not an iri", "people", "urn:", ":a", "1a:b", "urn:a b", "urn:<a>",
                                 "a_b:c", "urn:\"", "urn:a\n", "urn:\xff", "urn:a\\b"}) {
    CAPTURE(none);
    for (const terms::ExportOptions& options :
         {terms::ExportOptions{.target = none}, terms::ExportOptions{.assigner = none},
          terms::ExportOptions{.uid = none}}) {
      const auto written = terms::write_odrl(*terms, options);
      REQUIRE_FALSE(written);
      CHECK(written.error().code == Code::malformed);
    }
  }
}

}  // namespace
}  // namespace usufruct
