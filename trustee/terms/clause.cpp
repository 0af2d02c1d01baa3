#include "trustee/terms/clause.h"

#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "trustee/terms/calendar.h"
#include "trustee/terms/day_of_year.h"
#include "trustee/terms/money.h"

namespace usufruct::terms {
namespace {

constexpr std::array<std::string_view, clause_kind_count> kind_names = {
    "actor",     "actor-class", "action", "purpose",   "recipient",   "jurisdiction", "time",
    "recurring", "duration",    "count",  "safeguard", "attestation", "price",        "flag"};

std::string print_interval(const Clause& clause) {
  return fmt::format("[{}, {})", clause.low, clause.high == 0 ? "…" : std::to_string(clause.high));
}

/// The same of offers: in the units that people write, `EUR [500.00, …)`.
std::string print_offers(const Clause& clause) {
  const std::string& currency = clause.values.front();
  return fmt::format("{} [{}, {})", currency, print_amount(clause.low, currency),
                     clause.high == 0 ? "…" : print_amount(clause.high, currency));
}

/// 0 is a number that the request does not say.
std::string print_said(std::uint32_t number) { return number == 0 ? "" : std::to_string(number); }

}  // namespace

bool is_interval(std::int64_t low, std::int64_t high) {
  return low >= 0 && high >= 0 && (high == 0 || low < high) && (low != 0 || high != 0);
}

std::optional<Turn> turn_of(const Clause& clause) {
  const auto fits = [&](std::int64_t min, std::int64_t end) {
    return clause.low >= min && clause.high >= min && clause.low <= end && clause.high <= end &&
           clause.low != clause.high;
  };
  if (clause.values.size() != 1) return std::nullopt;
  if (clause.values[0] == "week" && fits(0, week_minutes)) return Turn::week;
  if (clause.values[0] == "year" && fits(101, 1232)) return Turn::year;
  return std::nullopt;
}

std::string_view name_of(ClauseKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  return index < kind_names.size() ? kind_names[index] : "unknown";
}

Scheme scheme_of(Slot slot) {
  switch (slot) {
    case Slot::requester_class:
    case Slot::recipient:
      return Scheme::recipient;
    case Slot::action:
      return Scheme::action;
    case Slot::purpose:
      return Scheme::purpose;
    case Slot::jurisdiction:
      return Scheme::jurisdiction;
    case Slot::attestation:
      return Scheme::attestation;
    case Slot::flag:
      return Scheme::flag;
  }
  return Scheme::purpose;
}

std::optional<Slot> slot_of(ClauseKind kind) {
  switch (kind) {
    case ClauseKind::actor_class:
      return Slot::requester_class;
    case ClauseKind::action:
      return Slot::action;
    case ClauseKind::purpose:
      return Slot::purpose;
    case ClauseKind::recipient:
      return Slot::recipient;
    case ClauseKind::jurisdiction:
      return Slot::jurisdiction;
    case ClauseKind::attestation:
      return Slot::attestation;
    case ClauseKind::flag:
      return Slot::flag;
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

std::optional<Scheme> scheme_of(ClauseKind kind) {
  const auto slot = slot_of(kind);
  if (!slot) return std::nullopt;
  return scheme_of(*slot);
}

bool is_foreign(const Terms& terms, const Vocabulary& vocabulary) {
  return terms.vocabulary_sha256 && *terms.vocabulary_sha256 != vocabulary.digest();
}

const std::vector<std::string>& words_of(ClauseKind kind, const Context& context) {
  static const std::vector<std::string> none;
  const auto slot = slot_of(kind);
  if (!slot) return none;
  const Request& request = context.request;
  switch (*slot) {
    case Slot::requester_class:
      return context.requester.classes;
    case Slot::action:
      return request.actions;
    case Slot::purpose:
      return request.purposes;
    case Slot::recipient:
      return request.recipients.empty() ? context.requester.classes : request.recipients;
    case Slot::jurisdiction:
      return request.jurisdictions;
    case Slot::attestation:
      return request.attestations;
    case Slot::flag:
      return request.flags;
  }
  return none;
}

std::string offer_of(const Request& request) {
  if (request.price_offered == 0) return "";
  return print_price(request.price_offered, request.currency);
}

std::string wanted_of(const Clause& clause) {
  if (scheme_of(clause.kind) || clause.kind == ClauseKind::actor) return join(clause.values, " ");
  if (clause.kind == ClauseKind::price && clause.values.size() == 1) return print_offers(clause);
  const std::string unit = clause.values.empty() ? "" : clause.values[0] + " ";
  if (turn_of(clause) == Turn::year) {
    const auto season = season_of(clause.low, clause.high);
    if (season) return fmt::format("{}{}/{}", unit, season->first, season->last);
  }
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
      return print_said(request.duration_days);
    case ClauseKind::count:
      return print_said(request.count);
    case ClauseKind::safeguard:
      return fmt::format("k {} l-distinct {} suppression-max-per10000 {}", floor.k,
                         floor.l_distinct, floor.suppression_max_per10000);
    case ClauseKind::price:
      return offer_of(request);
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
