#include "trustee/anonymise/measure/attack.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "crypto/base/check.h"
#include "trustee/anonymise/measure/attack_table.h"

namespace usufruct::anonymise {

std::string_view name_of(AttackKind kind) {
  switch (kind) {
    case AttackKind::singling_out_by_one:
      return "singling out by one column";
    case AttackKind::singling_out_by_many:
      return "singling out by several columns";
    case AttackKind::linking:
      return "linking two halves of a record";
    case AttackKind::inference:
      return "inferring a sensitive value";
  }
  return "";
}

namespace {

using measuring::AttackTable;
using measuring::draw_below;
using Who = AttackTable::Who;

struct Tally {
  std::uint64_t attacks = 0;
  std::uint64_t successes = 0;
  void add(bool is_success) {
    ++attacks;
    successes += is_success ? 1 : 0;
  }
  Rate rate() const { return wilson_rate(successes, attacks); }
};

AttackResult result_of(AttackKind kind, std::string column, const Tally& main,
                       const Tally& baseline, const std::optional<Tally>& control) {
  AttackResult made{.kind = kind,
                    .column = std::move(column),
                    .attacks = main.attacks,
                    .successes = main.successes,
                    .main = main.rate(),
                    .baseline = baseline.rate()};
  if (control) made.control = control->rate();
  made.risk = risk_of(made.main, made.control);
  if (main.attacks == 0) made.risk = {0, 0, 0};
  made.is_void = main.attacks == 0 || made.baseline.value >= made.main.value;
  return made;
}

/// So many of the numbers below `count`, in random order.
std::vector<std::size_t> draw_some(std::size_t count, std::size_t wanted, Chance& chance) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  wanted = std::min(wanted, count);
  for (std::size_t i = 0; i < wanted; ++i)
    std::swap(all[i], all[i + draw_below(chance, count - i)]);
  all.resize(wanted);
  return all;
}

// ---- singling out
// --------------------------------------------------------------------------------

/// One condition on a column: what a released row shows there, or at most or at least that.
struct Term {
  enum class Relation { shown, at_most, at_least };
  std::size_t column = 0;
  std::uint32_t text = 0;
  Relation relation = Relation::shown;

  auto operator<=>(const Term&) const = default;
};
using Predicate = std::vector<Term>;

bool holds(const AttackTable& table, const Term& term, Who who, std::size_t row) {
  const std::uint32_t cell = table.cell(who, row, term.column);
  switch (term.relation) {
    case Term::Relation::shown:
      if (who == Who::released || !table.is_quasi(term.column)) return cell == term.text;
      return table.matches(term.column, term.text, cell);
    case Term::Relation::at_most:
      return table.number(term.column, cell) <= table.number(term.column, term.text);
    case Term::Relation::at_least:
      return table.number(term.column, cell) >= table.number(term.column, term.text);
  }
  return false;
}

/// Whether exactly one of the first `rows` rows is as the predicate says.
bool singles_out(const AttackTable& table, const Predicate& predicate, Who who, std::size_t rows) {
  std::size_t found = 0;
  for (std::size_t r = 0; r < rows && found < 2; ++r)
    found += std::all_of(predicate.begin(), predicate.end(),
                         [&](const Term& term) { return holds(table, term, who, r); })
                 ? 1
                 : 0;
  return found == 1;
}

Term term_of(const AttackTable& table, std::size_t column, std::size_t row, bool is_range) {
  const std::uint32_t text = table.cell(Who::released, row, column);
  if (!is_range || !table.is_numeric(column)) return {column, text, Term::Relation::shown};
  const bool is_high = table.number(column, text) > table.median(column);
  return {column, text, is_high ? Term::Relation::at_least : Term::Relation::at_most};
}

/// A predicate about a random released row; `is_blind`: each term about another one.
Predicate draw_predicate(const AttackTable& table, std::size_t terms, bool is_range, bool is_blind,
                         Chance& chance) {
  const std::size_t rows = table.rows(Who::released);
  std::size_t row = draw_below(chance, rows);
  Predicate predicate;
  for (const std::size_t column : draw_some(table.width(), terms, chance)) {
    if (is_blind) row = draw_below(chance, rows);
    predicate.push_back(term_of(table, column, row, is_range));
  }
  std::sort(predicate.begin(), predicate.end());
  return predicate;
}

AttackResult single_out(const AttackTable& table, AttackKind kind, const AttackOptions& options,
                        Chance& chance) {
  const bool by_many = kind == AttackKind::singling_out_by_many;
  const std::size_t least = by_many ? std::min<std::size_t>(2, table.width()) : 1;
  const std::size_t most =
      by_many ? std::clamp(options.predicate_columns, least, table.width()) : 1;
  const std::size_t control_rows = table.rows(Who::control);
  // Who is alone in a small table may not be in a large one: both sides are of one size.
  const std::size_t rows =
      control_rows == 0 ? table.rows(Who::people) : std::min(table.rows(Who::people), control_rows);
  constexpr std::size_t tries_each = 10;
  Tally main;
  Tally baseline;
  std::optional<Tally> control = control_rows > 0 ? std::optional(Tally{}) : std::nullopt;
  std::set<Predicate> seen;
  for (std::size_t i = 0;
       i < options.attacks_max * tries_each && main.attacks < options.attacks_max; ++i) {
    const std::size_t terms = least + draw_below(chance, most - least + 1);
    const Predicate predicate = draw_predicate(table, terms, i % 2 == 1, false, chance);
    if (!seen.insert(predicate).second) continue;
    if (!singles_out(table, predicate, Who::released, table.rows(Who::released))) continue;
    main.add(singles_out(table, predicate, Who::people, rows));
    if (control) control->add(singles_out(table, predicate, Who::control, rows));
  }
  for (std::size_t i = 0; i < options.attacks_max; ++i) {
    const std::size_t terms = least + draw_below(chance, most - least + 1);
    const Predicate predicate = draw_predicate(table, terms, i % 2 == 1, true, chance);
    baseline.add(singles_out(table, predicate, Who::people, rows));
  }
  return result_of(kind, {}, main, baseline, control);
}

// ---- linking and inference
// -----------------------------------------------------------------------

/// How many of the columns of a released row cannot stand for a person's values.
std::size_t distance(const AttackTable& table, std::span<const std::size_t> columns, Who who,
                     std::size_t person, std::size_t row) {
  std::size_t apart = 0;
  for (const std::size_t c : columns)
    apart +=
        table.matches(c, table.cell(Who::released, row, c), table.cell(who, person, c)) ? 0 : 1;
  return apart;
}

/// All released rows that are nearest to a person.
std::vector<std::size_t> nearest_rows(const AttackTable& table,
                                      std::span<const std::size_t> columns, Who who,
                                      std::size_t person) {
  std::vector<std::size_t> nearest;
  std::size_t least = columns.size() + 1;
  for (std::size_t row = 0; row < table.rows(Who::released); ++row) {
    const std::size_t here = distance(table, columns, who, person, row);
    if (here > least) continue;
    if (here < least) nearest.clear();
    least = here;
    nearest.push_back(row);
  }
  return nearest;
}

/// So many of the nearest rows; among equally near ones chance chooses, or all stars would link
/// everybody to the first row of the file.
std::vector<std::size_t> draw_neighbours(const AttackTable& table,
                                         std::span<const std::size_t> columns, Who who,
                                         std::size_t person, std::size_t count, Chance& chance) {
  std::vector<std::vector<std::size_t>> at_distance(columns.size() + 1);
  for (std::size_t row = 0; row < table.rows(Who::released); ++row)
    at_distance[distance(table, columns, who, person, row)].push_back(row);
  std::vector<std::size_t> chosen;
  for (const auto& rows : at_distance)
    for (const std::size_t i : draw_some(rows.size(), count - chosen.size(), chance))
      chosen.push_back(rows[i]);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

bool have_common(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
  return std::any_of(a.begin(), a.end(), [&](std::size_t each) {
    return std::binary_search(b.begin(), b.end(), each);
  });
}

AttackResult link(const AttackTable& table, const AttackOptions& options, Chance& chance) {
  const auto mixed = draw_some(table.width(), table.width(), chance);
  const auto half = static_cast<std::ptrdiff_t>(table.width() / 2);
  const std::vector<std::size_t> first(mixed.begin(), mixed.begin() + half);
  const std::vector<std::size_t> second(mixed.begin() + half, mixed.end());
  const auto attack = [&](Who who) {
    Tally tally;
    for (const std::size_t person : draw_some(table.rows(who), options.attacks_max, chance))
      tally.add(
          have_common(draw_neighbours(table, first, who, person, options.neighbours, chance),
                      draw_neighbours(table, second, who, person, options.neighbours, chance)));
    return tally;
  };
  const Tally main = attack(Who::people);
  Tally baseline;
  for (std::size_t i = 0; i < options.attacks_max; ++i) {
    auto a = draw_some(table.rows(Who::released), options.neighbours, chance);
    auto b = draw_some(table.rows(Who::released), options.neighbours, chance);
    std::sort(b.begin(), b.end());
    baseline.add(have_common(a, b));
  }
  std::optional<Tally> control;
  if (table.rows(Who::control) > 0) control = attack(Who::control);
  return result_of(AttackKind::linking, {}, main, baseline, control);
}

/// The value most of the nearest rows show; the first of those that are equally frequent.
std::uint32_t guess_of(const AttackTable& table, std::span<const std::size_t> known,
                       std::size_t secret, Who who, std::size_t person) {
  std::map<std::uint32_t, std::size_t> votes;
  for (const std::size_t row : nearest_rows(table, known, who, person))
    ++votes[table.cell(Who::released, row, secret)];
  return std::max_element(votes.begin(), votes.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

AttackResult infer(const AttackTable& table, const AttackInput& input, std::size_t secret,
                   const AttackOptions& options, Chance& chance) {
  std::vector<std::size_t> known;
  for (std::size_t c = 0; c < table.width(); ++c)
    if (table.is_quasi(c)) known.push_back(c);
  const auto attack = [&](Who who) {
    Tally tally;
    for (const std::size_t person : draw_some(table.rows(who), options.attacks_max, chance))
      tally.add(table.matches(secret, guess_of(table, known, secret, who, person),
                              table.cell(who, person, secret)));
    return tally;
  };
  const Tally main = attack(Who::people);
  Tally baseline;
  for (std::size_t i = 0; i < options.attacks_max; ++i) {
    const std::size_t row = draw_below(chance, table.rows(Who::released));
    const std::size_t person = draw_below(chance, table.rows(Who::people));
    baseline.add(table.matches(secret, table.cell(Who::released, row, secret),
                               table.cell(Who::people, person, secret)));
  }
  std::optional<Tally> control;
  if (table.rows(Who::control) > 0) control = attack(Who::control);
  return result_of(AttackKind::inference, input.columns[secret].name, main, baseline, control);
}

}  // namespace

Result<std::vector<AttackResult>> try_attacks(const AttackInput& input,
                                              const AttackOptions& options, Chance& chance) {
  if (input.columns.empty() || input.released.empty() || input.people.empty())
    return malformed("there is nothing to attack", "give the released rows and their people");
  if (options.attacks_max == 0 || options.neighbours == 0 || options.rows_max == 0)
    return malformed("attacks, neighbours and rows are at least 1");
  const AttackTable table = TRY(AttackTable::make(input, options.rows_max));
  std::vector<AttackResult> results;
  results.push_back(single_out(table, AttackKind::singling_out_by_one, options, chance));
  results.push_back(single_out(table, AttackKind::singling_out_by_many, options, chance));
  if (table.width() > 1) results.push_back(link(table, options, chance));
  for (std::size_t c = 0; c < input.columns.size(); ++c)
    if (input.columns[c].role == ColumnRole::sensitive)
      results.push_back(infer(table, input, c, options, chance));
  return results;
}

}  // namespace usufruct::anonymise
