#include "trustee/terms/import/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/author.h"
#include "trustee/terms/day_of_year.h"

namespace usufruct::terms {
namespace {

constexpr std::size_t labels_max = 100;
constexpr std::size_t communities_max = 16;

/// `11-01/03-31`, both days in it, as the [low, high) of a clause.
std::optional<Clause> clause_of(std::string_view season) {
  const auto parts = split(season, '/');
  if (parts.size() != 2) return std::nullopt;
  const auto first = parse_day_of_year(parts[0]);
  const auto last = parse_day_of_year(parts[1]);
  if (!first || !last || *last + 1 == *first) return std::nullopt;
  return Clause{ClauseKind::recurring, {"year"}, *first, *last + 1};
}

class Importer {
 public:
  explicit Importer(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  Result<void> add(std::string_view written) {
    const auto equals = written.find('=');
    const LabelTerm* label = vocabulary_.find_label(written.substr(0, equals));
    if (!label) {
      refuse(written);
      return {};
    }
    if (!given_.insert(label->id).second) {
      return malformed(fmt::format("'{}' is given twice", label->id));
    }
    imported_.terms.labels.push_back(label->id);
    std::optional<std::string_view> value;
    if (equals != written.npos) value = written.substr(equals + 1);
    into_.clear();
    is_enforced_ = false;
    apply(*label);
    CHECK_OK(ask(*label, value));
    const bool is_asked_only = !is_enforced_ && !label->ask.empty();
    const auto fidelity = is_asked_only                              ? Fidelity::refused
                          : label->loss.empty() && !needs_judgement_ ? Fidelity::mapped
                                                                     : Fidelity::approximated;
    imported_.lines.push_back({std::string(written), fidelity,
                               into_.empty() ? "nothing" : join(into_, "; "), label->loss});
    return {};
  }

  Imported finish() {
    Terms& terms = imported_.terms;
    terms.title = "Imported from labels of Local Contexts";
    terms.floor = imported_floor;
    terms.vocabulary_sha256 = vocabulary_.digest();
    sort_once(terms.labels);
    clauses_ = in_writing_order(clauses_);
    terms.rules.push_back({"labels", Effect::permit, clauses_, duties_});
    // What the labels do not permit is denied, and not asked about.
    for (auto& rule : asks_) {
      rule.clauses.insert(rule.clauses.end(), clauses_.begin(), clauses_.end());
      rule.clauses = in_writing_order(rule.clauses);
    }
    for (auto* rules : {&refusals_, &asks_}) {
      std::ranges::move(*rules, std::back_inserter(terms.rules));
    }
    if (!asks_.empty()) {
      imported_.lines.push_back({"(the community's seat)", Fidelity::approximated, "ask",
                                 "terms ask all trustees: give the community a mandatory seat in "
                                 "the trust's charter, so that nothing is approved without it"});
    }
    imported_.lines.push_back({"(what no label speaks of)", Fidelity::approximated, "permits it",
                               "the community sets them beside the owner's (usufruct terms set), "
                               "or the owner meets them with its own (usufruct terms meet)"});
    return std::move(imported_);
  }

 private:
  void refuse(std::string_view written) {
    std::vector<std::string> names;
    for (const auto& label : vocabulary_.labels()) names.push_back(label.id);
    const auto meant = nearest(to_lower_ascii(written), names);
    add_ask(fmt::format("does the label '{}' permit this?", printable(written, 100)), {});
    imported_.lines.push_back(
        {printable(written, 100), Fidelity::refused, "ask",
         "no such label is known" + (meant ? fmt::format(": did you mean '{}'?", *meant) : "")});
  }

  /// What a machine enforces.
  void apply(const LabelTerm& label) {
    if (!label.classes.empty()) {
      add_clause(ClauseKind::actor_class, Scheme::recipient, label.classes, "classes");
      add_clause(ClauseKind::recipient, Scheme::recipient, label.classes, "recipients");
    }
    add_clause(ClauseKind::purpose, Scheme::purpose, label.purposes, "purposes");
    forbid(ClauseKind::purpose, Scheme::purpose, label.forbid_purposes, "purposes");
    forbid(ClauseKind::action, Scheme::action, label.forbid_actions, "actions");
    for (const auto& duty : label.duties) {
      is_enforced_ = true;
      into_.push_back("duty " + duty);
      const Duty one{duty, fmt::format("as the label {} says", label.label(Language::en))};
      if (std::ranges::find(duties_, one) == duties_.end()) duties_.push_back(one);
    }
  }

  /// What only the community can judge.
  Result<void> ask(const LabelTerm& label, std::optional<std::string_view> value) {
    needs_judgement_ = !label.ask.empty();
    if (value && label.value == LabelValue::none) {
      return malformed(fmt::format("'{}' takes no value", label.id), "write it alone");
    }
    if (value && label.value == LabelValue::season) return limit_to_season(label, *value);
    if (value && label.value == LabelValue::communities) return ask_each(label, *value);
    if (label.ask.empty()) return {};
    std::vector<Clause> clauses;
    if (!label.ask_purposes.empty()) {
      clauses.push_back({ClauseKind::purpose, full_ids(Scheme::purpose, label.ask_purposes), 0, 0});
    }
    into_.push_back(clauses.empty() ? "ask" : "ask about purposes " + join(clauses[0].values, " "));
    add_ask(fmt::format("does the community's seat agree: {} ({})?", label.ask,
                        label.label(Language::en)),
            std::move(clauses));
    return {};
  }

  Result<void> limit_to_season(const LabelTerm& label, std::string_view value) {
    auto season = clause_of(value);
    if (!season) {
      return malformed(fmt::format("'{}={}' is no season", label.id, printable(value, 40)),
                       "write its first and its last day, month before day, as tk:s=11-01/03-31");
    }
    needs_judgement_ = false;
    is_enforced_ = true;
    clauses_.push_back(*std::move(season));
    into_.push_back(fmt::format("from {} every year", value));
    return {};
  }

  Result<void> ask_each(const LabelTerm& label, std::string_view value) {
    const auto names = split(value, ',');
    if (names.size() > communities_max || std::ranges::any_of(names, &std::string_view::empty)) {
      return malformed(fmt::format("'{}={}' names no communities", label.id, printable(value, 40)),
                       fmt::format("write up to {}, as {}=hill-village,lake-village",
                                   communities_max, label.id));
    }
    for (const auto name : names) {
      add_ask(fmt::format("does the seat of '{}' agree ({})?", printable(name, 60),
                          label.label(Language::en)),
              {});
    }
    into_.emplace_back("ask each");
    return {};
  }

  std::vector<std::string> full_ids(Scheme scheme, const std::vector<std::string>& words) const {
    std::vector<std::string> ids;
    for (const auto& word : words) {
      // A word that nobody knows is judged unknown, which permits nothing.
      const Term* term = vocabulary_.find(scheme, word);
      ids.push_back(term ? term->id : word);
    }
    return ids;
  }

  void add_clause(ClauseKind kind, Scheme scheme, const std::vector<std::string>& words,
                  std::string_view key) {
    if (words.empty()) return;
    Clause clause{kind, full_ids(scheme, words), 0, 0};
    is_enforced_ = true;
    into_.push_back(fmt::format("{} {}", key, join(clause.values, " ")));
    if (std::ranges::find(clauses_, clause) == clauses_.end()) {
      clauses_.push_back(std::move(clause));
    }
  }

  void forbid(ClauseKind kind, Scheme scheme, const std::vector<std::string>& words,
              std::string_view key) {
    if (words.empty()) return;
    const Clause clause{kind, full_ids(scheme, words), 0, 0};
    is_enforced_ = true;
    into_.push_back(fmt::format("forbids {} {}", key, join(clause.values, " ")));
    const auto is_there = [&](const Rule& rule) { return rule.clauses.front() == clause; };
    if (std::ranges::any_of(refusals_, is_there)) return;
    const std::string name =
        refusals_.empty() ? "labels-forbid" : fmt::format("labels-forbid-{}", refusals_.size() + 1);
    refusals_.push_back({name, Effect::forbid, {clause}, {}});
  }

  void add_ask(std::string question, std::vector<Clause> clauses) {
    if (std::ranges::find(asks_, question, &Rule::id) != asks_.end()) return;
    asks_.push_back({std::move(question), Effect::ask, std::move(clauses), {}});
  }

  const Vocabulary& vocabulary_;
  Imported imported_;
  std::set<std::string> given_;
  std::vector<Clause> clauses_;
  std::vector<Duty> duties_;
  std::vector<Rule> refusals_;
  std::vector<Rule> asks_;
  // Of the label at hand.
  std::vector<std::string> into_;
  bool is_enforced_ = false;
  bool needs_judgement_ = false;
};

}  // namespace

Result<Imported> read_labels(std::string_view text, const ImportOptions& options) {
  std::string spaced(text);
  std::ranges::replace_if(
      spaced, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  Importer importer(options.vocabulary);
  std::size_t count = 0;
  for (const auto label : split(spaced, ' ')) {
    if (label.empty()) continue;
    if (++count > labels_max) {
      return malformed(fmt::format("there are more than {} labels", labels_max));
    }
    CHECK_OK(importer.add(label));
  }
  if (count == 0) return malformed("no label is given", "as tk:nc or tknc");
  return importer.finish();
}

}  // namespace usufruct::terms
