#include "trustee/terms/sayings.h"

#include <algorithm>

#include "crypto/base/sorted.h"
#include "trustee/terms/calendar.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/specification.h"

namespace usufruct::terms {
namespace {

constexpr std::int64_t number_end = std::int64_t{1} << 32;

/// The list a clause over words looks at in requests of one kind.
Slot slot_of(ClauseKind kind, For whom) {
  const Slot slot = *terms::slot_of(kind);
  return slot == Slot::recipient && whom == For::requester ? Slot::requester_class : slot;
}

/// Writes what each clause needs: a permit's to be true, a forbid's to be false. Nothing: it never
/// is.
class Writer {
 public:
  Writer(const Terms& terms, For whom, const Names& names)
      : terms_(terms),
        whom_(whom),
        names_(names),
        vocabulary_(names.vocabulary()),
        is_foreign_(is_foreign(terms, vocabulary_)) {}

  Saying saying(const Rule& rule) const {
    Saying saying{&rule, {}, {}};
    const bool is_permit = rule.effect == Effect::permit;
    for (const auto& clause : rule.clauses) {
      const auto needs = needs_of(clause, rule.effect);
      if (is_permit) {
        saying.fires.push_back(needs ? Goal{*needs} : Goal{});
        for (auto& opposite : opposites(needs)) saying.rests.push_back(std::move(opposite));
      } else {
        if (needs) saying.rests.push_back(*needs);
        saying.fires.push_back(opposites(needs));
      }
    }
    // A rule that holds for everything has no clause to make it rest, and needs none to fire.
    return saying;
  }

  std::optional<Saying> price() const {
    if (terms_.price <= 0) return std::nullopt;
    const Alternative enough = in(Dimension::price, offers(terms_.currency, terms_.price, 0));
    return Saying{nullptr, {opposites(enough)}, {enough}};
  }

  Alternative in(Dimension dimension, Worlds numbers) const {
    return {Property({dimension, Literal::Says::in, {}, std::move(numbers)}, names_.universe())};
  }

 private:
  using Needs = std::optional<Alternative>;

  /// Each way in which the properties do not all hold. Of what never holds: one that asks nothing.
  static Goal opposites(const Needs& needs) {
    if (!needs) return {Alternative{}};
    Goal goal;
    for (const auto& property : *needs) goal.push_back({property.opposite()});
    return goal;
  }

  Needs needs_of(const Clause& clause, Effect effect) const {
    const bool permits = effect == Effect::permit;
    if (const auto scheme = terms::scheme_of(clause.kind)) {
      if (is_foreign_ || clause.values.empty()) return std::nullopt;
      return permits ? within(clause, *scheme) : not_hit(clause, *scheme);
    }
    switch (clause.kind) {
      case ClauseKind::actor:
        return actor(clause, permits);
      case ClauseKind::time:
        return number(Dimension::time, clause, {0, time_end_ms}, permits);
      case ClauseKind::duration:
        return number(Dimension::duration, clause, {1, number_end}, permits);
      case ClauseKind::count:
        return number(Dimension::count, clause, {1, number_end}, permits);
      case ClauseKind::recurring:
        return recurring(clause, permits);
      case ClauseKind::price:
        return price(clause, permits);
      case ClauseKind::safeguard: {
        const Truth truth = judge_safeguard(clause, terms_.floor);
        if (truth == (permits ? Truth::true_ : Truth::false_)) return Alternative{};
        return std::nullopt;
      }
      case ClauseKind::actor_class:
      case ClauseKind::action:
      case ClauseKind::purpose:
      case ClauseKind::recipient:
      case ClauseKind::jurisdiction:
      case ClauseKind::attestation:
      case ClauseKind::flag:
        break;
    }
    return std::nullopt;
  }

  Property words(Slot slot, Literal::Says says, WordSet set) const {
    return Property({dimension_of(slot), says, std::move(set), {}}, names_.universe());
  }
  const WordSet& all(Slot slot) const {
    return names_.universe().words[static_cast<std::size_t>(slot)];
  }
  Needs within(const Clause& clause, Scheme scheme) const {
    const Slot slot = slot_of(clause.kind, whom_);
    Alternative needs;
    if (is_brought(clause.kind)) {
      if (!vocabulary_.knows(scheme, clause.values)) return std::nullopt;
      for (const auto& value : clause.values) {
        needs.push_back(
            words(slot, Literal::Says::meets, vocabulary_.all_kinds_of(scheme, {&value, 1})));
      }
      return needs;
    }
    WordSet kinds = vocabulary_.all_kinds_of(scheme, clause.values);
    if (slot == Slot::requester_class) {
      return Alternative{words(slot, Literal::Says::meets, std::move(kinds))};
    }
    return Alternative{words(slot, Literal::Says::meets, all(slot)),
                       words(slot, Literal::Says::within, std::move(kinds))};
  }

  Needs not_hit(const Clause& clause, Scheme scheme) const {
    if (!vocabulary_.knows(scheme, clause.values)) return std::nullopt;
    const Slot slot = slot_of(clause.kind, whom_);
    const WordSet kinds = vocabulary_.all_kinds_of(scheme, clause.values);
    if (is_brought(clause.kind)) {
      return Alternative{words(slot, Literal::Says::within, all(slot) - kinds)};
    }
    return Alternative{
        words(slot, Literal::Says::meets, all(slot)),
        words(slot, Literal::Says::within, all(slot) - vocabulary_.overlapping(scheme, kinds))};
  }

  /// A number in the clause's interval, or out of it, and said at all.
  Needs number(Dimension dimension, const Clause& clause, IntervalSet said, bool permits) const {
    if (!is_interval(clause.low, clause.high)) return std::nullopt;
    const IntervalSet interval(clause.low, clause.high == 0 ? offer_end : clause.high);
    return in(dimension, {permits ? interval & said : interval.complement(said)});
  }

  Needs recurring(const Clause& clause, bool permits) const {
    const auto turn = turn_of(clause);
    if (!turn) return std::nullopt;
    const auto dimension = *turn == Turn::week ? Dimension::week : Dimension::year;
    const IntervalSet& all = names_.universe().of(dimension).front();
    // One that runs through the turn is what the one from its end to its start is not.
    const bool is_plain = clause.low < clause.high;
    const IntervalSet span(std::min(clause.low, clause.high), std::max(clause.low, clause.high));
    return in(dimension, {is_plain == permits ? span & all : span.complement(all)});
  }

  /// Offers of an amount in [low, high) of a currency.
  Worlds offers(std::string_view currency, std::int64_t low, std::int64_t high) const {
    Worlds worlds = names_.universe().of(Dimension::price);
    const IntervalSet interval(low, high == 0 ? offer_end : high);
    for (std::size_t i = 0; i < worlds.size(); ++i) {
      const bool is_its = i < names_.currencies().size() && names_.currencies()[i] == currency;
      worlds[i] = is_its || i == names_.no_offer() ? worlds[i] & interval : IntervalSet{};
    }
    return worlds;
  }

  Needs price(const Clause& clause, bool permits) const {
    if (clause.values.size() != 1 || !is_interval(clause.low, clause.high)) return std::nullopt;
    Worlds inside = offers(clause.values[0], clause.low, clause.high);
    if (permits) return in(Dimension::price, std::move(inside));
    // Outside, but in the currency asked about: of others nobody can tell.
    Worlds outside = offers(clause.values[0], 0, 0);
    for (std::size_t i = 0; i < outside.size(); ++i) outside[i] = inside[i].complement(outside[i]);
    return in(Dimension::price, std::move(outside));
  }

  Needs actor(const Clause& clause, bool permits) const {
    bool is_known = !clause.values.empty();
    const auto everybody = names_.universe().of(Dimension::actor).front();
    IntervalSet others = everybody;
    for (const auto& value : clause.values) {
      const auto id = parse_id(value);
      is_known = is_known && id.has_value();
      if (!id) continue;
      const auto at = std::ranges::lower_bound(names_.actors(), *id) - names_.actors().begin();
      others = others & IntervalSet(at, at + 1).complement(everybody);
    }
    if (permits) return in(Dimension::actor, {others.complement(everybody)});
    if (!is_known) return std::nullopt;
    return in(Dimension::actor, {others});
  }

  const Terms& terms_;
  For whom_;
  const Names& names_;
  const Vocabulary& vocabulary_;
  bool is_foreign_;
};

}  // namespace

Names::Names(std::span<const Terms* const> terms, const Vocabulary& vocabulary)
    : vocabulary_(vocabulary) {
  for (const Terms* one : terms) {
    if (one->price > 0) currencies_.push_back(one->currency);
    for (const auto& rule : one->rules) {
      for (const auto& clause : rule.clauses) {
        if (clause.kind == ClauseKind::price && clause.values.size() == 1) {
          currencies_.push_back(clause.values[0]);
        }
        if (clause.kind != ClauseKind::actor) continue;
        for (const auto& value : clause.values) {
          if (const auto id = parse_id(value)) actors_.push_back(*id);
        }
      }
    }
  }
  sort_once(currencies_);
  sort_once(actors_);
  for (std::size_t slot = 0; slot < slot_count; ++slot) {
    universe_.words[slot] =
        WordSet::all(vocabulary.terms(scheme_of(static_cast<Slot>(slot))).size());
  }
  const auto set = [&](Dimension dimension, Worlds worlds) {
    universe_.numbers[static_cast<std::size_t>(dimension) - slot_count] = std::move(worlds);
  };
  set(Dimension::time, {IntervalSet(0, time_end_ms)});
  set(Dimension::week, {IntervalSet(0, week_minutes)});
  set(Dimension::year, {IntervalSet(101, 1232)});
  set(Dimension::duration, {IntervalSet(0, number_end)});
  set(Dimension::count, {IntervalSet(0, number_end)});
  Worlds offers(currencies_.size() + 1, IntervalSet(1, offer_end));
  offers.emplace_back(0, 1);
  set(Dimension::price, std::move(offers));
  set(Dimension::actor, {IntervalSet(0, static_cast<std::int64_t>(actors_.size()) + 1)});
}

Sayings Sayings::of(const Terms& terms, For whom, const Names& names) {
  const Writer writer(terms, whom, names);
  Sayings sayings;
  for (const auto& rule : terms.rules) {
    auto& where = rule.effect == Effect::permit ? sayings.permits : sayings.forbids;
    where.push_back(writer.saying(rule));
  }
  if (auto price = writer.price()) sayings.forbids.push_back(*std::move(price));
  return sayings;
}

std::vector<Goal> of_every_request(For whom, const Names& names) {
  const Universe& universe = names.universe();
  const auto words = [&](Slot slot, Literal::Says says, const WordSet& set) {
    return Goal{{Property({dimension_of(slot), says, set, {}}, universe)}};
  };
  const auto all = [&](Slot slot) { return universe.words[static_cast<std::size_t>(slot)]; };
  std::vector<Goal> goals = {words(Slot::purpose, Literal::Says::meets, all(Slot::purpose)),
                             words(Slot::action, Literal::Says::meets, all(Slot::action))};
  const WordSet recipients = all(Slot::recipient);
  goals.push_back(whom == For::requester
                      ? words(Slot::recipient, Literal::Says::within, recipients - recipients)
                      : words(Slot::recipient, Literal::Says::meets, recipients));
  return goals;
}

std::vector<For> kinds_of_request(std::span<const Terms* const> terms) {
  for (const Terms* one : terms) {
    for (const auto& rule : one->rules) {
      if (std::ranges::find(rule.clauses, ClauseKind::recipient, &Clause::kind) !=
          rule.clauses.end()) {
        return {For::requester, For::named_recipients};
      }
    }
  }
  return {For::requester};
}

}  // namespace usufruct::terms
