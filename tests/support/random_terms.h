#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/base/chance.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/specification.h"

namespace usufruct {

inline Rule rule_of(const char* id, Effect effect, std::vector<Clause> clauses) {
  return {id, effect, std::move(clauses), {}};
}

inline bool is_permitted(const Terms& terms, const terms::Context& context) {
  return terms::specified(terms, {}, context).answer == terms::Answer::permit;
}

/// Terms, licences and requests at random from a seed, with everything in them that a record may
/// hold: words that nobody knows, words without their prefix, intervals that hold nothing, other
/// currencies, foreign vocabularies. Few different words, so that they meet.
class RandomTerms {
 public:
  explicit RandomTerms(std::uint64_t seed) : chance_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return chance_.next() % limit; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

  std::vector<std::string> words(terms::Scheme scheme, std::uint64_t count_max,
                                 std::uint64_t strange_one_in = 20) {
    std::vector<std::string> words;
    for (std::uint64_t left = below(count_max + 1); left > 0; --left) {
      words.push_back(word(scheme, strange_one_in));
    }
    return words;
  }

  Clause clause(ClauseKind kind) {
    Clause made{kind, {}, 0, 0};
    if (const auto scheme = terms::scheme_of(kind)) {
      made.values = words(*scheme, 4);
      if (made.values.empty() && !one_in(10)) made.values.push_back(word(*scheme, 20));
      return made;
    }
    std::tie(made.low, made.high) = interval(kind);
    if (kind == ClauseKind::actor) {
      for (std::uint64_t left = below(3); left > 0; --left) {
        made.values.push_back(one_in(10) ? "nobody" : print_id(party_id(below(4))));
      }
    }
    if (kind == ClauseKind::recurring) made.values = {pick({"week", "year", "moon"})};
    if (kind == ClauseKind::safeguard) {
      made.values = {pick({"k", "l-distinct", "suppression-max-per10000", "luck"})};
    }
    if (kind == ClauseKind::price) made.values = {pick({"EUR", "USD"})};
    if (one_in(40)) made.values.clear();
    return made;
  }

  Rule rule(std::uint64_t clauses_max = 4) {
    Rule made;
    made.id = fmt::format("r{}", below(100));
    made.effect = one_in(3) ? Effect::forbid : one_in(8) ? Effect::ask : Effect::permit;
    for (std::uint64_t left = below(clauses_max + 1); left > 0; --left) {
      // Mostly what owners write about.
      const auto kind = one_in(2) ? ClauseKind::purpose : static_cast<ClauseKind>(below(14));
      made.clauses.push_back(clause(kind));
    }
    if (one_in(3)) made.duties.push_back({"attribute", ""});
    return made;
  }

  Terms terms(std::uint64_t rules_max = 5) {
    Terms made;
    for (std::uint64_t left = below(rules_max + 1); left > 0; --left) made.rules.push_back(rule());
    made.floor = {static_cast<std::uint32_t>(below(12)), static_cast<std::uint32_t>(below(600)),
                  static_cast<std::uint32_t>(below(4))};
    if (one_in(3)) {
      made.price = static_cast<std::int64_t>(below(200)) - 20;
      made.currency = pick({"EUR", "USD"});
    }
    if (one_in(50)) made.vocabulary_sha256 = Digest{};
    if (one_in(10)) made.vocabulary_sha256 = vocabulary().digest();
    return made;
  }

  /// A licence as SPDX writes it; now and then one that nobody can read.
  std::string expression(std::uint64_t depth_max = 3) {
    if (one_in(80)) return pick({"", "MIT AND", "CC BY 4.0", "(MIT", "MIT Or ISC"});
    if (depth_max == 0 || one_in(2)) {
      const std::string id = pick({"CC-BY-4.0", "cc-by-nc-4.0", "CC-BY-ND-4.0", "ODbL-1.0",
                                   "CC0-1.0", "C-UDA-1.0", "CC-BY-NC-SA-3.0", "GPL-2.0",
                                   "GPL-2.0-or-later", "no-such-licence", "LicenseRef-own"});
      const std::string later = one_in(6) && id != "LicenseRef-own" ? "+" : "";
      if (!one_in(8)) return id + later;
      return id + later + " WITH " + pick({"Classpath-exception-2.0", "AdditionRef-x", "odd"});
    }
    std::string joined = "(" + expression(depth_max - 1) + ")";
    for (std::uint64_t left = 1 + below(3); left > 0; --left) {
      joined += pick({" AND ", " OR ", " and ", " or "}) + "(" + expression(depth_max - 1) + ")";
    }
    return joined;
  }

  Consent consent() {
    Consent made;
    made.status = one_in(8) ? ConsentStatus::refused : ConsentStatus::given;
    made.purposes = words(terms::Scheme::purpose, 3);
    made.actions = words(terms::Scheme::action, 3);
    if (one_in(2)) made.excluded_purposes = words(terms::Scheme::purpose, 2);
    if (one_in(3)) made.recipients = words(terms::Scheme::recipient, 2);
    if (one_in(3)) made.storage_jurisdictions = words(terms::Scheme::jurisdiction, 2);
    if (one_in(3)) made.processing_jurisdictions = words(terms::Scheme::jurisdiction, 2);
    if (one_in(3)) made.retention_days = static_cast<std::uint32_t>(below(400));
    return made;
  }

  /// Of half of them no consent is needed.
  terms::ConsentsHeard consents_heard() {
    terms::ConsentsHeard heard;
    heard.is_needed = one_in(2);
    heard.is_whole = !one_in(4);
    heard.is_answered = one_in(2);
    for (std::uint64_t left = below(4); left > 0; --left) heard.valid.push_back(consent());
    return heard;
  }

  std::vector<Licence> licences() {
    std::vector<Licence> made;
    for (std::uint64_t left = one_in(2) ? below(3) : 0; left > 0; --left) {
      made.push_back({.expression = expression()});
    }
    return made;
  }

  Request request() {
    using terms::Scheme;
    Request made;
    made.purposes = words(Scheme::purpose, 3, 60);
    made.actions = words(Scheme::action, 2, 60);
    made.recipients = words(Scheme::recipient, one_in(2) ? 2 : 0, 60);
    made.jurisdictions = words(Scheme::jurisdiction, 3, 60);
    made.attestations = words(Scheme::attestation, 3);
    made.flags = words(Scheme::flag, 2, 60);
    made.duration_days = static_cast<std::uint32_t>(below(8)) * 50;
    made.count = static_cast<std::uint32_t>(below(5));
    made.price_offered = one_in(20) ? -5 : static_cast<std::int64_t>(below(4)) * 50;
    made.currency = pick({"EUR", "USD", "", "a longer name"});
    return made;
  }

  Party party() {
    Party made;
    made.classes = words(terms::Scheme::recipient, 3);
    return made;
  }
  RecordId party_id(std::uint64_t n) {
    RecordId id;
    id.digest.bytes[31] = static_cast<std::uint8_t>(n);
    return id;
  }
  Time time() { return {1'790'000'000'000 + static_cast<std::int64_t>(below(40)) * 1'000'000'007}; }

  static const terms::Vocabulary& vocabulary() { return terms::Vocabulary::builtin(); }

 private:
  std::string pick(std::initializer_list<std::string_view> from) {
    return std::string(from.begin()[below(from.size())]);
  }

  std::string word(terms::Scheme scheme, std::uint64_t strange_one_in) {
    if (one_in(strange_one_in)) return "no-such-word";
    const auto& all = vocabulary().terms(scheme);
    // One of a dozen spread over the scheme, or what that is a kind of.
    const auto& term = all[below(12) * all.size() / 12];
    const bool wants_parent = one_in(3) && !term.parents.empty();
    const std::string& id = wants_parent ? term.parents[below(term.parents.size())] : term.id;
    const auto colon = id.find(':');
    return colon != std::string::npos && one_in(4) ? id.substr(colon + 1) : id;
  }

  std::pair<std::int64_t, std::int64_t> interval(ClauseKind kind) {
    const auto around = [&](std::int64_t unit, std::uint64_t steps, std::int64_t from = 0) {
      std::int64_t low = from + unit * static_cast<std::int64_t>(below(steps));
      std::int64_t high = from + unit * static_cast<std::int64_t>(below(steps));
      if (low > high && !one_in(10)) std::swap(low, high);
      if (one_in(4)) low = 0;
      if (one_in(4)) high = 0;
      if (one_in(50)) low = -1;
      return std::pair(low, high);
    };
    if (kind == ClauseKind::time) return around(1'000'000'007, 41, 1'790'000'000'000);
    if (kind == ClauseKind::recurring) return one_in(2) ? around(700, 16) : around(100, 14);
    if (kind == ClauseKind::duration) return around(50, 9);
    if (kind == ClauseKind::price) return around(50, 5);
    return around(1, 12);
  }

  SeededChance chance_;
};

}  // namespace usufruct
