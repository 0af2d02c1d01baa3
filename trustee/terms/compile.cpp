#include <algorithm>
#include <set>

#include "trustee/terms/clause.h"
#include "trustee/terms/consent_rules.h"
#include "trustee/terms/licence_alternative.h"
#include "trustee/terms/policy.h"
#include "trustee/terms/policy_code.h"
#include "trustee/terms/specification.h"

namespace usufruct::terms {
namespace {

RuleKind kind_of(Effect effect) {
  if (effect == Effect::permit) return RuleKind::permit;
  return effect == Effect::forbid ? RuleKind::forbid : RuleKind::ask;
}

class Compiler {
 public:
  explicit Compiler(const Vocabulary& vocabulary)
      : vocabulary_(vocabulary), layout_(SlotLayout::of(vocabulary)) {}

  std::vector<std::uint64_t> take() && {
    code_.shrink_to_fit();
    return std::move(code_);
  }

  void rules(const Terms& terms, LayerKind layer, Next next = Next::is_another) {
    floor_ = terms.floor;
    is_foreign_ = is_foreign(terms, vocabulary_);
    begin_layer();
    bool has_permit = false;
    for (const auto& rule : terms.rules) {
      begin_rule();
      for (const auto& clause : rule.clauses) add(clause, rule.effect);
      end_rule(kind_of(rule.effect));
      has_permit |= rule.effect == Effect::permit;
    }
    end_layer(layer, layer != LayerKind::owner && !has_permit, next);
  }

  void licence(std::span<const Licence> licences) {
    // What holds without a choice is one layer; a choice is a run of them. Each once.
    Together always;
    std::set<std::vector<Together>> choices;
    for (const auto& licence : licences) {
      const auto alternatives = alternatives_of(licence.expression, vocabulary_);
      if (!alternatives) {
        always.asks = true;
      } else if (alternatives->size() == 1) {
        add_to(always, alternatives->front());
      } else {
        std::vector<Together> choice(alternatives->size());
        for (std::size_t i = 0; i < choice.size(); ++i) add_to(choice[i], (*alternatives)[i]);
        choices.insert(std::move(choice));
      }
    }
    licence_layer(always, Next::is_another);
    for (const auto& choice : choices) {
      for (const auto& one : choice) {
        licence_layer(one, &one == &choice.back() ? Next::is_another : Next::is_alternative);
      }
    }
  }

  /// One that covers is enough: each is an alternative. The last says what it comes to when none
  /// does.
  void consents(const ConsentsHeard& consents) {
    if (!consents.is_needed) return;
    for (const auto& consent : consents.valid) {
      const Terms terms = rules_of(consent);
      if (!terms.rules.empty()) rules(terms, LayerKind::consent, Next::is_alternative);
    }
    begin_layer();
    if (unheard(consents) == Answer::abstain) {
      begin_rule();
      end_rule(RuleKind::ask);
    }
    end_layer(LayerKind::consent, false);
  }

  void price(const Terms& terms) {
    begin_layer();
    if (terms.price > 0) {
      begin_rule();
      put({.test = Test::price_below},
          {static_cast<std::uint64_t>(terms.price), currency_number(terms.currency)});
      end_rule(RuleKind::forbid);
    }
    end_layer(LayerKind::price, true);
  }

 private:
  struct Open {
    std::size_t at = 0;
    std::size_t parts = 0;
  };

  /// What all of some licences say at once.
  struct Together {
    std::set<std::string> rows;  // by id
    bool asks = false;           ///< one of them, or all, nobody has a row for

    auto operator<=>(const Together&) const = default;
  };

  void add_to(Together& together, const LicenceAlternative& alternative) const {
    for (const auto& part : alternative.parts) {
      const LicenceTerm* row = row_of(part, vocabulary_);
      if (row) together.rows.insert(row->id);
      together.asks |= row == nullptr;
    }
  }

  /// At most four rules, however many licences there are: to be hit by one of several lists is to
  /// be hit by all of them in one.
  void licence_layer(const Together& together, Next next) {
    begin_layer();
    const auto add_part = [&](Slot slot, const std::vector<std::string> LicenceTerm::*list,
                              RuleKind kind) {
      std::vector<std::string> words;
      for (const auto& id : together.rows) {
        const auto& more = vocabulary_.find_licence(id)->*list;
        words.insert(words.end(), more.begin(), more.end());
      }
      begin_rule();
      hit(slot, words, nothing_is_false);
      end_rule(kind);
    };
    if (!together.rows.empty()) {
      add_part(Slot::purpose, &LicenceTerm::forbid_purposes, RuleKind::forbid);
      add_part(Slot::action, &LicenceTerm::forbid_actions, RuleKind::forbid);
      add_part(Slot::action, &LicenceTerm::ask_actions, RuleKind::ask);
    }
    if (together.asks) {
      begin_rule();
      end_rule(RuleKind::ask);
    }
    end_layer(LayerKind::licence, true, next);
  }

  void add(const Clause& clause, Effect effect) {
    if (is_foreign_ && terms::scheme_of(clause.kind)) return constant(Truth::unknown);
    switch (clause.kind) {
      case ClauseKind::actor:
        return actor(clause);
      case ClauseKind::actor_class:
        return words(clause, effect, Test::any_within);
      case ClauseKind::action:
      case ClauseKind::purpose:
      case ClauseKind::jurisdiction:
        return words(clause, effect, Test::every_within);
      case ClauseKind::recipient:
        return words(clause, effect, Test::recipient_within);
      case ClauseKind::attestation:
      case ClauseKind::flag:
        return brought(clause, effect);
      case ClauseKind::time:
        return number(clause, Question::Number::time, 0);
      case ClauseKind::duration:
        return number(clause, Question::Number::duration, zero_is_unknown);
      case ClauseKind::count:
        return number(clause, Question::Number::count, zero_is_unknown);
      case ClauseKind::recurring:
        return recurring(clause);
      case ClauseKind::safeguard:
        return constant(judge_safeguard(clause, floor_));
      case ClauseKind::price:
        return price_clause(clause);
    }
    constant(Truth::unknown);
  }

  void words(const Clause& clause, Effect effect, Test within) {
    if (clause.values.empty()) return constant(Truth::unknown);
    const Slot slot = *slot_of(clause.kind);
    if (effect != Effect::permit) return hit(slot, clause.values, 0);
    const auto [kinds, unknown] = kinds_of(slot, clause.values);
    put(head(within, slot, unknown), kinds.cells());
  }

  void hit(Slot slot, const std::vector<std::string>& values, std::uint64_t flags) {
    const auto [kinds, unknown] = kinds_of(slot, values);
    const WordSet broad = vocabulary_.overlapping(scheme_of(slot), kinds);
    std::vector<std::uint64_t> cells(kinds.cells().begin(), kinds.cells().end());
    cells.insert(cells.end(), broad.cells().begin(), broad.cells().end());
    put(head(Test::any_hit, slot, unknown | flags), cells);
  }

  void brought(const Clause& clause, Effect effect) {
    if (clause.values.empty()) return constant(Truth::unknown);
    const Slot slot = *slot_of(clause.kind);
    const auto [kinds, unknown] = kinds_of(slot, clause.values);
    if (effect != Effect::permit) {
      // A broader word than the forbidden one is no word that was forbidden: nobody brings more
      // than it says.
      std::vector<std::uint64_t> cells(kinds.cells().begin(), kinds.cells().end());
      cells.resize(2 * cells.size());
      return put(head(Test::any_hit, slot, unknown != 0 ? unknown : nothing_is_false), cells);
    }
    std::vector<std::uint64_t> cells;
    for (const std::size_t place : vocabulary_.places_of(scheme_of(slot), clause.values)) {
      const auto& one = vocabulary_.kinds_at(scheme_of(slot), place);
      cells.insert(cells.end(), one.cells().begin(), one.cells().end());
    }
    put(head(Test::all_brought, slot, unknown), cells);
  }

  void number(const Clause& clause, Question::Number which, std::uint64_t flags) {
    if (!is_interval(clause.low, clause.high)) return constant(Truth::unknown);
    put({.test = Test::number,
         .subject = static_cast<std::uint8_t>(which),
         .flags = flags | end_of(clause)},
        {static_cast<std::uint64_t>(clause.low), static_cast<std::uint64_t>(clause.high)});
  }

  void recurring(const Clause& clause) {
    const auto turn = turn_of(clause);
    if (!turn) return constant(Truth::unknown);
    const auto which = *turn == Turn::week ? Question::Number::week : Question::Number::year;
    put({.test = Test::turn, .subject = static_cast<std::uint8_t>(which)},
        {static_cast<std::uint64_t>(clause.low), static_cast<std::uint64_t>(clause.high)});
  }

  void price_clause(const Clause& clause) {
    if (clause.values.size() != 1) return constant(Truth::unknown);
    // An interval that says nothing: whatever is offered, it is unknown.
    if (!is_interval(clause.low, clause.high)) return constant(Truth::unknown);
    put({.test = Test::price, .flags = end_of(clause)},
        {static_cast<std::uint64_t>(clause.low), static_cast<std::uint64_t>(clause.high),
         currency_number(clause.values[0])});
  }

  void actor(const Clause& clause) {
    std::uint64_t flags = clause.values.empty() ? has_unknown_value : 0;
    std::vector<std::uint64_t> ids;
    for (const auto& value : clause.values) {
      const auto id = parse_id(value);
      if (!id) {
        flags = has_unknown_value;
        continue;
      }
      const View bytes = id->digest.view();
      for (std::size_t i = 0; i < 4; ++i) ids.push_back(read_u64(bytes.subspan(8 * i)));
    }
    put({.test = Test::actor, .flags = flags}, ids);
  }

  static std::uint64_t end_of(const Clause& clause) { return clause.high == 0 ? is_open : 0; }
  void constant(Truth truth) {
    put({.test = Test::constant, .subject = static_cast<std::uint8_t>(truth)}, {});
  }

  /// All kinds of some words, and whether one of them is not known.
  std::pair<WordSet, std::uint64_t> kinds_of(Slot slot,
                                             const std::vector<std::string>& words) const {
    const Scheme scheme = scheme_of(slot);
    return {vocabulary_.all_kinds_of(scheme, words),
            vocabulary_.knows(scheme, words) ? 0 : has_unknown_value};
  }

  ClauseHead head(Test test, Slot slot, std::uint64_t flags) const {
    const auto at = static_cast<std::size_t>(slot);
    return {.test = test,
            .subject = static_cast<std::uint8_t>(slot),
            .flags = flags,
            .width = layout_.begin[at + 1] - layout_.begin[at],
            .begin = layout_.begin[at]};
  }

  void put(const ClauseHead& head, std::span<const std::uint64_t> payload) {
    code_.push_back(head.with_length(payload.size()));
    code_.insert(code_.end(), payload.begin(), payload.end());
    ++rule_.parts;
  }
  void put(const ClauseHead& head, std::initializer_list<std::uint64_t> payload) {
    put(head, std::span(payload.begin(), payload.size()));
  }

  void begin_layer() {
    layer_ = {code_.size(), 0};
    code_.push_back(0);
  }
  void end_layer(LayerKind kind, bool permits, Next next = Next::is_another) {
    code_[layer_.at] = layer_head(kind, permits, next, layer_.parts, code_.size() - layer_.at - 1);
  }
  void begin_rule() {
    rule_ = {code_.size(), 0};
    code_.push_back(0);
    ++layer_.parts;
  }
  void end_rule(RuleKind kind) {
    code_[rule_.at] = rule_head(kind, rule_.parts, code_.size() - rule_.at - 1);
  }

  const Vocabulary& vocabulary_;
  SlotLayout layout_;
  Floor floor_;              // of the terms that are being compiled
  bool is_foreign_ = false;  // whether they are written in other words
  std::vector<std::uint64_t> code_;
  Open layer_;
  Open rule_;
};

}  // namespace

Policy Policy::of(const Terms& terms, std::span<const Licence> licences,
                  const Vocabulary& vocabulary, std::span<const FurtherTerms> further,
                  const ConsentsHeard& consents) {
  Compiler compiler(vocabulary);
  compiler.rules(terms, LayerKind::owner);
  compiler.licence(licences);
  compiler.consents(consents);
  for (const auto& one : further) compiler.rules(*one.terms, one.layer);
  compiler.price(terms);
  Policy policy;
  policy.code_ = std::move(compiler).take();
  return policy;
}

Policy Policy::of_layer(const Terms& terms, LayerKind layer, const Vocabulary& vocabulary) {
  Compiler compiler(vocabulary);
  compiler.rules(terms, layer);
  Policy policy;
  policy.code_ = std::move(compiler).take();
  return policy;
}

}  // namespace usufruct::terms
