#include "trustee/terms/import/signal.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/author.h"

namespace usufruct::terms {
namespace {

constexpr std::size_t lines_max = 500;
constexpr std::size_t asks_max = 40;
constexpr std::size_t unknown_max = 8;
constexpr std::size_t words_bytes_max = 160;
/// Of people, which no reservation of works is about: open however broad what is allowed.
constexpr std::string_view about_people = "profile";

void join_onto(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  sort_once(words);
}

}  // namespace

std::string in_words(std::string_view what, const std::vector<std::string>& actions) {
  return fmt::format("{} actions {}", what, join(actions, " "));
}

Signal::Signal(std::string title, const ImportOptions& options) : options_(options) {
  imported_.terms.title = std::move(title);
  imported_.terms.floor = imported_floor;
  imported_.terms.vocabulary_sha256 = options.vocabulary.digest();
}

void Signal::allow(Allowance allowance) {
  if (allowance.actions.empty()) {
    // Limits of uses that are not named hold for whatever is left open too.
    if (!allowance.clauses.empty()) ask("do the limits hold that are said of uses not named?");
    return;
  }
  sort_once(allowance.duties);
  allowance.clauses = in_writing_order(allowance.clauses);
  for (const auto& action : allowance.actions) {
    if (vocabulary().contains(Scheme::action, action, about_people)) {
      leave_open({std::string(about_people)});
    }
  }
  const auto there = std::ranges::find_if(allowed_, [&](const Allowance& one) {
    return one.clauses == allowance.clauses && one.duties == allowance.duties;
  });
  if (there == allowed_.end()) {
    sort_once(allowance.actions);
    allowed_.push_back(std::move(allowance));
  } else {
    join_onto(there->actions, allowance.actions);
  }
}

void Signal::reserve(std::vector<std::string> actions, std::vector<Clause> clauses) {
  // Without actions it is of every one, where something else limits it.
  if (actions.empty() && clauses.empty()) return;
  if (actions.empty()) actions = vocabulary().words_apart_from(Scheme::action, {});
  clauses = in_writing_order(clauses);
  const auto there = std::ranges::find(reserved_, clauses, &Allowance::clauses);
  if (there == reserved_.end()) {
    sort_once(actions);
    reserved_.push_back({std::move(actions), std::move(clauses)});
  } else {
    join_onto(there->actions, actions);
  }
}

void Signal::ask(std::string question, std::vector<std::string> actions) {
  Rule rule{std::move(question), Effect::ask, {}, {}};
  sort_once(actions);
  if (!actions.empty()) rule.clauses.push_back({ClauseKind::action, std::move(actions), 0, 0});
  if (std::ranges::find(asks_, rule) != asks_.end()) return;
  if (asks_.size() == asks_max) {
    ++asks_left_out_;
  } else {
    asks_.push_back(std::move(rule));
  }
}

void Signal::leave_open(std::vector<std::string> actions) { join_onto(open_, actions); }

void Signal::tell_unknown(std::string_view name) {
  std::string shown = printable(name, 40);
  if (std::ranges::find(unknown_, shown) != unknown_.end()) return;
  if (unknown_.size() == unknown_max) {
    ++unknown_left_out_;
  } else {
    unknown_.push_back(std::move(shown));
  }
}

void Signal::tell(std::string_view source, Fidelity fidelity, std::string into, std::string loss) {
  if (imported_.lines.size() == lines_max) {
    ++lines_left_out_;
    return;
  }
  imported_.lines.push_back(
      {printable(source, words_bytes_max), fidelity, std::move(into), std::move(loss)});
}

std::vector<std::string> Signal::spoken() const {
  std::vector<std::string> words;
  for (const auto& one : allowed_) join_onto(words, one.actions);
  for (const auto& one : reserved_) {
    // What is reserved for some only is left open for others.
    if (one.is_plain()) join_onto(words, one.actions);
  }
  for (const auto& rule : asks_) {
    if (!rule.clauses.empty()) join_onto(words, rule.clauses.front().values);
  }
  return words;
}

/// What no preference is stated for. Where nothing is allowed that is all there is: what is
/// reserved is refused whatever else is asked.
std::vector<std::string> Signal::open() const {
  std::vector<std::string> words;
  if (options_.unstated == Unstated::leave) {
    // What is allowed without conditions is left with the rest, what has some is not.
    for (const auto& one : allowed_) {
      if (!one.is_plain()) join_onto(words, one.actions);
    }
    return vocabulary().words_apart_from(Scheme::action, words);
  }
  if (!allowed_.empty()) words = spoken();
  words = vocabulary().words_apart_from(Scheme::action, words);
  for (const auto& word : open_) {
    const bool is_in = std::ranges::any_of(words, [&](const auto& broad) {
      return vocabulary().contains(Scheme::action, broad, word);
    });
    if (!is_in) words.push_back(word);
  }
  sort_once(words);
  return words;
}

void Signal::add(Rule rule) {
  const std::string name = rule.id;
  for (int n = 2; !ids_.insert(rule.id).second; ++n) rule.id = fmt::format("{}-{}", name, n);
  imported_.terms.rules.push_back(std::move(rule));
}

void Signal::add_permits() {
  const auto is_reserved = [&](const std::string& action) {
    return std::ranges::any_of(reserved_, [&](const Allowance& one) {
      return one.is_plain() && std::ranges::any_of(one.actions, [&](const auto& word) {
               return vocabulary().contains(Scheme::action, word, action);
             });
    });
  };
  const bool are_all_plain = std::ranges::all_of(allowed_, &Allowance::is_plain);
  // Then they are within what is left open.
  if (options_.unstated == Unstated::leave && are_all_plain) return;
  for (auto& one : allowed_) {
    std::erase_if(one.actions, is_reserved);
    if (one.actions.empty()) continue;
    one.clauses.insert(one.clauses.begin(), {ClauseKind::action, one.actions, 0, 0});
    add({"allowed", Effect::permit, in_writing_order(one.clauses), one.duties});
  }
}

void Signal::add_reserved() {
  for (const auto& one : reserved_) {
    auto clauses = one.clauses;
    clauses.insert(clauses.begin(), {ClauseKind::action, one.actions, 0, 0});
    add({"reserved", Effect::forbid, in_writing_order(clauses), {}});
  }
}

void Signal::add_open() {
  const auto words = open();
  if (words.empty()) return;
  const Clause clause{ClauseKind::action, words, 0, 0};
  switch (options_.unstated) {
    case Unstated::leave:
      return add({"open", Effect::permit, {clause}, {}});
    case Unstated::forbid:
      return add({"open", Effect::forbid, {clause}, {}});
    case Unstated::ask:
      break;
  }
  std::string names = join(unknown_, ", ");
  if (unknown_left_out_ > 0) names += fmt::format(" and {} more", unknown_left_out_);
  const std::string known = names.empty() ? "" : fmt::format(" (not known here: {})", names);
  add({fmt::format("no preference is stated for this use{}: may it be made?", known),
       Effect::ask,
       {clause},
       {}});
}

Imported Signal::finish() && {
  if (imported_.lines.empty()) tell("(nothing)", Fidelity::mapped, "no preference");
  if (lines_left_out_ > 0) {
    imported_.lines.push_back({fmt::format("({} more)", lines_left_out_), Fidelity::approximated,
                               "as those of their kind", "too many to tell one by one"});
  }
  if (asks_left_out_ > 0) {
    asks_.push_back({fmt::format("{} more conditions of the source are not known here: are they "
                                 "met?",
                                 asks_left_out_),
                     Effect::ask,
                     {},
                     {}});
  }
  // Before permits are taken out of what is allowed: what was spoken of stays spoken of.
  Terms& terms = imported_.terms;
  add_open();
  add_permits();
  add_reserved();
  for (auto& rule : asks_) add(std::move(rule));
  std::ranges::stable_sort(terms.rules, {}, &Rule::effect);
  return std::move(imported_);
}

}  // namespace usufruct::terms
