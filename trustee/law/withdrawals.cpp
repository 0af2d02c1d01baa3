#include <fmt/format.h>

#include <algorithm>

#include "ledger/record/names.h"
#include "trustee/impact.h"
#include "trustee/law/rules.h"
#include "trustee/obligations.h"

// Taking back, and what must be done because of it.

namespace usufruct::law {
namespace {

/// What a withdrawal or incident reached, itself included.
bool reaches(const Case& it, const Logged& cause, const RecordId& on) {
  for (const Role role : {Role::revokes, Role::about}) {
    for (const auto& target : cause.record.all(role)) {
      if (target == on) return true;
      const auto reached = impact_of(it.graph, target);
      if (std::ranges::any_of(reached, [&](const Reached& r) { return r.record->id == on; })) {
        return true;
      }
    }
  }
  return false;
}

/// A community takes back what it consented to for its members, as their owner does for one.
bool gave_collectively(const Case& it, const Logged& target) {
  if (target.record.kind() != Kind::consent) return false;
  const auto community = target.record.first(Role::party);
  const auto party = community ? newest_party(it.graph, *community) : nullptr;
  return party && same_party(it.graph, party->record.issuer, it.record.issuer);
}

Result<void> check_answer(const Case& it) {
  const Owed owed = usufruct::owed(it.graph, named(it, Role::answers), it.candidate.time);
  const auto rule = rule_against_answer(it.graph, *owed.opened, owed.state, it.record);
  if (rule.empty()) return {};
  if (rule == "obligation-exempt") {
    return refuse(rule, "only who opened an obligation exempts from it",
                  "answer done or refused, with a note");
  }
  if (rule == "obligation-final") {
    return refuse(rule, fmt::format("the obligation is {} already", name_of(owed.state)),
                  "what is owed besides is opened as another obligation");
  }
  return refuse(rule,
                "an obligation is answered by the party that owes it, for the same cause, record, "
                "action and day, with acknowledged, done or refused");
}

}  // namespace

Result<void> check_withdrawal(const Case& it, const Withdrawal&) {
  for (const auto& id : it.record.all(Role::revokes)) {
    const auto target = it.graph.find(id);
    if (!issued_by_same(it, *target) && !gave_collectively(it, *target)) {
      return refuse("withdrawal-owner",
                    fmt::format("{} was stated by another party", print_short(id)),
                    "only who stated it takes it back");
    }
    if (is_withdrawn(it.graph, id)) {
      return refuse("withdrawal-once", fmt::format("{} is withdrawn already", print_short(id)));
    }
    const auto* consent = target->record.as<Consent>();
    if (consent != nullptr && !gives_consent(consent->status)) {
      return refuse("withdrawal-consent",
                    fmt::format("nothing was agreed to in {}: it is {}", print_short(id),
                                name_of(consent->status)),
                    "withdraw the consent that was given");
    }
  }
  return {};
}

Result<void> check_obligation(const Case& it, const Obligation& obligation) {
  const auto cause = named(it, Role::caused_by);
  if (it.record.first(Role::answers)) return check_answer(it);
  if (!issued_by_same(it, *cause) || obligation.state != ObligationState::open) {
    return refuse("obligation-cause",
                  "an obligation is opened by the party whose withdrawal or incident causes it");
  }
  if (!reaches(it, *cause, *it.record.first(Role::on))) {
    return refuse("obligation-reached", fmt::format("{} does not reach {}", print_short(cause->id),
                                                    print_short(*it.record.first(Role::on))));
  }
  const auto on = named(it, Role::on);
  const auto holder = holder_of(it.graph, *on);
  if (!holder || holder->id != newest_party(it.graph, *it.record.first(Role::owed_by))->id) {
    return refuse(
        "obligation-owed",
        fmt::format("{} is held by '{}', who alone can owe something for it", print_short(on->id),
                    holder ? holder->record.as<Party>()->name : "nobody"));
  }
  return {};
}

}  // namespace usufruct::law
