#include "trustee/terms/import/odrl/duty.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::size_t detail_bytes_max = 200;
constexpr std::size_t consequences_max = 8;

std::string short_name(std::string_view word) {
  const auto colon = word.find(':');
  return printable(colon == word.npos ? word : word.substr(colon + 1), 60);
}

/// The amount to pay, when that is all a formula says.
const Atom* only_offer(const Formula& formula) {
  if (formula.kind == Formula::Kind::atom) {
    const bool is_offer = formula.atom.says == Atom::Says::offer;
    return is_offer && (formula.atom.op == Operator::gteq || formula.atom.op == Operator::gt)
               ? &formula.atom
               : nullptr;
  }
  const bool is_one = formula.kind == Formula::Kind::all && formula.parts.size() == 1;
  return is_one ? only_offer(formula.parts.front()) : nullptr;
}

class DutyReader {
 public:
  DutyReader(const std::string& where, const Source& source, const Vocabulary& vocabulary,
             Account& account)
      : where_(where),
        source_(source),
        vocabulary_(vocabulary),
        constraints_(source, vocabulary),
        account_(account) {}

  void read(const document::Node& property) {
    const auto values = source_.values(property, As::iri);
    for (const auto& value : values) read(value);
  }
  DutyReading take() { return std::move(reading_); }

 private:
  /// One duty, its parts gathered.
  struct Draft {
    std::vector<Action> actions;
    std::vector<Formula> when;
    std::vector<std::string> remarks;
    std::vector<std::string> unread;
    std::string own_detail;
  };

  void read(const Value& value) {
    if (value.kind != Value::Kind::node || !value.node) {
      return refuse("the duty " + Source::text_of(value));
    }
    Draft draft;
    for (const auto& item : value.node->items) read_member(item, draft);
    if (draft.actions.empty()) return refuse("a duty without an action");
    if (!draft.unread.empty()) {
      return refuse(fmt::format("the duty '{}' with {}", short_name(draft.actions.front().word),
                                join(draft.unread, ", ")));
    }
    for (auto& action : draft.actions) add(action, draft);
  }

  void read_member(const document::Node& item, Draft& draft) {
    const std::string key = source_.names().property(item.key);
    if (key == "odrl:action") {
      draft.actions = read_actions(item, source_, constraints_);
    } else if (key == "odrl:constraint") {
      draft.when.push_back(constraints_.read_all(item));
    } else if (key == "usufruct:detail") {
      draft.own_detail = item.text;
    } else if (key == "odrl:consequence") {
      draft.remarks.push_back("or else " + consequences_of(item));
    } else if (key == "odrl:target" || key == "odrl:assigner" || key == "odrl:assignee" ||
               (key.starts_with("odrl:") && key.ends_with("Party"))) {
      std::vector<std::string> whom;
      for (const auto& value : source_.values(item, As::iri)) {
        whom.push_back(Source::text_of(value));
      }
      draft.remarks.push_back(short_name(key) + " " + join(whom, ", "));
    } else if (key != "@id" && key != "@type" && !is_remark(key)) {
      draft.unread.push_back(fmt::format("'{}'", printable(item.key, 60)));
    }
  }

  /// The duties that follow when this one is not fulfilled, in words.
  std::string consequences_of(const document::Node& property) {
    std::vector<std::string> words;
    for (const auto& value : source_.values(property, As::iri)) {
      if (value.kind != Value::Kind::node || words.size() == consequences_max) {
        words.push_back(Source::text_of(value));
        continue;
      }
      for (const auto& item : value.node->items) {
        if (source_.names().property(item.key) != "odrl:action") continue;
        for (const auto& action : read_actions(item, source_, constraints_)) {
          words.push_back(described(action.word, action.refinement));
        }
      }
    }
    return join(words, ", ");
  }
  static std::string described(const std::string& word, const Formula& formula) {
    return formula.is_always() ? short_name(word)
                               : fmt::format("{} ({})", short_name(word), text_of(formula));
  }

  void refuse(std::string what) {
    reading_.conditions.push_back(Formula::nothing(std::move(what)));
  }

  void add(Action& action, const Draft& draft) {
    std::vector<Formula> when = draft.when;
    if (!action.refinement.is_always()) when.push_back(action.refinement);
    std::erase_if(when, [](const Formula& one) { return one.is_always(); });
    const Formula all = Formula::all(std::move(when));
    const Term* term = find_word(vocabulary_, Scheme::duty, action.word);
    if (!term) return refuse("the duty '" + described(action.word, all) + "'");
    if (term->id == "compensate" && !all.is_always()) return add_price(action, all, draft);
    add_word(*term, action, all, draft);
  }

  void add_price(const Action& action, const Formula& when, const Draft& draft) {
    const Atom* offer = only_offer(when);
    if (!offer) return refuse("the duty '" + described(action.word, when) + "'");
    std::string source = fmt::format("{}: duty {}", where_, described(action.word, when));
    if (draft.remarks.empty()) {
      account_.mapped(std::move(source), "price");
    } else {
      account_.approximated(std::move(source), "price",
                            "nothing here knows: " + printable(join(draft.remarks, "; ")));
    }
    reading_.conditions.push_back(when);
  }

  void add_word(const Term& term, const Action& action, const Formula& when, const Draft& draft) {
    std::vector<std::string> details = draft.remarks;
    if (!when.is_always()) details.insert(details.begin(), text_of(when));
    std::string detail = printable(join(details, "; "), detail_bytes_max);
    if (!draft.own_detail.empty()) detail = draft.own_detail;
    std::string source = fmt::format("{}: duty {}", where_, short_name(action.word));
    if (details.empty()) {
      account_.mapped(std::move(source), "duty " + term.id);
    } else {
      account_.approximated(
          std::move(source), "duty " + term.id,
          fmt::format("a word to the recipient that nothing here measures: {}", detail));
    }
    reading_.duties.push_back({term.id, std::move(detail)});
  }

  const std::string& where_;
  const Source& source_;
  const Vocabulary& vocabulary_;
  ConstraintReader constraints_;
  Account& account_;
  DutyReading reading_;
};

}  // namespace

std::vector<Action> read_actions(const document::Node& property, const Source& source,
                                 ConstraintReader& constraints) {
  std::vector<Action> actions;
  const auto values = source.values(property, As::word);
  for (const auto& value : values) {
    Action action{value.text, {}};
    if (value.kind == Value::Kind::node) {
      std::vector<Formula> narrowed;
      for (const auto& item : value.node->items) {
        const std::string key = source.names().property(item.key);
        if (key == "rdf:value") {
          const auto inner = source.values(item, As::word);
          action.word = inner.size() == 1 ? inner.front().text : "";
          if (inner.size() == 1 && inner.front().kind == Value::Kind::node) {
            narrowed.push_back(Formula::nothing("an action's value that says more"));
          }
        } else if (key == "odrl:refinement") {
          narrowed.push_back(constraints.read_all(item));
        } else if (key != "@id" && key != "@type" && !is_remark(key)) {
          narrowed.push_back(
              Formula::nothing(fmt::format("an action's '{}'", printable(item.key, 60))));
        }
      }
      action.refinement = Formula::all(std::move(narrowed));
    } else if (value.kind == Value::Kind::other) {
      action.word.clear();
    }
    actions.push_back(std::move(action));
  }
  return actions;
}

DutyReading read_duties(const document::Node& property, const std::string& where,
                        const Source& source, const Vocabulary& vocabulary, Account& account) {
  DutyReader reader(where, source, vocabulary, account);
  reader.read(property);
  return reader.take();
}

}  // namespace usufruct::terms::odrl
