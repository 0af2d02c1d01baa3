#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/document/document.h"
#include "trustee/terms/author.h"
#include "trustee/terms/author_floor.h"
#include "trustee/terms/author_keys.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/day_of_year.h"
#include "trustee/terms/money.h"

namespace usufruct::terms {
namespace {

/// Where a clause is written among those of its block: as they are read.
std::size_t place_in_block(const Clause& clause) {
  constexpr ClauseKind order[] = {
      ClauseKind::actor,     ClauseKind::actor_class,  ClauseKind::action,      ClauseKind::purpose,
      ClauseKind::recipient, ClauseKind::jurisdiction, ClauseKind::attestation, ClauseKind::flag,
      ClauseKind::time,      ClauseKind::recurring,    ClauseKind::duration,    ClauseKind::count,
      ClauseKind::safeguard, ClauseKind::price};
  const auto place = static_cast<std::size_t>(std::ranges::find(order, clause.kind) - order);
  if (clause.kind != ClauseKind::safeguard || clause.values.empty()) return 10 * place;
  const auto name = std::ranges::find(safeguard_names, clause.values[0]);
  return 10 * place + static_cast<std::size_t>(name - safeguard_names.begin());
}

/// The clauses with one of each kind together, the second of a kind in the second block.
std::vector<std::vector<Clause>> blocks_of(const std::vector<Clause>& clauses) {
  std::vector<std::vector<Clause>> blocks;
  for (const auto& clause : clauses) {
    const std::size_t place = place_in_block(clause);
    const auto is_free = [&](const std::vector<Clause>& block) {
      return std::ranges::find(block, place, place_in_block) == block.end();
    };
    const auto block = std::ranges::find_if(blocks, is_free);
    if (block == blocks.end()) {
      blocks.push_back({clause});
    } else {
      block->push_back(clause);
    }
  }
  for (auto& block : blocks) std::ranges::sort(block, {}, place_in_block);
  return blocks;
}

std::string print_list(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const auto& word : words) {
    if (out.size() > 1) out += ", ";
    out += document::print_scalar(word);
  }
  return out + "]";
}

std::string print_bounds(const Clause& clause, std::string_view min_key, std::string_view max_key) {
  std::string out;
  if (clause.low != 0) out += fmt::format("{}: {}", min_key, clause.low);
  if (clause.high != 0) {
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", max_key, clause.high - 1);
  }
  return "{" + out + "}";
}

std::string print_time_bounds(const Clause& clause) {
  std::string out;
  if (clause.low != 0) out += "from: " + document::print_scalar(print_time({clause.low}));
  if (clause.high != 0) {
    out += (out.empty() ? "to: " : ", to: ") + document::print_scalar(print_time({clause.high}));
  }
  return "{" + out + "}";
}

std::string print_offer(std::int64_t amount, const std::string& currency) {
  return fmt::format("{{amount: {}, currency: {}}}", print_amount(amount, currency),
                     document::print_scalar(currency));
}

/// In days where the bounds are some, else in the numbers of the record.
std::string print_recurring(const Clause& clause) {
  const std::string every = clause.values.empty() ? "" : clause.values[0];
  const auto season = every == "year" ? season_of(clause.low, clause.high) : std::nullopt;
  return fmt::format("recurring: {{every: {}, from: {}, to: {}}}", document::print_scalar(every),
                     season ? season->first : std::to_string(clause.low),
                     season ? season->last : std::to_string(clause.high));
}

/// One line of a rule. Safeguards, which share a key, are printed by print_conditions().
std::string print_clause(const Clause& clause) {
  for (const auto& [kind, key] : word_keys) {
    if (kind == clause.kind) return fmt::format("{}: {}", key, print_list(clause.values));
  }
  switch (clause.kind) {
    case ClauseKind::actor:
      return fmt::format("actors: {}", print_list(clause.values));
    case ClauseKind::time:
      return fmt::format("valid: {}", print_time_bounds(clause));
    case ClauseKind::recurring:
      return print_recurring(clause);
    case ClauseKind::duration:
      return fmt::format("duration: {}", print_bounds(clause, "days_min", "days_max"));
    case ClauseKind::count:
      return fmt::format("count: {}", print_bounds(clause, "min", "max"));
    case ClauseKind::price:
      return fmt::format("price: {}",
                         print_offer(clause.low, clause.values.empty() ? "" : clause.values[0]));
    case ClauseKind::safeguard:
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

/// Conditions at one depth of indentation, one of each kind.
std::string print_conditions(const std::vector<Clause>& clauses, std::string_view indent) {
  std::string out;
  std::string safeguards;
  for (const auto& clause : clauses) {
    const std::string line = print_clause(clause);
    if (!line.empty()) out += fmt::format("{}{}\n", indent, line);
    if (clause.kind != ClauseKind::safeguard || clause.values.empty()) continue;
    safeguards += fmt::format("{}{}: {}", safeguards.empty() ? "" : ", ",
                              document::print_scalar(clause.values[0]),
                              clause.high == 0 ? clause.low : clause.high - 1);
  }
  if (!safeguards.empty()) out += fmt::format("{}safeguards: {{{}}}\n", indent, safeguards);
  return out;
}

std::string print_rule(const Rule& rule) {
  std::string out = "  - id: " + document::print_scalar(rule.id) + "\n";
  if (rule.clauses.empty()) out += "    everything: true\n";
  const auto blocks = blocks_of(rule.clauses);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (i == 0) {
      out += print_conditions(blocks[i], "    ");
      continue;
    }
    if (i == 1) out += "    also:\n";
    std::string block = print_conditions(blocks[i], "        ");
    if (!block.empty()) block[6] = '-';
    out += block;
  }
  if (!rule.duties.empty()) out += "    duties:\n";
  for (const auto& duty : rule.duties) {
    out += "      - " + document::print_scalar(duty.action);
    if (!duty.detail.empty()) out += ": " + document::print_scalar(duty.detail);
    out += '\n';
  }
  return out;
}

std::string print_unchecked(const Terms& terms) {
  std::string out = "title: " + document::print_scalar(terms.title) + "\n";
  if (!terms.law.empty()) out += fmt::format("law: {}\n", document::print_scalar(terms.law));
  if (!terms.labels.empty()) out += fmt::format("labels: {}\n", print_list(terms.labels));
  for (const auto& [effect, key] :
       {std::pair{Effect::permit, "permit:\n"}, std::pair{Effect::forbid, "forbid:\n"},
        std::pair{Effect::ask, "ask:\n"}}) {
    bool first = true;
    for (const auto& rule : terms.rules) {
      if (rule.effect != effect) continue;
      if (first) out += key;
      first = false;
      out += print_rule(rule);
    }
  }
  out += print_floor(terms.floor) + "\n";
  if (terms.retention_days > 0) {
    out += fmt::format("retention: {} {}\n", terms.retention_days,
                       terms.retention_days == 1 ? "day" : "days");
  }
  if (!terms.currency.empty()) out += "price: " + print_offer(terms.price, terms.currency) + "\n";
  out += terms.after_withdrawal == AfterWithdrawal::exclude ? "after_withdrawal: exclude\n"
                                                            : "after_withdrawal: ask-again\n";
  return out;
}

}  // namespace

std::vector<Clause> in_writing_order(const std::vector<Clause>& clauses) {
  std::vector<Clause> ordered;
  for (const auto& block : blocks_of(clauses)) {
    ordered.insert(ordered.end(), block.begin(), block.end());
  }
  return ordered;
}

std::string print_request(const Request& request) {
  std::string out;
  const auto words = [&](std::string_view key, const std::vector<std::string>& list) {
    if (!list.empty()) out += fmt::format("{}: {}\n", key, print_list(list));
  };
  words("purposes", request.purposes);
  words("actions", request.actions);
  words("recipients", request.recipients);
  words("jurisdictions", request.jurisdictions);
  if (request.duration_days > 0)
    out += fmt::format("duration: {} {}\n", request.duration_days,
                       request.duration_days == 1 ? "day" : "days");
  if (request.count > 0) out += fmt::format("count: {}\n", request.count);
  words("attestations", request.attestations);
  words("flags", request.flags);
  if (request.price_offered != 0) {
    out += fmt::format("price: {}\n", print_offer(request.price_offered, request.currency));
  }
  const auto text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) out += fmt::format("{}: {}\n", key, document::print_scalar(value));
  };
  text("justification", request.justification);
  text("project", request.project);
  return out;
}

Result<std::string> print_terms(const Terms& terms, const Vocabulary& vocabulary) {
  if (terms.vocabulary_sha256 && *terms.vocabulary_sha256 != vocabulary.digest()) {
    return malformed(fmt::format("these terms are written in other words, those whose digest is {}",
                                 to_hex(*terms.vocabulary_sha256).substr(0, 12)),
                     "`usufruct vocabulary list` shows the vocabularies of a ledger");
  }
  std::string text = print_unchecked(terms);
  const auto back =
      TRY_IN("terms that cannot be written as a file", parse_terms(text, "terms", vocabulary));
  Terms said = terms;
  said.comparison = {};  // of the record, with those before it; not of what is written
  if (back != said) {
    return malformed("these terms cannot be written as a file and read back the same",
                     "look at the record itself");
  }
  return text;
}

}  // namespace usufruct::terms
