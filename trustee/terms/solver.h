#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "trustee/terms/interval_set.h"
#include "trustee/terms/question.h"
#include "trustee/terms/word_set.h"

/// Whether some request has so many properties at once, and which. Every property of specs/terms.md
/// is one about a single dimension of a request, a finite set or an interval, and so is its
/// opposite: this is decided exactly, by trying alternatives, and not by asking a prover.
namespace usufruct::terms {

/// What requests differ in. The first seven are the slots of Question, in their order.
enum class Dimension : std::uint8_t {
  requester_class,
  action,
  purpose,
  recipient,
  jurisdiction,
  attestation,
  flag,
  time,
  week,
  year,
  duration,
  count,
  price,
  actor,
};
inline constexpr std::size_t dimension_count = 14;
constexpr Dimension dimension_of(Slot slot) { return static_cast<Dimension>(slot); }

/// A number in one of several worlds, of which one holds: a price is so much in one currency.
using Worlds = std::vector<IntervalSet>;

/// What a dimension's lists of words, or its numbers, are taken from.
struct Universe {
  std::array<WordSet, slot_count> words;  ///< all of each scheme
  std::array<Worlds, dimension_count - slot_count> numbers;

  const Worlds& of(Dimension dimension) const {
    return numbers[static_cast<std::size_t>(dimension) - slot_count];
  }
};

/// One property of one dimension.
struct Literal {
  enum class Says : std::uint8_t {
    within,  ///< every word of the list is in the set; the empty list is
    meets,   ///< some word of the list is in it
    in,      ///< the number is in it
  };
  Dimension dimension = Dimension::purpose;
  Says says = Says::within;
  WordSet words;   ///< of within and meets
  Worlds numbers;  ///< of in

  Literal negated(const Universe& universe) const;
};

/// A literal, and what holds when it does not.
struct Property {
  Literal holds;
  Literal fails;

  Property(Literal literal, const Universe& universe)
      : holds(std::move(literal)), fails(holds.negated(universe)) {}
  Property opposite() const { return {fails, holds}; }
  /// Steps that one look takes: more for a number of many pieces.
  std::uint64_t cost() const;

 private:
  Property(const Literal& is, const Literal& is_not) : holds(is), fails(is_not) {}
};

/// Properties that hold together; none of them: nothing is asked.
using Alternative = std::vector<Property>;
/// One of them holds at least. Without any it cannot be reached.
using Goal = std::vector<Alternative>;

/// Work that may be done: one look at one literal is a step. Deterministic, so that everybody stops
/// at the same place.
struct Budget {
  std::uint64_t steps = 20'000'000;
  bool is_spent() const { return steps == 0; }
  void spend(std::uint64_t more = 1) { steps -= std::min(steps, more); }
};

/// All that is known of a request so far.
class Store {
 public:
  explicit Store(const Universe& universe);

  /// Whether it can still be so. Looks at one dimension, as it is.
  bool allows(const Literal& literal) const;
  /// False when it cannot; the store is then worth nothing.
  bool require(const Literal& literal);
  bool require(const Alternative& alternative);

  const Worlds& numbers(Dimension dimension) const {
    return numbers_[static_cast<std::size_t>(dimension) - slot_count];
  }
  /// A list as short as what is required of it lets it be.
  WordSet list(Slot slot) const;
  /// A moment that is in the times, the minutes of the week and the days of the year at once; none
  /// when there is none, or when the budget was spent: each day looked at is a step.
  std::optional<Time> moment(Budget& budget) const;

 private:
  struct List {
    WordSet within;
    std::vector<WordSet> meets;
  };
  std::array<List, slot_count> lists_;
  std::array<Worlds, dimension_count - slot_count> numbers_;
};

/// The first moment this calendar cannot write, and how far moments are looked for.
inline constexpr std::int64_t time_end_ms = 253'402'300'800'000;

/// A request that has all properties asked for: what is known of it, and a moment for it.
struct Solution {
  Store store;
  Time at;
};
/// One in which every goal is reached; none when there is none, or when the budget was spent before
/// that was known.
std::optional<Solution> solve(Store store, std::vector<const Goal*> goals, Budget& budget);

}  // namespace usufruct::terms
