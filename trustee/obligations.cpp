#include "trustee/obligations.h"

#include "ledger/record/names.h"

namespace usufruct {
namespace {

/// Whether it is the same thing that is owed: the cause, the record, the party, what and by when.
bool says_the_same(const Record& opened, const Record& answer) {
  const auto& due = *opened.as<Obligation>();
  const auto& said = *answer.as<Obligation>();
  for (const Role role : {Role::caused_by, Role::on, Role::owed_by}) {
    if (opened.first(role) != answer.first(role)) return false;
  }
  return said.action == due.action && said.due == due.due;
}

bool is_owing(const Graph& graph, const Record& opened, std::string_view did) {
  const auto owed_by = opened.first(Role::owed_by);
  const auto party = owed_by ? newest_party(graph, *owed_by) : nullptr;
  return party && same_party(graph, party->record.issuer, did);
}

bool is_past_due(const Logged& opened, Time at) {
  const Time due = opened.record.as<Obligation>()->due;
  return due.ms != 0 && at >= due;
}

}  // namespace

bool is_final(ObligationState state) {
  switch (state) {
    case ObligationState::open:
    case ObligationState::acknowledged:
      return false;
    case ObligationState::done:
    case ObligationState::refused:
    case ObligationState::exempt:
      return true;
  }
  return true;
}

std::string_view rule_against_answer(const Graph& graph, const Logged& opened,
                                     ObligationState state, const Record& answer) {
  const auto said = answer.as<Obligation>()->state;
  if (opened.record.first(Role::answers) || said == ObligationState::open ||
      !says_the_same(opened.record, answer)) {
    return "obligation-answer";
  }
  const bool is_exempting = said == ObligationState::exempt;
  if (is_exempting && !same_party(graph, opened.record.issuer, answer.issuer)) {
    return "obligation-exempt";
  }
  if (!is_exempting && !is_owing(graph, opened.record, answer.issuer)) return "obligation-answer";
  const bool is_again = said == ObligationState::acknowledged && state == said;
  return is_final(state) || is_again ? "obligation-final" : "";
}

Owed owed(const Graph& graph, LoggedPtr opened, Time at) {
  Owed owed;
  owed.opened = std::move(opened);
  for (const auto& answer : graph.referring(owed.opened->id, Role::answers)) {
    if (answer->record.kind() != Kind::obligation) continue;
    if (!rule_against_answer(graph, *owed.opened, owed.state, answer->record).empty()) continue;
    owed.state = answer->record.as<Obligation>()->state;
    owed.answer = answer;
  }
  owed.is_late = !is_final(owed.state) && is_past_due(*owed.opened, at);
  return owed;
}

std::string print_state(const Owed& owed) {
  return name_of(owed.state) + (owed.is_late ? ", late" : "");
}

std::vector<Owed> all_owed(const Graph& graph, Time at) {
  std::vector<Owed> all;
  for (const auto& id : graph.of_kind(Kind::obligation)) {
    auto opened = graph.find(id);
    if (!opened || opened->record.first(Role::answers)) continue;
    all.push_back(owed(graph, std::move(opened), at));
  }
  return all;
}

}  // namespace usufruct
