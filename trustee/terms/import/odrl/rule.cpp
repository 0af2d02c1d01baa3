#include "trustee/terms/import/odrl/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/text.h"
#include "ledger/record/id.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::array<std::string_view, 5> shared_properties = {
    "odrl:action", "odrl:target", "odrl:assignee", "odrl:assigner", "odrl:constraint"};

class RuleReader {
 public:
  RuleReader(RuleDraft& draft, const Source& source, const ImportOptions& options, Account& account)
      : draft_(draft),
        source_(source),
        options_(options),
        account_(account),
        constraints_(source, options.vocabulary) {}

  void read(const document::Node& rule, const Shared& shared) {
    Shared own;
    for (const auto& item : rule.items) {
      const std::string key = source_.names().property(item.key);
      if (is_shared(key)) own.emplace(key, &item);
    }
    for (const auto property : shared_properties) read_shared(property, own, shared);
    for (const auto& item : rule.items) read_member(item);
    draft_.when = Formula::all(std::move(conditions_));
  }
  void refuse(std::string what) { require(Formula::nothing(std::move(what))); }

 private:
  /// Adds a condition, and tells what becomes of it.
  void require(Formula condition) {
    if (condition.is_always()) return;
    odrl::tell(condition, draft_.where, account_);
    if (condition.kind == Formula::Kind::all) {
      std::ranges::move(condition.parts, std::back_inserter(conditions_));
    } else {
      conditions_.push_back(std::move(condition));
    }
  }

  void read_shared(std::string_view property, const Shared& own, const Shared& shared) {
    std::vector<const document::Node*> from;
    if (const auto found = own.find(property); found != own.end()) from.push_back(found->second);
    if (const auto found = shared.find(property); found != shared.end()) {
      const bool adds =
          from.empty() || draft_.effect != Effect::permit || property == "odrl:constraint";
      if (adds) {
        from.push_back(found->second);
      } else {
        account_.approximated(fmt::format("{}: the policy's {}", draft_.where, property),
                              "the rule's own",
                              "a permission that names its own is not made wider by the policy's");
      }
    }
    if (property == "odrl:action") return read_actions_of(from);
    for (const auto* item : from) {
      if (property == "odrl:target") read_target(*item);
      if (property == "odrl:assigner") read_assigner(*item);
      if (property == "odrl:constraint") require(constraints_.read_all(*item));
    }
    if (property == "odrl:assignee" && !from.empty()) read_assignees(from);
  }

  /// Any of the actions: those that nothing narrows are one list.
  void read_actions_of(const std::vector<const document::Node*>& from) {
    std::vector<Formula> any;
    Atom list{Atom::Says::words, Operator::is_any_of, ClauseKind::action, {}, {}, "action", ""};
    bool is_every = false;
    std::size_t count = 0;
    for (const auto* item : from) {
      auto actions = read_actions(*item, source_, constraints_);
      count += actions.size();
      for (auto& action : actions) {
        const bool is_any = action.word == "usufruct:any";
        is_every = is_every || (is_any && action.refinement.is_always());
        if (is_any && !action.refinement.is_always()) {
          any.push_back(std::move(action.refinement));
          continue;
        }
        const Term* term = find_word(options_.vocabulary, Scheme::action, action.word);
        if (!term) {
          if (is_any) continue;
          any.push_back(Formula::nothing(
              action.word.empty() ? "an action that is not read"
                                  : fmt::format("the action '{}'", printable(action.word, 100))));
        } else if (action.refinement.is_always()) {
          list.values.push_back(term->id);
          list.text += " " + action.word;
        } else {
          Atom one{Atom::Says::words,
                   Operator::eq,
                   ClauseKind::action,
                   {term->id},
                   {},
                   "action " + action.word,
                   ""};
          any.push_back(Formula::all({Formula::of(std::move(one)), std::move(action.refinement)}));
        }
      }
    }
    if (is_every) return account_.mapped(draft_.where + ": every action", "every action");
    if (count == 0) {
      return account_.approximated(draft_.where + ": (no action)", "every action",
                                   "the rule says of no action that it is about it");
    }
    if (!list.values.empty()) any.insert(any.begin(), Formula::of(std::move(list)));
    require(any.size() == 1 ? std::move(any.front()) : Formula::any(std::move(any)));
  }

  void read_target(const document::Node& item) {
    const auto values = source_.values(item, As::iri);
    for (const auto& value : values) {
      Target target{value.text, value.datatype == "odrl:AssetCollection"};
      if (value.node) {
        for (const auto& part : value.node->items) {
          const std::string key = source_.names().property(part.key);
          if (key == "odrl:source" && target.iri.empty()) {
            const auto inner = source_.values(part, As::iri);
            if (inner.size() == 1) target.iri = inner.front().text;
          } else if (key == "@type") {
            target.may_hold_others = target.may_hold_others || is_of_collection(part);
          } else if (key != "@id" && !is_remark(key)) {
            target.may_hold_others = true;
          }
        }
      }
      draft_.targets.push_back(std::move(target));
    }
  }

  /// Of several types one is enough; of one that is not read nobody knows.
  bool is_of_collection(const document::Node& types) const {
    const auto values = source_.values(types, As::word);
    return std::ranges::any_of(values, [](const Value& type) {
      const bool is_name = type.kind == Value::Kind::iri || type.kind == Value::Kind::node;
      return !is_name || type.text.empty() || type.text == "odrl:AssetCollection";
    });
  }

  void read_assigner(const document::Node& item) {
    const auto values = source_.values(item, As::iri);
    for (const auto& value : values) {
      account_.mapped(fmt::format("{}: assigner {}", draft_.where, Source::text_of(value)),
                      "who sets the terms");
    }
  }

  void read_assignees(const std::vector<const document::Node*>& from) {
    std::vector<Formula> any;
    for (const auto* item : from) {
      const auto values = source_.values(*item, As::iri);
      for (const auto& value : values) any.push_back(read_assignee(value));
    }
    if (any.empty()) any.push_back(Formula::nothing("an assignee that is not named"));
    require(any.size() == 1 ? std::move(any.front()) : Formula::any(std::move(any)));
  }

  Formula read_assignee(const Value& value) {
    std::string iri = value.text;
    std::vector<Formula> all;
    if (value.kind == Value::Kind::node && value.node) {
      for (const auto& part : value.node->items) {
        const std::string key = source_.names().property(part.key);
        if (key == "odrl:source" && iri.empty()) {
          const auto inner = source_.values(part, As::iri);
          if (inner.size() == 1) iri = inner.front().text;
        } else if (key != "@id" && key != "@type" && !is_remark(key)) {
          all.push_back(
              Formula::nothing(fmt::format("an assignee's '{}'", printable(part.key, 60))));
        }
      }
    }
    std::string text = "assignee " + printable(iri, 100);
    if (const auto id = party_of(iri)) {
      all.push_back(Formula::of(
          {Atom::Says::clause, Operator::eq, ClauseKind::actor, {*id}, {}, std::move(text), ""}));
    } else if (const Term* term = find_word(options_.vocabulary, Scheme::recipient, iri)) {
      all.push_back(Formula::of({Atom::Says::words,
                                 Operator::eq,
                                 ClauseKind::actor_class,
                                 {term->id},
                                 {},
                                 std::move(text),
                                 ""}));
    } else {
      all.push_back(Formula::nothing(std::move(text)));
    }
    return all.size() == 1 ? std::move(all.front()) : Formula::all(std::move(all));
  }

  std::optional<std::string> party_of(const std::string& iri) const {
    for (const auto& [name, id] : options_.parties) {
      if (shortened(name) == iri) return id;
    }
    return std::nullopt;
  }

  void read_member(const document::Node& item) {
    const std::string key = source_.names().property(item.key);
    const bool is_duty =
        (key == "odrl:duty" && draft_.effect == Effect::permit) || key == "usufruct:duty";
    if (is_shared(key)) return;
    if (key == "@id") {
      if (draft_.id.empty()) draft_.id = printable(source_.names().iri(item.text), 100);
    } else if (key == "usufruct:id") {
      draft_.id = item.text;
    } else if (key == "@type") {
      read_type(item);
    } else if (is_duty) {
      auto reading = read_duties(item, draft_.where, source_, options_.vocabulary, account_);
      std::ranges::move(reading.duties, std::back_inserter(draft_.duties));
      std::ranges::move(reading.conditions, std::back_inserter(conditions_));
    } else if (key == "odrl:remedy" && draft_.effect == Effect::forbid) {
      account_.approximated(draft_.where + ": remedy", "forbid",
                            "what is forbidden is not released, so that nothing is remedied");
    } else if (is_remark(key)) {
      account_.approximated(fmt::format("{}: {}", draft_.where, key), "nothing",
                            "a remark, which decides nothing");
    } else {
      refuse(fmt::format("'{}'", printable(item.key, 60)));
    }
  }

  void read_type(const document::Node& item) {
    const std::string_view expected = draft_.effect == Effect::permit   ? "odrl:Permission"
                                      : draft_.effect == Effect::forbid ? "odrl:Prohibition"
                                                                        : "usufruct:Question";
    const auto types = source_.values(item, As::word);
    for (const auto& type : types) {
      if (type.text == expected || type.text == "odrl:Rule") continue;
      refuse(fmt::format("the type '{}'", printable(type.text, 60)));
    }
  }

  RuleDraft& draft_;
  const Source& source_;
  const ImportOptions& options_;
  Account& account_;
  ConstraintReader constraints_;
  std::vector<Formula> conditions_;
};

/// Whether the rule itself is written there. An object that says no more than its name is one only
/// when the name is not of something that lies elsewhere: `uid` names what it stands in, and what
/// has no address cannot lie elsewhere.
bool is_rule(const Value& value) {
  if (!value.node) return false;
  if (value.kind == Value::Kind::node) return true;
  const bool is_named_here = value.node->items.front().key == "uid";
  return value.kind == Value::Kind::iri &&
         (is_named_here || value.text.starts_with("urn:") || value.text.starts_with("_:"));
}

}  // namespace

bool is_shared(std::string_view property) {
  return std::ranges::find(shared_properties, property) != shared_properties.end();
}

RuleDraft read_rule(const Value& value, Effect effect, std::string where, const Shared& shared,
                    const Source& source, const ImportOptions& options, Account& account) {
  RuleDraft draft;
  draft.effect = effect;
  draft.where = std::move(where);
  RuleReader reader(draft, source, options, account);
  static const document::Node nothing;
  const bool is_read = is_rule(value);
  if (!is_read) reader.refuse("what " + Source::text_of(value) + " says");
  reader.read(is_read ? *value.node : nothing, shared);
  return draft;
}

}  // namespace usufruct::terms::odrl
