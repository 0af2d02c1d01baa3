#include "trustee/terms/clause.h"

#include <algorithm>
#include <array>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

constexpr std::array<std::string_view, clause_kind_count> kind_names = {
    "actor",     "actor-class", "action", "purpose",   "recipient",   "jurisdiction", "time",
    "recurring", "duration",    "count",  "safeguard", "attestation", "price",        "flag"};

constexpr std::int64_t week_minutes = 7 * 24 * 60;
constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t minute_ms = 60'000;

/// An interval [low, high) where a high of 0 is open. One that holds nothing says nothing.
Truth is_in(std::int64_t value, std::int64_t low, std::int64_t high) {
  if (low < 0 || high < 0 || (high != 0 && low >= high) || (low == 0 && high == 0)) {
    return Truth::unknown;
  }
  return value >= low && (high == 0 || value < high) ? Truth::true_ : Truth::false_;
}

/// An interval on a circle: one whose end comes before its start runs through the turn.
Truth is_in_turn(std::int64_t value, std::int64_t low, std::int64_t high, std::int64_t min,
                 std::int64_t end) {
  if (low < min || high < min || low > end || high > end || low == high) return Truth::unknown;
  const bool inside = low < high ? value >= low && value < high : value >= low || value < high;
  return inside ? Truth::true_ : Truth::false_;
}

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// Minutes since Monday 00:00 UTC. 1970-01-01 was a Thursday.
std::int64_t minute_of_week(Time at) {
  const std::int64_t minutes = floor_div(at.ms, minute_ms) + 3 * 24 * 60;
  return minutes - floor_div(minutes, week_minutes) * week_minutes;
}

/// Month × 100 + day in UTC (Howard Hinnant, "chrono-compatible low-level date algorithms").
std::int64_t month_and_day(Time at) {
  const std::int64_t z = floor_div(at.ms, day_ms) + 719'468;
  const std::int64_t day_of_era = z - floor_div(z, 146'097) * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  return (shifted < 10 ? shifted + 3 : shifted - 9) * 100 + day;
}

Truth judge_recurring(const Clause& clause, Time at) {
  if (clause.values.size() != 1) return Truth::unknown;
  if (clause.values[0] == "week") {
    return is_in_turn(minute_of_week(at), clause.low, clause.high, 0, week_minutes);
  }
  if (clause.values[0] == "year") {
    return is_in_turn(month_and_day(at), clause.low, clause.high, 101, 1232);
  }
  return Truth::unknown;
}

Truth judge_safeguard(const Clause& clause, const Floor& floor) {
  if (clause.values.size() != 1) return Truth::unknown;
  std::int64_t value = 0;
  if (clause.values[0] == "k") value = floor.k;
  if (clause.values[0] == "l-distinct") value = floor.l_distinct;
  if (clause.values[0] == "suppression-max-per10000") value = floor.suppression_max_per10000;
  return value == 0 ? Truth::unknown : is_in(value, clause.low, clause.high);
}

Truth judge_price(const Clause& clause, const Request& request) {
  if (clause.values.size() != 1) return Truth::unknown;
  // Nothing offered is nothing in every currency; between two others there is no rate here.
  if (request.price_offered != 0 && request.currency != clause.values[0]) return Truth::unknown;
  return is_in(request.price_offered, clause.low, clause.high);
}

/// duration_days and count: 0 is not said.
Truth judge_number(const Clause& clause, std::int64_t value) {
  return value == 0 ? Truth::unknown : is_in(value, clause.low, clause.high);
}

Truth judge_actor(const Clause& clause, const RecordId& actor) {
  Truth truth = Truth::false_;
  for (const auto& value : clause.values) {
    const auto id = parse_id(value);
    truth = either(truth, !id ? Truth::unknown : *id == actor ? Truth::true_ : Truth::false_);
  }
  return clause.values.empty() ? Truth::unknown : truth;
}

/// One of several words a party goes by, or all words it asks for.
enum class Quantity { any, every };

Truth judge_words(const Clause& clause, Effect effect, Quantity quantity, const Context& context) {
  const Scheme scheme = *scheme_of(clause.kind);
  const auto& words = words_of(clause.kind, context);
  if (words.empty() || clause.values.empty()) return Truth::unknown;
  const bool all = effect == Effect::permit && quantity == Quantity::every;
  Truth truth = all ? Truth::true_ : Truth::false_;
  for (const auto& word : words) {
    const Truth one = effect == Effect::permit
                          ? is_within(context.vocabulary, scheme, word, clause.values)
                          : is_hit(context.vocabulary, scheme, word, clause.values);
    truth = all ? both(truth, one) : either(truth, one);
  }
  return truth;
}

/// Attestations and flags: a permit needs all its values brought, a forbid fires on any.
Truth judge_brought(const Clause& clause, Effect effect, const Context& context) {
  const Scheme scheme = *scheme_of(clause.kind);
  if (clause.values.empty()) return Truth::unknown;
  const bool all = effect == Effect::permit;
  Truth truth = all ? Truth::true_ : Truth::false_;
  for (const auto& value : clause.values) {
    const bool known = context.vocabulary.find(scheme, value) != nullptr;
    Truth one = known ? Truth::false_ : Truth::unknown;
    for (const auto& word : words_of(clause.kind, context)) {
      one = either(one, is_within(context.vocabulary, scheme, word, {value}));
    }
    truth = all ? both(truth, one) : either(truth, one);
  }
  return truth;
}

std::string print_interval(const Clause& clause) {
  return fmt::format("[{}, {})", clause.low, clause.high == 0 ? "…" : std::to_string(clause.high));
}

}  // namespace

std::string_view name_of(ClauseKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return index < kind_names.size() ? kind_names[index] : "unknown";
}

std::optional<Scheme> scheme_of(ClauseKind kind) {
  switch (kind) {
    case ClauseKind::actor_class:
    case ClauseKind::recipient:
      return Scheme::recipient;
    case ClauseKind::action:
      return Scheme::action;
    case ClauseKind::purpose:
      return Scheme::purpose;
    case ClauseKind::jurisdiction:
      return Scheme::jurisdiction;
    case ClauseKind::attestation:
      return Scheme::attestation;
    case ClauseKind::flag:
      return Scheme::flag;
    case ClauseKind::actor:
    case ClauseKind::time:
    case ClauseKind::recurring:
    case ClauseKind::duration:
    case ClauseKind::count:
    case ClauseKind::safeguard:
    case ClauseKind::price:
      return std::nullopt;
  }
  return std::nullopt;
}

Truth is_within(const Vocabulary& vocabulary, Scheme scheme, std::string_view word,
                const std::vector<std::string>& permitted) {
  bool all_known = vocabulary.find(scheme, word) != nullptr;
  for (const auto& value : permitted) {
    if (vocabulary.contains(scheme, value, word)) return Truth::true_;
    all_known = all_known && vocabulary.find(scheme, value) != nullptr;
  }
  return all_known ? Truth::false_ : Truth::unknown;
}

Truth is_hit(const Vocabulary& vocabulary, Scheme scheme, std::string_view word,
             const std::vector<std::string>& forbidden) {
  Truth truth = vocabulary.find(scheme, word) != nullptr ? Truth::false_ : Truth::unknown;
  for (const auto& value : forbidden) {
    if (vocabulary.contains(scheme, value, word)) return Truth::true_;
    if (vocabulary.find(scheme, value) == nullptr || vocabulary.overlaps(scheme, value, word)) {
      truth = Truth::unknown;
    }
  }
  return truth;
}

const std::vector<std::string>& words_of(ClauseKind kind, const Context& context) {
  static const std::vector<std::string> none;
  switch (kind) {
    case ClauseKind::actor_class:
      return context.requester.classes;
    case ClauseKind::action:
      return context.request.actions;
    case ClauseKind::purpose:
      return context.request.purposes;
    case ClauseKind::recipient:
      return context.request.recipients.empty() ? context.requester.classes
                                                : context.request.recipients;
    case ClauseKind::jurisdiction:
      return context.request.jurisdictions;
    case ClauseKind::attestation:
      return context.request.attestations;
    case ClauseKind::flag:
      return context.request.flags;
    case ClauseKind::actor:
    case ClauseKind::time:
    case ClauseKind::recurring:
    case ClauseKind::duration:
    case ClauseKind::count:
    case ClauseKind::safeguard:
    case ClauseKind::price:
      return none;
  }
  return none;
}

Truth judge(const Clause& clause, Effect effect, const Terms& terms, const Context& context) {
  const bool foreign =
      terms.vocabulary_sha256 && *terms.vocabulary_sha256 != context.vocabulary.digest();
  if (foreign && scheme_of(clause.kind)) return Truth::unknown;
  switch (clause.kind) {
    case ClauseKind::actor:
      return judge_actor(clause, context.requester_id);
    case ClauseKind::actor_class:
      return judge_words(clause, effect, Quantity::any, context);
    case ClauseKind::action:
    case ClauseKind::purpose:
    case ClauseKind::jurisdiction:
      return judge_words(clause, effect, Quantity::every, context);
    case ClauseKind::recipient:
      // The classes of one party describe one recipient; a list in the request names several.
      return judge_words(clause, effect,
                         context.request.recipients.empty() ? Quantity::any : Quantity::every,
                         context);
    case ClauseKind::time:
      return is_in(context.at.ms, clause.low, clause.high);
    case ClauseKind::recurring:
      return judge_recurring(clause, context.at);
    case ClauseKind::duration:
      return judge_number(clause, context.request.duration_days);
    case ClauseKind::count:
      return judge_number(clause, context.request.count);
    case ClauseKind::safeguard:
      return judge_safeguard(clause, terms.floor);
    case ClauseKind::attestation:
    case ClauseKind::flag:
      return judge_brought(clause, effect, context);
    case ClauseKind::price:
      return judge_price(clause, context.request);
  }
  return Truth::unknown;
}

Truth judge(const Rule& rule, const Terms& terms, const Context& context) {
  Truth truth = Truth::true_;
  for (const auto& clause : rule.clauses) {
    truth = both(truth, judge(clause, rule.effect, terms, context));
  }
  return truth;
}

std::string wanted_of(const Clause& clause) {
  if (scheme_of(clause.kind) || clause.kind == ClauseKind::actor) return join(clause.values, " ");
  const std::string unit = clause.values.empty() ? "" : clause.values[0] + " ";
  if (clause.kind != ClauseKind::time) return unit + print_interval(clause);
  return fmt::format("[{}, {})", clause.low == 0 ? "…" : print_time({clause.low}),
                     clause.high == 0 ? "…" : print_time({clause.high}));
}

std::string got_of(const Clause& clause, const Terms& terms, const Context& context) {
  if (scheme_of(clause.kind)) return join(words_of(clause.kind, context), " ");
  const auto& request = context.request;
  const auto& floor = terms.floor;
  switch (clause.kind) {
    case ClauseKind::actor:
      return print_id(context.requester_id);
    case ClauseKind::time:
    case ClauseKind::recurring:
      return print_time(context.at);
    case ClauseKind::duration:
      return std::to_string(request.duration_days);
    case ClauseKind::count:
      return std::to_string(request.count);
    case ClauseKind::safeguard:
      return fmt::format("k {} l-distinct {} suppression-max-per10000 {}", floor.k,
                         floor.l_distinct, floor.suppression_max_per10000);
    case ClauseKind::price:
      return fmt::format("{} {}", request.currency, request.price_offered);
    case ClauseKind::actor_class:
    case ClauseKind::action:
    case ClauseKind::purpose:
    case ClauseKind::recipient:
    case ClauseKind::jurisdiction:
    case ClauseKind::attestation:
    case ClauseKind::flag:
      return "";
  }
  return "";
}

}  // namespace usufruct::terms
