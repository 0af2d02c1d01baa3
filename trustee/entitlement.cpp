#include "trustee/entitlement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "trustee/quorum.h"

namespace usufruct {
namespace {

/// Whether the votes cast ever made a quorum: on one assessment, whichever that was.
bool had_quorum(const Graph& graph, const Logged& trust, const RecordId& request) {
  struct Count {
    std::size_t approvals = 0;
    std::size_t mandatory = 0;
  };
  std::map<Digest, Count> by_assessment;
  std::size_t mandatory_seats = 0;
  for (const auto& seat : seats_on(graph, trust, request)) {
    mandatory_seats += seat.mandatory ? 1 : 0;
    if (!seat.decision) continue;
    const auto& decision = *seat.decision->record.as<Decision>();
    if (decision.outcome != Outcome::approve || !decision.assessment) continue;
    auto& count = by_assessment[*decision.assessment];
    count.approvals += 1;
    count.mandatory += seat.mandatory ? 1 : 0;
  }
  const std::size_t threshold = trust.record.as<Trust>()->threshold;
  return std::ranges::any_of(by_assessment, [&](const auto& entry) {
    return entry.second.approvals >= threshold && entry.second.mandatory == mandatory_seats;
  });
}

/// What was taken back of all that a release needs; empty when nothing was.
std::string why_withdrawn(const Graph& graph, const Logged& request, const Holding& holding) {
  const auto trainer = party_ever_of(graph, request.record.issuer);
  const auto newest = trainer ? newest_party(graph, trainer->id) : nullptr;
  for (const auto& [record, what] :
       {std::pair{&request, "request"}, std::pair{holding.version.get(), "version"},
        std::pair{holding.dataset.get(), "dataset"}, std::pair{holding.trust.get(), "trust"},
        std::pair{newest.get(), "trainer's registration"}}) {
    if (record != nullptr && is_withdrawn(graph, record->id)) {
      return fmt::format("the {} was withdrawn", what);
    }
  }
  return {};
}

}  // namespace

std::string_view name_of(EntitlementState state) {
  switch (state) {
    case EntitlementState::none:
      return "none";
    case EntitlementState::active:
      return "active";
    case EntitlementState::suspended:
      return "suspended";
    case EntitlementState::expired:
      return "expired";
    case EntitlementState::exhausted:
      return "exhausted";
    case EntitlementState::revoked:
      return "revoked";
  }
  return "unknown";
}

std::size_t releases_made(const Graph& graph, const RecordId& request) {
  // Settlements are under a request too.
  const auto under = graph.referring(request, Role::under);
  return static_cast<std::size_t>(std::ranges::count(
      under, Kind::release, [](const LoggedPtr& logged) { return logged->record.kind(); }));
}

std::size_t releases_allowed(const Request& request) {
  return std::max<std::size_t>(1, request.count);
}

Result<Entitlement> entitlement_of(const Graph& graph, const RecordId& id, Time at) {
  const auto request = graph.find(id);
  const auto* asked = request ? request->record.as<Request>() : nullptr;
  const auto version = asked ? request->record.first(Role::for_) : std::nullopt;
  const auto holding = version ? holding_of(graph, *version) : std::nullopt;
  if (!holding) {
    return not_found(fmt::format("{} is no request for a version in this log", print_id(id)));
  }
  const auto counted = tally(graph, id, at);
  Entitlement is;
  is.made = releases_made(graph, id);
  is.allowed = releases_allowed(*asked);
  if (asked->duration_days != 0) is.until = request->time.plus_days(asked->duration_days);
  const auto set = [&](EntitlementState state, std::string why) {
    is.state = state;
    is.why = std::move(why);
    return is;
  };
  const bool is_granted = counted && counted->state == CaseState::approved;
  const bool was_granted = is_granted || is.made > 0 ||
                           (counted && counted->state == CaseState::ended) ||
                           had_quorum(graph, *holding->trust, id);
  if (!was_granted) return set(EntitlementState::none, "it was not granted");
  if (auto why = why_withdrawn(graph, *request, *holding); !why.empty()) {
    return set(EntitlementState::revoked, std::move(why));
  }
  if (is.until && at >= *is.until) {
    return set(EntitlementState::expired,
               fmt::format("the days asked for ended at {}", print_time(*is.until)));
  }
  if (is.made >= is.allowed) {
    return set(EntitlementState::exhausted,
               fmt::format("{} of {} releases were made", is.made, is.allowed));
  }
  if (const auto next = resubmission_of(graph, id)) {
    return set(EntitlementState::revoked,
               fmt::format("the trainer asked again instead, in {}", print_short(next->id)));
  }
  if (is_granted) {
    return set(EntitlementState::active,
               fmt::format("{} of {} releases are left", is.allowed - is.made, is.allowed));
  }
  return set(EntitlementState::suspended, counted ? counted->why : counted.error().message);
}

}  // namespace usufruct
