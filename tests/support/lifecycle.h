#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/document/fields.h"

// The tables of specs/lifecycles, and the test that is generated from each. Format:
// specs/lifecycles/README.md.

namespace usufruct {

/// A lifecycle as its table says it, expanded: total, or parse() does not return.
struct Lifecycle {
  struct State {
    std::string name;
    std::string shows;  ///< what the fold says
  };
  /// `to` is what the fold says afterwards; or `rule` is who refuses.
  struct Cell {
    std::string to;
    std::string rule;
  };
  using Key = std::array<std::string, 3>;  ///< state, command or event, role (none for an event)

  std::string name;
  std::vector<State> states;
  std::set<std::string> terminal;
  std::vector<std::string> roles;
  std::vector<std::string> commands;
  std::vector<std::string> events;
  std::map<Key, Cell> cells;

  /// `malformed`: a name that is not declared, a rule that is not in `rules`, a row that answers no
  /// cell, a cell that no row answers.
  static Result<Lifecycle> parse(std::string_view text, std::string_view file,
                                 const std::set<std::string, std::less<>>& rules);

  bool is_terminal(std::string_view shown) const { return terminal.contains(std::string(shown)); }
};

/// One thing in one state, made of real records.
class LifecycleSubject {
 public:
  virtual ~LifecycleSubject() = default;
  /// What the fold says of it.
  virtual std::string state() const = 0;
  /// Has a role try a command, or (role empty) an event come: "admitted" or the rule's name.
  virtual std::string attempt(const std::string& what, const std::string& role) = 0;
};
/// A new one in the state of that name.
using LifecycleStage = std::function<std::unique_ptr<LifecycleSubject>(const std::string& state)>;

namespace lifecycle_detail {

using document::Fields;
using Names = std::vector<std::string>;

/// The names a row gives under a key, each known; all of them when it gives none.
inline Result<Names> named_or_all(Fields& row, std::string_view key, const Names& all) {
  const auto words = TRY(row.words(key));
  if (words.empty()) return all;
  Names names;
  for (const auto& word : words) {
    if (std::ranges::find(all, word.text) == all.end()) {
      return row.file().fault(word.place, fmt::format("'{}' is not declared", word.text));
    }
    names.push_back(word.text);
  }
  return names;
}

/// Reads one command or event into the cells.
class Rows {
 public:
  Rows(Lifecycle& into, const std::set<std::string, std::less<>>& rules)
      : into_(into), rules_(rules) {
    for (const auto& state : into.states) {
      states_.push_back(state.name);
      shown_.insert(state.shows);
    }
  }

  Result<void> read(const document::File& file, const document::Node& rows, const Names& roles) {
    for (const auto& item : rows.items) {
      auto row = TRY(Fields::of(file, item));
      const Names states = TRY(named_or_all(row, "in", states_));
      const Names by = TRY(named_or_all(row, "by", roles));
      const std::string to = TRY(row.text_or("to", ""));
      const std::string rule = TRY(row.text_or("rule", ""));
      CHECK_OK(row.finish());
      if (to.empty() == rule.empty()) return row.fault("", "a row has one of `to` and `rule`");
      if (!rule.empty() && !rules_.contains(rule))
        return row.fault("rule", "there is no such rule");
      if (!to.empty() && to != "same" && !shown_.contains(to)) {
        return row.fault("to", "no state shows that");
      }
      if (fill(states, rows.key, by, {to, rule}) == 0) {
        return row.fault("", "this row answers nothing that those above it leave open");
      }
    }
    for (const auto& state : states_) {
      for (const auto& role : roles) {
        if (into_.cells.contains({state, rows.key, role})) continue;
        return file.fault(rows.key_place,
                          fmt::format("'{}' in '{}' by '{}' has no answer", rows.key, state, role));
      }
    }
    return {};
  }

 private:
  std::size_t fill(const Names& states, const std::string& what, const Names& by,
                   const Lifecycle::Cell& cell) {
    std::size_t filled = 0;
    for (const auto& state : states) {
      Lifecycle::Cell here = cell;
      const auto at = std::ranges::find(into_.states, state, &Lifecycle::State::name);
      if (here.to == "same") here.to = at->shows;
      for (const auto& role : by)
        filled += into_.cells.try_emplace({state, what, role}, here).second;
    }
    return filled;
  }

  Lifecycle& into_;
  const std::set<std::string, std::less<>>& rules_;
  Names states_;
  std::set<std::string> shown_;
};

inline Result<Lifecycle::State> read_state(const document::File& file, const document::Node& node) {
  if (node.kind != document::Kind::mapping) return Lifecycle::State{node.key, node.key};
  auto fields = TRY(Fields::of(file, node));
  const std::string shows = TRY(fields.text_or("shows", node.key));
  CHECK_OK(fields.text("means"));
  CHECK_OK(fields.finish());
  return Lifecycle::State{node.key, shows};
}

}  // namespace lifecycle_detail

inline Result<Lifecycle> Lifecycle::parse(std::string_view text, std::string_view name,
                                          const std::set<std::string, std::less<>>& rules) {
  namespace detail = lifecycle_detail;
  const auto file = TRY(document::parse(text, name));
  auto fields = TRY(detail::Fields::of(file, file.root));
  Lifecycle made;
  made.name = TRY(fields.text("lifecycle"));
  const auto items_of = [&](std::string_view key) {
    const auto* node = fields.find(key);
    return node == nullptr ? std::vector<document::Node>() : node->items;
  };
  for (const auto& state : items_of("states")) {
    made.states.push_back(TRY(detail::read_state(file, state)));
  }
  for (const auto& role : items_of("roles")) made.roles.push_back(role.key);
  for (const auto& word : TRY(fields.words("terminal"))) {
    if (std::ranges::find(made.states, word.text, &State::shows) == made.states.end()) {
      return file.fault(word.place, "no state shows that");
    }
    made.terminal.insert(word.text);
  }
  detail::Rows rows(made, rules);
  for (const auto& command : items_of("commands")) {
    made.commands.push_back(command.key);
    CHECK_OK(rows.read(file, command, made.roles));
  }
  for (const auto& event : items_of("events")) {
    made.events.push_back(event.key);
    CHECK_OK(rows.read(file, event, {""}));
  }
  CHECK_OK(fields.finish());
  for (const auto& [key, cell] : made.cells) {
    const auto from = std::ranges::find(made.states, key[0], &State::name);
    if (made.is_terminal(from->shows) && !cell.to.empty() && !made.is_terminal(cell.to)) {
      return malformed(fmt::format("{}: '{}' leads from the terminal '{}' to '{}'", name, key[1],
                                   key[0], cell.to));
    }
  }
  return made;
}

/// The table specs/lifecycles/NAME.yaml. `rules`: anything whose items have a `name`.
template <class Rules>
Lifecycle read_lifecycle(const std::string& name, const Rules& rules) {
  const std::string path = fmt::format("specs/lifecycles/{}.yaml", name);
  std::ifstream stream(std::string(USUFRUCT_SOURCE_DIR) + "/" + path);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  std::set<std::string, std::less<>> names;
  for (const auto& rule : rules) names.emplace(rule.name);
  auto table = Lifecycle::parse(text, path, names);
  INFO((table ? "" : table.error().message));
  REQUIRE(table);
  REQUIRE(table->name == name);
  return std::move(*table);
}

/// Tries every cell. What is refused must change nothing, so a subject is used until a command is
/// admitted. Says how many cells there were.
inline void check_lifecycle(const Lifecycle& table, const LifecycleStage& stage) {
  std::size_t allowed = 0;
  std::size_t refused = 0;
  for (const auto& state : table.states) {
    CAPTURE(state.name);
    auto subject = stage(state.name);
    REQUIRE(subject->state() == state.shows);
    for (const auto& [key, cell] : table.cells) {
      if (key[0] != state.name) continue;
      CAPTURE(key[1]);
      CAPTURE(key[2]);
      const std::string verdict = subject->attempt(key[1], key[2]);
      CHECK(verdict == (cell.rule.empty() ? "admitted" : cell.rule));
      CHECK(subject->state() == (cell.rule.empty() ? cell.to : state.shows));
      (cell.rule.empty() ? allowed : refused) += 1;
      if (verdict == "admitted") subject = stage(state.name);
    }
  }
  REQUIRE(allowed + refused ==
          table.states.size() * (table.commands.size() * table.roles.size() + table.events.size()));
  std::cout << fmt::format(
      "{}: {} states x {} commands x {} roles and {} events: {} cells, "
      "{} allowed, {} refused\n",
      table.name, table.states.size(), table.commands.size(), table.roles.size(),
      table.events.size(), allowed + refused, allowed, refused);
}

}  // namespace usufruct
