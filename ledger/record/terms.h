#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"

namespace usufruct {

/// ask: what satisfies the rule is for the trustees to judge; its id is the question in words.
enum class Effect : std::uint16_t { permit, forbid, ask };

/// The closed list of clauses (specs/terms.md). Do not renumber: written to disk.
enum class ClauseKind : std::uint16_t {
  actor,
  actor_class,
  action,
  purpose,
  recipient,
  jurisdiction,
  time,
  recurring,
  duration,
  count,
  safeguard,
  attestation,
  price,
  flag,
};
inline constexpr std::uint16_t clause_kind_count = 14;

/// One condition: a set of terms, or an interval [low, high) in the unit of its kind.
struct Clause {
  ClauseKind kind = ClauseKind::action;
  std::vector<std::string> values;
  std::int64_t low = 0;
  std::int64_t high = 0;

  auto operator<=>(const Clause&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("kind", self.kind);
    io("values", self.values);
    io("low", self.low);
    io("high", self.high);
  }
};

/// What a recipient must do when the rule that carries it permits.
struct Duty {
  std::string action;
  std::string detail;

  auto operator<=>(const Duty&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("action", self.action);
    io("detail", self.detail);
  }
};

/// Permits or forbids what satisfies every clause, or leaves it to the trustees.
struct Rule {
  std::string id;
  Effect effect = Effect::permit;
  std::vector<Clause> clauses;
  std::vector<Duty> duties;

  auto operator<=>(const Rule&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("id", self.id);
    io("effect", self.effect);
    io("clauses", self.clauses);
    io("duties", self.duties);
  }
};

/// What a release must reach at least (specs/anonymity.md §3). 0 asks nothing, but of suppression,
/// where it allows none. Which of two bounds is stricter: trustee/terms/floor.h.
struct Floor {
  std::uint32_t k = 0;
  std::uint32_t suppression_max_per10000 = 0;
  std::uint32_t l_distinct = 0;
  std::uint32_t l_entropy_milli = 0;         ///< exp(entropy) · 1000 at least
  std::uint32_t l_recursive = 0;             ///< of recursive (c,l)-diversity, with c
  std::uint32_t c_recursive_milli = 0;       ///< c · 1000
  std::uint32_t t_closeness_ppm = 0;         ///< distance · 10⁶ at most
  std::uint32_t delta_disclosure_milli = 0;  ///< |ln(p/q)| · 1000 below this
  std::uint32_t beta_likeness_milli = 0;     ///< (p-q)/q · 1000 at most
  std::uint32_t beta_enhanced_milli = 0;     ///< the same, and at most -ln q
  std::uint32_t k_map = 0;                   ///< matching people in the population
  std::uint32_t population_uniques_ppm = 0;  ///< of 10⁶ rows at most

  auto operator<=>(const Floor&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("k", self.k);
    io("suppressionMaxPer10000", self.suppression_max_per10000);
    io("lDistinct", self.l_distinct);
    io("lEntropyMilli", self.l_entropy_milli);
    io("lRecursive", self.l_recursive);
    io("cRecursiveMilli", self.c_recursive_milli);
    io("tClosenessPpm", self.t_closeness_ppm);
    io("deltaDisclosureMilli", self.delta_disclosure_milli);
    io("betaLikenessMilli", self.beta_likeness_milli);
    io("betaEnhancedMilli", self.beta_enhanced_milli);
    io("kMap", self.k_map);
    io("populationUniquesPpm", self.population_uniques_ppm);
  }
};

/// What a withdrawn consent does to grants made before it: the row is left out, or the grant ends
/// and the trainer asks again.
enum class AfterWithdrawal : std::uint16_t { exclude, ask_again };

/// How terms stand to those they supersede, by what they permit and ask (specs/terms.md §8).
/// `first`: there are none before; so a record that says nothing says that. Do not renumber:
/// written to disk.
enum class TermsComparison : std::uint16_t {
  first,
  equal,
  narrower,
  wider,
  incomparable,
  undecided,
};

/// What is permitted, forbidden and asked of the trustees: what specs/terms.md evaluates. Of a
/// dataset by its owner; and what holds for it besides: by a community whose labels it bears, and
/// of a trust, for all that it holds.
struct Terms {
  std::vector<Rule> rules;
  Floor floor;
  std::uint32_t retention_days = 0;
  std::int64_t price = 0;  ///< minor units, per release
  std::string currency;    ///< ISO 4217
  AfterWithdrawal after_withdrawal = AfterWithdrawal::exclude;
  std::string title;
  std::optional<Digest> vocabulary_sha256;
  TermsComparison comparison = TermsComparison::first;  ///< no part of what they permit
  std::string law;                  ///< of a trust: the jurisdiction whose law these restate
  std::vector<std::string> labels;  ///< of a community: `tk:nc`, as specs/vocabulary/labels.yaml

  auto operator<=>(const Terms&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("rules", self.rules);
    io("floor", self.floor);
    io("retentionDays", self.retention_days);
    io("price", self.price);
    io("currency", self.currency);
    io("afterWithdrawal", self.after_withdrawal);
    io("title", self.title);
    io("vocabularySha256", self.vocabulary_sha256);
    io("comparison", self.comparison);
    io("law", self.law);
    io("labels", self.labels);
  }
};

}  // namespace usufruct
