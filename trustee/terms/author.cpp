#include "trustee/terms/author.h"

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/document/fields.h"
#include "trustee/terms/author_floor.h"
#include "trustee/terms/author_keys.h"
#include "trustee/terms/author_limits.h"
#include "trustee/terms/author_words.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/day_of_year.h"
#include "trustee/terms/money.h"

namespace usufruct::terms {
namespace {

using document::Fields;
using document::Word;

constexpr std::int64_t k_limit = 1'000'000;

struct Price {
  std::int64_t amount = 0;
  std::string currency;
};

Result<Price> price(Fields& above, std::string_view key) {
  Price price;
  auto fields = TRY(above.mapping(key));
  if (!fields) return price;
  price.currency = TRY(fields->text("currency"));
  if (!is_currency(price.currency)) {
    return fields->fault("currency", fmt::format("'{}' is no currency", printable(price.currency)),
                         "write three capital letters, as EUR");
  }
  auto amount = parse_amount(TRY(fields->text("amount")), price.currency);
  if (!amount) return fields->fault("amount", amount.error().message, amount.error().hint);
  price.amount = *amount;
  CHECK_OK(fields->finish());
  return price;
}

/// An interval written as two bounds that are both within it, stored as [low, high); of days also
/// as `365 days`, which are the most.
Result<void> add_bounds(Fields& above, ClauseKind kind, std::string_view min_key,
                        std::string_view max_key, std::int64_t limit, Rule& rule) {
  const std::string key(name_of(kind));
  const document::Node* written = above.find(key);
  if (kind == ClauseKind::duration && written && written->kind == document::Kind::scalar) {
    const std::int64_t most = TRY(days(above, key));
    if (most == 0) return above.fault(key, "0 days permit nothing");
    rule.clauses.push_back({kind, {}, 0, most + 1});
    return {};
  }
  auto fields = TRY(above.mapping(key));
  if (!fields) return {};
  Clause clause{kind, {}, 0, 0};
  clause.low = TRY(fields->integer_or(min_key, 1, limit, 0));
  const std::int64_t max = TRY(fields->integer_or(max_key, 1, limit, 0));
  CHECK_OK(fields->finish());
  if (clause.low == 0 && max == 0) return above.fault(key, "neither bound is given");
  if (max != 0 && max < clause.low) return above.fault(key, "the bounds are the wrong way round");
  clause.high = max == 0 ? 0 : max + 1;
  rule.clauses.push_back(std::move(clause));
  return {};
}

Result<void> add_valid(Fields& above, Rule& rule) {
  auto fields = TRY(above.mapping("valid"));
  if (!fields) return {};
  const auto from = TRY(fields->time("from"));
  const auto to = TRY(fields->time("to"));
  CHECK_OK(fields->finish());
  const Clause clause{ClauseKind::time, {}, from ? from->ms : 0, to ? to->ms : 0};
  if (clause.low < 0 || clause.high < 0 || (clause.low == 0 && clause.high == 0) ||
      (clause.high != 0 && clause.low >= clause.high)) {
    return above.fault("valid", "the time holds nothing",
                       "write '{from: 2026-01-01, to: 2028-01-01}'; 'to' is not included");
  }
  rule.clauses.push_back(clause);
  return {};
}

Result<std::int64_t> day_of_year(Fields& fields, std::string_view key) {
  const std::string written = TRY(fields.text(key));
  if (const auto day = parse_day_of_year(written)) return *day;
  return fields.fault(key,
                      fmt::format("'{}' is no day of the year: '{}'", key, printable(written, 40)),
                      "write '{every: year, from: 11-01, to: 03-31}'; both days are included");
}

/// `{every: year, from: 11-01, to: 03-31}`: both days are in it.
Result<void> read_season(Fields& fields, Clause& clause) {
  clause.low = TRY(day_of_year(fields, "from"));
  clause.high = TRY(day_of_year(fields, "to")) + 1;
  if (clause.low != clause.high) return {};
  return fields.fault("to", "these days are the whole year", "leave 'recurring' out");
}

/// `{every: week, from: 540, to: 1080}`: minutes since Monday 00:00 UTC; or month × 100 + day. 'to'
/// is not in it.
Result<void> read_turn(Fields& fields, Clause& clause) {
  const bool is_week = clause.values[0] == "week";
  const std::int64_t min = is_week ? 0 : 101;
  const std::int64_t max = is_week ? 10'080 : 1232;
  clause.low = TRY(fields.integer("from", min, max));
  clause.high = TRY(fields.integer("to", min, max));
  if (clause.low != clause.high) return {};
  return fields.fault("to", "the time holds nothing");
}

Result<void> add_recurring(Fields& above, Rule& rule) {
  auto fields = TRY(above.mapping("recurring"));
  if (!fields) return {};
  const std::string every = TRY(fields->text("every"));
  if (every != "week" && every != "year") {
    return fields->fault("every", fmt::format("'{}' is no turn", printable(every)),
                         "write 'every: week' or 'every: year'");
  }
  Clause clause{ClauseKind::recurring, {every}, 0, 0};
  const std::string from = TRY(fields->text("from"));
  const std::string to = TRY(fields->text("to"));
  const bool is_season = every == "year" && (from.contains('-') || to.contains('-'));
  CHECK_OK(is_season ? read_season(*fields, clause) : read_turn(*fields, clause));
  CHECK_OK(fields->finish());
  rule.clauses.push_back(std::move(clause));
  return {};
}

Result<void> add_safeguards(Fields& above, Rule& rule) {
  auto fields = TRY(above.mapping("safeguards"));
  if (!fields) return {};
  for (const auto name : safeguard_names) {
    const std::int64_t bound = TRY(fields->integer_or(name, 1, k_limit, 0));
    if (bound == 0) continue;
    // A share of suppressed rows is good when it is small, everything else when it is large.
    const bool at_most = name == safeguard_names[2];
    rule.clauses.push_back(
        {ClauseKind::safeguard, {std::string(name)}, at_most ? 0 : bound, at_most ? bound + 1 : 0});
  }
  return fields->finish();
}

Result<void> add_actors(Fields& fields, Rule& rule) {
  Clause clause{ClauseKind::actor, {}, 0, 0};
  for (const auto& word : TRY(fields.words("actors"))) {
    const auto id = parse_id(word.text);
    if (!id) return fields.file().fault(word.place, id.error().message, "write a party's full id");
    clause.values.push_back(print_id(*id));
  }
  if (!clause.values.empty()) rule.clauses.push_back(std::move(clause));
  return {};
}

Result<void> add_offer(Fields& fields, Rule& rule) {
  const auto offer = TRY(price(fields, "price"));
  if (offer.currency.empty()) return {};
  if (offer.amount == 0) return fields.fault("price", "a price of nothing asks for nothing");
  rule.clauses.push_back({ClauseKind::price, {offer.currency}, offer.amount, 0});
  return {};
}

Result<void> add_duties(Fields& fields, const Vocabulary& vocabulary, Rule& rule) {
  const document::Node* node = fields.find("duties");
  if (node == nullptr) return {};
  if (node->kind == document::Kind::scalar) {
    const Word word{node->text, node->place};
    rule.duties.push_back({TRY(known_word(fields.file(), Scheme::duty, word, vocabulary)), ""});
    return {};
  }
  for (const auto* item : TRY(fields.sequence("duties"))) {
    Word word{item->text, item->place};
    std::string detail;
    if (item->kind == document::Kind::mapping && item->items.size() == 1) {
      word = {item->items[0].key, item->items[0].key_place};
      detail = item->items[0].text;
    } else if (item->kind != document::Kind::scalar) {
      return fields.file().fault(item->place, "a duty is a word, or one word with a text",
                                 "write '- attribute' or '- attribute: name the university'");
    }
    rule.duties.push_back({TRY(known_word(fields.file(), Scheme::duty, word, vocabulary)), detail});
  }
  return {};
}

/// The conditions of a rule, or of one block under its `also`: one of each kind.
Result<void> add_conditions(Fields& fields, const Vocabulary& vocabulary, Rule& rule) {
  CHECK_OK(add_actors(fields, rule));
  for (const auto& [kind, key] : word_keys) {
    const document::Node* written = fields.find(key);
    Clause clause{kind, TRY(known_words(fields, key, *scheme_of(kind), vocabulary)), 0, 0};
    if (written != nullptr && clause.values.empty()) {
      return fields.fault(key, fmt::format("'{}' lists nothing", key),
                          "leave it out, or list words");
    }
    if (!clause.values.empty()) rule.clauses.push_back(std::move(clause));
  }
  CHECK_OK(add_valid(fields, rule));
  CHECK_OK(add_recurring(fields, rule));
  CHECK_OK(add_bounds(fields, ClauseKind::duration, "days_min", "days_max", days_limit, rule));
  CHECK_OK(add_bounds(fields, ClauseKind::count, "min", "max", count_limit, rule));
  CHECK_OK(add_safeguards(fields, rule));
  return add_offer(fields, rule);
}

Result<Rule> read_rule(const document::File& file, const document::Node& node, Effect effect,
                       const Vocabulary& vocabulary) {
  auto fields = TRY(Fields::of(file, node));
  Rule rule;
  rule.effect = effect;
  rule.id = TRY(fields.text("id"));
  if (rule.id.empty()) return fields.fault("id", "'id' is empty");
  CHECK_OK(add_conditions(fields, vocabulary, rule));
  for (const auto* block : TRY(fields.sequence("also"))) {
    auto more = TRY(Fields::of(file, *block));
    const std::size_t before = rule.clauses.size();
    CHECK_OK(add_conditions(more, vocabulary, rule));
    CHECK_OK(more.finish());
    if (rule.clauses.size() == before) {
      return file.fault(block->place, "there is no condition in it", "leave it out");
    }
  }
  rule.clauses = in_writing_order(rule.clauses);
  CHECK_OK(add_duties(fields, vocabulary, rule));
  const bool everything = TRY(fields.boolean_or("everything", false));
  CHECK_OK(fields.finish());
  if (rule.clauses.empty() != everything) {
    return file.fault(
        node.place,
        fmt::format("the rule '{}' {}", printable(rule.id),
                    everything ? "is for everything and has conditions" : "has no condition"),
        "add purposes or actions, or write 'everything: true' alone");
  }
  return rule;
}

Result<void> read_rules(Fields& fields, std::string_view key, Effect effect,
                        const Vocabulary& vocabulary, Terms& terms) {
  for (const auto* node : TRY(fields.sequence(key))) {
    Rule rule = TRY(read_rule(fields.file(), *node, effect, vocabulary));
    if (std::ranges::find(terms.rules, rule.id, &Rule::id) != terms.rules.end()) {
      return fields.file().fault(node->place,
                                 fmt::format("the rule '{}' is written twice", printable(rule.id)),
                                 "give each rule its own id");
    }
    terms.rules.push_back(std::move(rule));
  }
  return {};
}

/// What terms that are not an owner's say of themselves: whose law they restate, which labels they
/// stand for.
Result<void> read_standing(Fields& fields, const Vocabulary& vocabulary, Terms& terms) {
  const auto law = TRY(known_words(fields, "law", Scheme::jurisdiction, vocabulary));
  if (law.size() > 1) return fields.fault("law", "only one jurisdiction is taken");
  if (!law.empty()) terms.law = law[0];
  terms.labels = TRY(fields.texts("labels"));
  if (terms.labels.size() > labels_max) {
    return fields.fault("labels", fmt::format("more than {} labels", labels_max));
  }
  return {};
}

}  // namespace

Result<Terms> parse_terms(std::string_view text, std::string_view name,
                          const Vocabulary& vocabulary) {
  const auto file = TRY(document::parse(text, name));
  CHECK_OK(check_sizes(file));
  auto fields = TRY(Fields::of(file, file.root));
  Terms terms;
  terms.title = TRY(fields.text("title"));
  CHECK_OK(read_standing(fields, vocabulary, terms));
  CHECK_OK(read_rules(fields, "permit", Effect::permit, vocabulary, terms));
  CHECK_OK(read_rules(fields, "forbid", Effect::forbid, vocabulary, terms));
  CHECK_OK(read_rules(fields, "ask", Effect::ask, vocabulary, terms));
  terms.floor = TRY(read_floor(fields));
  terms.retention_days = static_cast<std::uint32_t>(TRY(days(fields, "retention")));
  auto asked = TRY(price(fields, "price"));
  terms.price = asked.amount;
  terms.currency = std::move(asked.currency);
  const std::string after = TRY(fields.text_or("after_withdrawal", "exclude"));
  if (after != "exclude" && after != "ask-again") {
    return fields.fault("after_withdrawal", fmt::format("'{}' is not known", printable(after)),
                        "write 'exclude' or 'ask-again'");
  }
  if (after == "ask-again") terms.after_withdrawal = AfterWithdrawal::ask_again;
  CHECK_OK(fields.finish());
  terms.vocabulary_sha256 = vocabulary.digest();
  CHECK_OK(check_fits(file, terms));
  return terms;
}

Result<Request> parse_request(std::string_view text, std::string_view name,
                              const Vocabulary& vocabulary) {
  const auto file = TRY(document::parse(text, name));
  CHECK_OK(check_sizes(file));
  auto fields = TRY(Fields::of(file, file.root));
  Request request;
  const auto words = [&](std::string_view key, Scheme scheme) {
    return known_words(fields, key, scheme, vocabulary);
  };
  request.purposes = TRY(words("purposes", Scheme::purpose));
  request.actions = TRY(words("actions", Scheme::action));
  request.recipients = TRY(words("recipients", Scheme::recipient));
  request.jurisdictions = TRY(words("jurisdictions", Scheme::jurisdiction));
  request.duration_days = static_cast<std::uint32_t>(TRY(days(fields, "duration")));
  request.count = static_cast<std::uint32_t>(TRY(fields.integer_or("count", 0, count_limit, 0)));
  request.attestations = TRY(words("attestations", Scheme::attestation));
  request.flags = TRY(words("flags", Scheme::flag));
  auto offer = TRY(price(fields, "price"));
  request.price_offered = offer.amount;
  request.currency = std::move(offer.currency);
  request.justification = TRY(fields.text_or("justification", ""));
  request.project = TRY(fields.text_or("project", ""));
  CHECK_OK(fields.finish());
  for (const std::string_view key : {"purposes", "actions"}) {
    if ((key == "actions" ? request.actions : request.purposes).empty()) {
      return fields.fault(key, fmt::format("'{}' lists nothing", key), "say what is asked for");
    }
  }
  CHECK_OK(check_fits(file, request));
  return request;
}

}  // namespace usufruct::terms
