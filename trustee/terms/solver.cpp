#include "trustee/terms/solver.h"

#include <algorithm>

#include "trustee/terms/calendar.h"

namespace usufruct::terms {
namespace {

bool meet(const Worlds& left, const Worlds& right) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].meets(right[i])) return true;
  }
  return false;
}

bool is_empty(const Worlds& worlds) {
  return std::ranges::all_of(worlds, [](const auto& world) { return world.is_empty(); });
}

bool three_meet(const WordSet& a, const WordSet& b, const WordSet& c) {
  for (std::size_t i = 0; i < a.cells().size(); ++i) {
    if ((a.cells()[i] & b.cells()[i] & c.cells()[i]) != 0) return true;
  }
  return false;
}

/// The first moment of [low, high) in a day of the year and a minute of the week that are wanted.
std::optional<Time> first_moment(std::int64_t low, std::int64_t high, const IntervalSet& week,
                                 const IntervalSet& year, Budget& budget) {
  const std::int64_t first_day = floor_div(low, day_ms);
  const std::int64_t end_day = std::min(floor_div(high - 1, day_ms), first_day + calendar_days) + 1;
  for (std::int64_t day = first_day; day < end_day && !budget.is_spent(); ++day) {
    budget.spend();
    if (!year.contains(month_and_day({day * day_ms}))) continue;
    const std::int64_t monday = day * day_ms - minute_of_week({day * day_ms}) * minute_ms;
    for (const auto& [from, to] : week.pieces()) {
      const std::int64_t begin = std::max({low, day * day_ms, monday + from * minute_ms});
      const std::int64_t end = std::min({high, (day + 1) * day_ms, monday + to * minute_ms});
      if (begin < end) return Time{begin};
    }
  }
  return std::nullopt;
}

class Search {
 public:
  explicit Search(Budget& budget) : budget_(budget) {}

  std::optional<Solution> run(Store store, std::vector<const Goal*> open) {
    // Goals with one way left are gone first, until none has.
    const Goal* narrowest = nullptr;
    for (bool has_changed = true; has_changed;) {
      has_changed = false;
      narrowest = nullptr;
      std::size_t fewest = SIZE_MAX;
      for (std::size_t i = 0; i < open.size();) {
        if (budget_.is_spent()) return std::nullopt;
        const auto [count, only, is_reached] = look(store, *open[i]);
        if (!is_reached && count == 0) return std::nullopt;
        if (is_reached || count == 1) {
          if (!is_reached && !store.require(*only)) return std::nullopt;
          has_changed |= !is_reached;
          if (narrowest == open[i]) narrowest = nullptr, fewest = SIZE_MAX;
          open[i] = open.back();
          open.pop_back();
          continue;
        }
        if (count < fewest) narrowest = open[i], fewest = count;
        ++i;
      }
    }
    if (open.empty()) {
      const auto at = store.moment(budget_);
      if (!at) return std::nullopt;
      return Solution{std::move(store), *at};
    }
    if (narrowest == nullptr) narrowest = open.front();
    std::erase(open, narrowest);
    for (const auto& alternative : *narrowest) {
      if (budget_.is_spent()) return std::nullopt;
      Store tried = store;
      if (tried.require(alternative)) {
        if (auto found = run(std::move(tried), open)) return found;
      }
      // What was searched need not be searched again beside the next.
      if (alternative.size() == 1 && !store.require(alternative.front().fails)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  struct Sight {
    std::size_t count = 0;
    const Alternative* only = nullptr;
    bool is_reached = false;
  };

  Sight look(const Store& store, const Goal& goal) {
    Sight sight;
    for (const auto& alternative : goal) {
      bool is_open = true;
      bool is_reached = true;
      for (const auto& property : alternative) {
        budget_.spend(property.cost());
        is_open = store.allows(property.holds);
        is_reached = is_reached && is_open && !store.allows(property.fails);
        if (!is_open) break;
      }
      if (is_reached) return {1, &alternative, true};
      if (!is_open) continue;
      ++sight.count;
      sight.only = &alternative;
    }
    return sight;
  }

  Budget& budget_;
};

}  // namespace

std::uint64_t Property::cost() const {
  std::uint64_t pieces = holds.numbers.size();
  for (const auto& world : holds.numbers) pieces += world.pieces().size();
  return 1 + pieces / 8;
}

Literal Literal::negated(const Universe& universe) const {
  Literal not_it;
  not_it.dimension = dimension;
  if (says == Says::in) {
    not_it.says = Says::in;
    const Worlds& all = universe.of(dimension);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      not_it.numbers.push_back(numbers[i].complement(all[i]));
    }
    return not_it;
  }
  not_it.says = says == Says::within ? Says::meets : Says::within;
  not_it.words = universe.words[static_cast<std::size_t>(dimension)] - words;
  return not_it;
}

Store::Store(const Universe& universe) : numbers_(universe.numbers) {
  for (std::size_t i = 0; i < slot_count; ++i) lists_[i].within = universe.words[i];
}

bool Store::allows(const Literal& literal) const {
  if (literal.says == Literal::Says::in) return meet(numbers(literal.dimension), literal.numbers);
  const List& list = lists_[static_cast<std::size_t>(literal.dimension)];
  if (literal.says == Literal::Says::meets) return list.within.meets(literal.words);
  return std::ranges::all_of(list.meets, [&](const WordSet& some) {
    return three_meet(some, list.within, literal.words);
  });
}

bool Store::require(const Literal& literal) {
  if (literal.says == Literal::Says::in) {
    auto& numbers = numbers_[static_cast<std::size_t>(literal.dimension) - slot_count];
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = numbers[i] & literal.numbers[i];
    return !is_empty(numbers);
  }
  List& list = lists_[static_cast<std::size_t>(literal.dimension)];
  if (literal.says == Literal::Says::meets) {
    if (!list.within.meets(literal.words)) return false;
    list.meets.push_back(literal.words);
    return true;
  }
  list.within &= literal.words;
  return std::ranges::all_of(list.meets,
                             [&](const WordSet& some) { return some.meets(list.within); });
}

bool Store::require(const Alternative& alternative) {
  return std::ranges::all_of(alternative,
                             [&](const Property& property) { return require(property.holds); });
}

WordSet Store::list(Slot slot) const {
  const List& from = lists_[static_cast<std::size_t>(slot)];
  WordSet chosen(from.within.capacity());
  // The narrowest first: what it takes may be enough for the others.
  std::vector<WordSet> wanted;
  for (const auto& some : from.meets) wanted.push_back(some & from.within);
  std::ranges::sort(wanted, {}, &WordSet::size);
  for (const auto& some : wanted) {
    if (!chosen.meets(some)) chosen.insert(some.least());
  }
  return chosen;
}

std::optional<Time> Store::moment(Budget& budget) const {
  const auto& week = numbers(Dimension::week).front();
  const auto& year = numbers(Dimension::year).front();
  const bool always = week == IntervalSet(0, week_minutes) && year == IntervalSet(101, 1232);
  for (const auto& [low, high] : numbers(Dimension::time).front().pieces()) {
    if (always) return Time{low};
    if (const auto found = first_moment(low, high, week, year, budget)) return found;
  }
  return std::nullopt;
}

std::optional<Solution> solve(Store store, std::vector<const Goal*> goals, Budget& budget) {
  return Search(budget).run(std::move(store), std::move(goals));
}

}  // namespace usufruct::terms
