#include "trustee/entitlement.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/view/earlier_graph.h"
#include "trustee/quorum.h"

namespace usufruct {
namespace {

/// Whether it ever stood approved, whatever became of it since: when it was made, after a vote on
/// it, or, where the charter lets the terms decide, after terms were set or taken back.
bool was_approved(const Graph& graph, const Logged& request, const Holding& holding) {
  std::vector<LoggedPtr> moments;
  for (auto& vote : graph.referring(request.id, Role::on)) {
    const auto* decision = vote->record.as<Decision>();
    if (decision != nullptr && decision->outcome == Outcome::approve) moments.push_back(vote);
  }
  for (const auto& governed : {holding.dataset->id, holding.trust->id}) {
    for (auto& terms : graph.referring(governed, Role::governs)) {
      for (auto& end : graph.referring(terms->id, Role::revokes)) moments.push_back(std::move(end));
      moments.push_back(std::move(terms));
    }
  }
  EarlierGraph then(graph);
  const auto is_approved_after = [&](const Logged& record) {
    if (record.index < request.index) return false;
    then.show(record.index + 1);
    const auto counted = tally(then, request.id, record.time);
    return counted && counted->state == CaseState::approved;
  };
  return is_approved_after(request) || std::ranges::any_of(moments, [&](const LoggedPtr& logged) {
           return is_approved_after(*logged);
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
                           was_approved(graph, *request, *holding);
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
