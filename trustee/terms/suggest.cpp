#include <algorithm>

#include "crypto/base/sorted.h"
#include "trustee/terms/assessor.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/consent_judge.h"
#include "trustee/terms/licence_alternative.h"
#include "trustee/terms/money.h"
#include "trustee/terms/specification.h"

namespace usufruct::terms {
namespace {

/// The list of a request that a kind of clause looks at, as its file calls it.
struct WordField {
  ClauseKind kind;
  std::string_view name;
  std::vector<std::string> Request::*words;
};
constexpr WordField word_fields[] = {
    {ClauseKind::purpose, "purposes", &Request::purposes},
    {ClauseKind::action, "actions", &Request::actions},
    {ClauseKind::recipient, "recipients", &Request::recipients},
    {ClauseKind::jurisdiction, "jurisdictions", &Request::jurisdictions},
    {ClauseKind::attestation, "attestations", &Request::attestations},
    {ClauseKind::flag, "flags", &Request::flags},
};

const WordField* field_of(ClauseKind kind) {
  const auto found = std::ranges::find(word_fields, kind, &WordField::kind);
  return found == std::end(word_fields) ? nullptr : found;
}

bool holds(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

std::string print_days(std::uint32_t days) {
  return fmt::format("{} {}", days, days == 1 ? "day" : "days");
}

std::string print_offer(const Request& request) {
  return fmt::format("{{amount: {}, currency: {}}}",
                     print_amount(request.price_offered, request.currency), request.currency);
}

std::vector<Change> changes_between(const Request& from, const Request& to) {
  std::vector<Change> changes;
  for (const auto& field : word_fields) {
    for (const auto& word : from.*field.words) {
      if (!holds(to.*field.words, word)) {
        changes.push_back({ChangeKind::drop, std::string(field.name), word});
      }
    }
    for (const auto& word : to.*field.words) {
      if (!holds(from.*field.words, word)) {
        changes.push_back({ChangeKind::add, std::string(field.name), word});
      }
    }
  }
  const auto set = [&](std::string_view name, const std::string& before, const std::string& after) {
    if (before != after) changes.push_back({ChangeKind::set, std::string(name), after});
  };
  set("duration", print_days(from.duration_days), print_days(to.duration_days));
  set("count", std::to_string(from.count), std::to_string(to.count));
  set("price", print_offer(from), print_offer(to));
  sort_once(changes);
  return changes;
}

/// The request with one change taken back.
Request without(const Request& original, Request changed, const Change& change) {
  for (const auto& field : word_fields) {
    if (field.name != change.field) continue;
    auto& words = changed.*field.words;
    if (change.kind == ChangeKind::drop) words.push_back(change.value);
    if (change.kind == ChangeKind::add) std::erase(words, change.value);
  }
  if (change.field == "duration") changed.duration_days = original.duration_days;
  if (change.field == "count") changed.count = original.count;
  if (change.field == "price") {
    changed.price_offered = original.price_offered;
    changed.currency = original.currency;
  }
  return changed;
}

/// Rules of some effects by value, each once, so that their order in the terms does not show.
template <class IsWanted>
std::vector<const Rule*> sorted_rules(const Terms& terms, IsWanted is_wanted) {
  std::vector<const Rule*> rules;
  for (const auto& rule : terms.rules) {
    if (is_wanted(rule.effect)) rules.push_back(&rule);
  }
  const auto value_of = [](const Rule* rule) -> const Rule& { return *rule; };
  std::ranges::sort(rules, {}, value_of);
  const auto repeats = std::ranges::unique(rules, {}, value_of);
  rules.erase(repeats.begin(), repeats.end());
  return rules;
}

/// Walks a request towards one permit, and away from every forbid. What it ends with need not be
/// permitted: whoever asks evaluates it.
class Repair {
 public:
  Repair(const Terms& terms, std::span<const LicenceTerm* const> licences, const Context& context)
      : terms_(terms),
        licences_(licences),
        context_(context),
        refusing_(sorted_rules(terms, [](Effect effect) { return effect != Effect::permit; })),
        request_(context.request) {}

  Request towards(const Rule& permit) {
    drop_unknown();
    for (const auto& clause : permit.clauses) satisfy(clause);
    for (const Rule* rule : refusing_) escape(*rule);
    for (const auto* licence : licences_) escape(*licence);
    refill(permit);
    if (terms_.price > 0 &&
        (request_.currency != terms_.currency || request_.price_offered < terms_.price)) {
      request_.currency = terms_.currency;
      request_.price_offered = terms_.price;
    }
    return request_;
  }

 private:
  Context now() const {
    return {request_, context_.requester, context_.requester_id, context_.at, context_.vocabulary};
  }

  void drop_unknown() {
    for (const auto& field : word_fields) {
      if (field.kind == ClauseKind::attestation) continue;
      std::erase_if(request_.*field.words, [&](const std::string& word) {
        return context_.vocabulary.find(*scheme_of(field.kind), word) == nullptr;
      });
    }
  }

  void satisfy(const Clause& clause) {
    if (judge(clause, Effect::permit, terms_, now()) == Truth::true_) return;
    if (const WordField* field = field_of(clause.kind)) {
      auto& words = request_.*field->words;
      if (clause.kind == ClauseKind::attestation || clause.kind == ClauseKind::flag) {
        for (const auto& value : clause.values) {
          if (!holds(words, value)) words.push_back(value);
        }
        return;
      }
      std::erase_if(words, [&](const std::string& word) {
        return is_within(context_.vocabulary, field_scheme(clause.kind), word, clause.values) !=
               Truth::true_;
      });
      return;
    }
    const std::int64_t least = std::max<std::int64_t>(clause.low, 1);
    if (clause.kind == ClauseKind::duration) request_.duration_days = within(clause, least);
    if (clause.kind == ClauseKind::count) request_.count = within(clause, least);
    if (clause.kind == ClauseKind::price && !clause.values.empty()) {
      request_.currency = clause.values[0];
      request_.price_offered = clause.low;
    }
  }

  /// The end of the interval that is nearer to what was asked for.
  std::uint32_t within(const Clause& clause, std::int64_t least) const {
    const std::int64_t asked =
        clause.kind == ClauseKind::duration ? request_.duration_days : request_.count;
    const std::int64_t wanted =
        asked == 0 || clause.high == 0 || asked < clause.high ? least : clause.high - 1;
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted, 0, UINT32_MAX));
  }

  /// Drops what a forbid hits in the one clause where that takes the fewest words.
  void escape(const Rule& rule) {
    if (judge(rule, terms_, now()) == Truth::false_) return;
    std::optional<Request> best;
    std::size_t fewest = SIZE_MAX;
    for (const auto& clause : rule.clauses) {
      const WordField* field = field_of(clause.kind);
      if (field == nullptr) continue;
      Request tried = request_;
      const std::size_t dropped = std::erase_if(tried.*field->words, [&](const auto& word) {
        return is_hit(context_.vocabulary, field_scheme(clause.kind), word, clause.values) !=
               Truth::false_;
      });
      if (dropped > 0 && dropped < fewest) {
        fewest = dropped;
        best = std::move(tried);
      }
    }
    if (best) request_ = std::move(*best);
  }

  void escape(const LicenceTerm& row) {
    const auto drop = [&](ClauseKind kind, const std::vector<std::string>& values) {
      std::erase_if(request_.*field_of(kind)->words, [&](const auto& word) {
        return is_hit(context_.vocabulary, field_scheme(kind), word, values) != Truth::false_;
      });
    };
    drop(ClauseKind::purpose, row.forbid_purposes);
    drop(ClauseKind::action, row.forbid_actions);
    drop(ClauseKind::action, row.ask_actions);
  }

  /// Puts one permitted word into each list that the permit needs and that is empty now.
  void refill(const Rule& permit) {
    for (const auto& clause : permit.clauses) {
      const WordField* field = field_of(clause.kind);
      if (field == nullptr || !(request_.*field->words).empty()) continue;
      if (judge(clause, Effect::permit, terms_, now()) == Truth::true_) continue;
      if (const auto word = harmless(clause)) (request_.*field->words).push_back(*word);
    }
  }

  /// The first of a permit's words, or kinds of them, that nothing forbids.
  std::optional<std::string> harmless(const Clause& clause) const {
    const Scheme scheme = field_scheme(clause.kind);
    for (const auto& value : clause.values) {
      for (auto& word : context_.vocabulary.kinds_of(scheme, value)) {
        if (!is_forbidden(clause.kind, word)) return std::move(word);
      }
    }
    return std::nullopt;
  }

  bool is_forbidden(ClauseKind kind, const std::string& word) const {
    const auto hit = [&](const std::vector<std::string>& values) {
      return is_hit(context_.vocabulary, field_scheme(kind), word, values) != Truth::false_;
    };
    for (const Rule* rule : refusing_) {
      for (const auto& clause : rule->clauses) {
        if (clause.kind == kind && hit(clause.values)) return true;
      }
    }
    for (const auto* row : licences_) {
      if (kind == ClauseKind::purpose && hit(row->forbid_purposes)) return true;
      if (kind == ClauseKind::action && (hit(row->forbid_actions) || hit(row->ask_actions))) {
        return true;
      }
    }
    return false;
  }

  static Scheme field_scheme(ClauseKind kind) { return *scheme_of(kind); }

  const Terms& terms_;
  std::span<const LicenceTerm* const> licences_;
  const Context& context_;
  std::vector<const Rule*> refusing_;
  Request request_;
};

/// What a request is kept away from: the rows of the first alternative that has one for each
/// licence. Other alternatives may want less of the request; the first has the fewest duties. Empty
/// when no alternative has.
std::vector<const LicenceTerm*> rows_to_satisfy(const Licence& licence,
                                                const Vocabulary& vocabulary) {
  std::vector<const LicenceTerm*> rows;
  const auto alternatives = alternatives_of(licence.expression, vocabulary);
  if (!alternatives) return rows;
  for (const auto& alternative : *alternatives) {
    if (!is_known(alternative, vocabulary)) continue;
    for (const auto& part : alternative.parts) rows.push_back(row_of(part, vocabulary));
    break;
  }
  return rows;
}

}  // namespace

std::vector<Suggestion> suggest(const Terms& terms, std::span<const Licence> licences,
                                const Context& context, std::span<const FurtherTerms> further,
                                const ConsentsHeard& consents) {
  // A licence that no row describes abstains whatever is asked: no change to the request helps, and
  // the trustees read it in any case. What is suggested is what would be permitted but for it.
  std::vector<Licence> readable;
  std::vector<const LicenceTerm*> rows;
  for (const auto& licence : licences) {
    const auto more = rows_to_satisfy(licence, context.vocabulary);
    if (more.empty()) continue;
    readable.push_back(licence);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  const Assessor assessor(terms, readable, context.vocabulary, further);
  const ConsentJudge consent_judge(consents, context.vocabulary);
  const auto is_permitted = [&](const Request& request) {
    const Context changed{request, context.requester, context.requester_id, context.at,
                          context.vocabulary};
    return assessor.assess(changed, consent_judge, Detail::codes).answer == Answer::permit;
  };
  auto permits = sorted_rules(terms, [](Effect effect) { return effect == Effect::permit; });
  if (permits.size() > suggestion_rules_max) permits.resize(suggestion_rules_max);
  std::vector<Suggestion> found;
  for (const Rule* permit : permits) {
    Request request = Repair(terms, rows, context).towards(*permit);
    if (!is_permitted(request)) continue;
    for (const auto& change : changes_between(context.request, request)) {
      Request shorter = without(context.request, request, change);
      if (is_permitted(shorter)) request = std::move(shorter);
    }
    found.push_back({permit->id, changes_between(context.request, request), std::move(request)});
  }
  std::ranges::sort(found, [](const Suggestion& left, const Suggestion& right) {
    return std::tuple(left.changes.size(), left.rule, left.changes) <
           std::tuple(right.changes.size(), right.rule, right.changes);
  });
  const auto repeats = std::ranges::unique(found, {}, &Suggestion::changes);
  found.erase(repeats.begin(), repeats.end());
  if (found.size() > suggestion_count_max) found.resize(suggestion_count_max);
  return found;
}

}  // namespace usufruct::terms
