#include "trustee/anonymise/measure/attack.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "trustee/anonymise/measure/attack_table.h"
#include "trustee/anonymise/measure/nearness.h"

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
using measuring::draw_some;
using measuring::Nearness;
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

bool have_common(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  return std::any_of(a.begin(), a.end(), [&](std::uint32_t each) {
    return std::binary_search(b.begin(), b.end(), each);
  });
}

std::vector<std::uint32_t> draw_rows(const AttackTable& table, std::size_t count, Chance& chance) {
  std::vector<std::uint32_t> rows;
  for (const std::size_t row : draw_some(table.rows(Who::released), count, chance))
    rows.push_back(static_cast<std::uint32_t>(row));
  std::sort(rows.begin(), rows.end());
  return rows;
}

AttackResult link(const AttackTable& table, const AttackOptions& options, Chance& chance) {
  const auto mixed = draw_some(table.width(), table.width(), chance);
  const auto half = static_cast<std::ptrdiff_t>(table.width() / 2);
  Nearness first(table, {mixed.begin(), mixed.begin() + half});
  Nearness second(table, {mixed.begin() + half, mixed.end()});
  const auto attack = [&](Who who) {
    Tally tally;
    for (const std::size_t person : draw_some(table.rows(who), options.attacks_max, chance))
      tally.add(have_common(first.draw(who, person, options.neighbours, chance),
                            second.draw(who, person, options.neighbours, chance)));
    return tally;
  };
  const Tally main = attack(Who::people);
  Tally baseline;
  for (std::size_t i = 0; i < options.attacks_max; ++i) {
    const auto a = draw_rows(table, options.neighbours, chance);
    baseline.add(have_common(a, draw_rows(table, options.neighbours, chance)));
  }
  std::optional<Tally> control;
  if (table.rows(Who::control) > 0) control = attack(Who::control);
  return result_of(AttackKind::linking, {}, main, baseline, control);
}

/// The values of one column as rows show them, counted.
class Votes {
 public:
  Votes(const AttackTable& table, std::size_t column)
      : table_(table), column_(column), counts_(table.released_texts(column), 0) {}
  /// The most frequent of some rows; the first that was met of those that are equally frequent.
  std::uint32_t most_frequent(std::span<const std::uint32_t> rows) {
    std::ranges::fill(counts_, 0U);
    for (const std::uint32_t row : rows) ++counts_[table_.cell(Who::released, row, column_)];
    return static_cast<std::uint32_t>(std::ranges::max_element(counts_) - counts_.begin());
  }

 private:
  const AttackTable& table_;
  std::size_t column_;
  std::vector<std::uint32_t> counts_;  ///< [text]
};

/// Infers every secret of some people from the rows nearest to each; one tally a secret.
std::vector<Tally> infer_from(const AttackTable& table, Nearness& known,
                              std::span<const std::size_t> secrets, Who who,
                              const AttackOptions& options, Chance& chance) {
  std::vector<Tally> tallies(secrets.size());
  std::vector<Votes> votes;
  for (const std::size_t secret : secrets) votes.emplace_back(table, secret);
  for (const std::size_t person : draw_some(table.rows(who), options.attacks_max, chance)) {
    const auto rows = known.nearest(who, person);
    for (std::size_t s = 0; s < secrets.size(); ++s)
      tallies[s].add(table.matches(secrets[s], votes[s].most_frequent(rows),
                                   table.cell(who, person, secrets[s])));
  }
  return tallies;
}

Tally guess_at(const AttackTable& table, std::size_t secret, const AttackOptions& options,
               Chance& chance) {
  Tally tally;
  for (std::size_t i = 0; i < options.attacks_max; ++i) {
    const std::size_t row = draw_below(chance, table.rows(Who::released));
    const std::size_t person = draw_below(chance, table.rows(Who::people));
    tally.add(table.matches(secret, table.cell(Who::released, row, secret),
                            table.cell(Who::people, person, secret)));
  }
  return tally;
}

std::vector<AttackResult> infer(const AttackTable& table, const AttackInput& input,
                                const AttackOptions& options, Chance& chance) {
  std::vector<std::size_t> quasi;
  std::vector<std::size_t> secrets;
  for (std::size_t c = 0; c < table.width(); ++c) {
    if (table.is_quasi(c)) quasi.push_back(c);
    if (input.columns[c].role == ColumnRole::sensitive) secrets.push_back(c);
  }
  if (secrets.empty()) return {};
  Nearness known(table, std::move(quasi));
  const auto main = infer_from(table, known, secrets, Who::people, options, chance);
  std::vector<Tally> control;
  if (table.rows(Who::control) > 0)
    control = infer_from(table, known, secrets, Who::control, options, chance);
  std::vector<AttackResult> results;
  for (std::size_t s = 0; s < secrets.size(); ++s)
    results.push_back(result_of(AttackKind::inference, input.columns[secrets[s]].name, main[s],
                                guess_at(table, secrets[s], options, chance),
                                control.empty() ? std::nullopt : std::optional(control[s])));
  return results;
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
  std::ranges::move(infer(table, input, options, chance), std::back_inserter(results));
  return results;
}

}  // namespace usufruct::anonymise
