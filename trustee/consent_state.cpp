#include "trustee/consent_state.h"

#include <algorithm>
#include <array>
#include <optional>

namespace usufruct {
namespace {

struct Names {
  std::string_view ours;
  std::string_view dpv;
};
constexpr std::array<Names, consent_state_count> names = {
    {{"unknown", "dpv:ConsentUnknown"},
     {"requested", "dpv:ConsentRequested"},
     {"deferred", "dpv:ConsentRequestDeferred"},
     {"given", "dpv:ConsentGiven"},
     {"renewed", "dpv:RenewedConsentGiven"},
     {"refused", "dpv:ConsentRefused"},
     {"withdrawn", "dpv:ConsentWithdrawn"},
     {"expired", "dpv:ConsentExpired"},
     {"invalidated", "dpv:ConsentInvalidated"},
     {"revoked", "dpv:ConsentRevoked"}}};

/// Whether the record was withdrawn by an entry before `size`.
bool withdrawn_before(const Graph& graph, const RecordId& id, std::uint64_t size) {
  std::optional<std::uint64_t> first;
  graph.visit_edges(id, Role::revokes, Order::oldest_first, [&first](const Edge& edge) {
    first = edge.index;
    return false;
  });
  return first && *first < size;
}

/// What a given or renewed consent comes to by the time.
ConsentState standing(const Record& record, const Consent& body, Time at, ConsentState valid) {
  const bool by_guardian = record.first(Role::guardian).has_value();
  if (by_guardian && body.age_out_at.ms == 0) return ConsentState::unknown;
  if (record.valid_from.ms != 0 && at < record.valid_from) return ConsentState::unknown;
  const Time end = ends_at(record);
  return end.ms != 0 && at >= end ? ConsentState::expired : valid;
}

}  // namespace

std::string_view name_of(ConsentState state) { return names[static_cast<std::size_t>(state)].ours; }
std::string_view dpv_name_of(ConsentState state) {
  return names[static_cast<std::size_t>(state)].dpv;
}

Time ends_at(const Record& consent) {
  const auto* body = consent.as<Consent>();
  const Time age_out = body != nullptr ? body->age_out_at : Time{};
  if (age_out.ms == 0) return consent.valid_to;
  return consent.valid_to.ms == 0 ? age_out : std::min(age_out, consent.valid_to);
}

LoggedPtr newest_consent(const Graph& graph, const RecordId& dataset, const RecordId& subject,
                         std::uint64_t size) {
  LoggedPtr newest;
  graph.visit_edges(subject, Role::subject, Order::newest_first, [&](const Edge& edge) {
    if (edge.index >= size) return true;
    auto consent = graph.find(edge.from);
    if (!consent || consent->record.kind() != Kind::consent ||
        consent->record.first(Role::covers) != dataset) {
      return true;
    }
    newest = std::move(consent);
    return false;
  });
  return newest;
}

ConsentState state_of_consent(const Graph& graph, const Logged& consent, Time at,
                              std::uint64_t size) {
  const auto* body = consent.record.as<Consent>();
  if (body == nullptr) return ConsentState::unknown;
  if (withdrawn_before(graph, consent.id, size)) return ConsentState::withdrawn;
  switch (body->status) {
    case ConsentStatus::given:
      return standing(consent.record, *body, at, ConsentState::given);
    case ConsentStatus::renewed:
      return standing(consent.record, *body, at, ConsentState::renewed);
    case ConsentStatus::refused:
      return ConsentState::refused;
    case ConsentStatus::requested:
      return ConsentState::requested;
    case ConsentStatus::deferred:
      return ConsentState::deferred;
    case ConsentStatus::invalidated:
      return ConsentState::invalidated;
    case ConsentStatus::revoked:
      return ConsentState::revoked;
  }
  return ConsentState::unknown;
}

bool is_not_yet_valid(const Record& consent, Time at) {
  const auto* body = consent.as<Consent>();
  return body != nullptr && gives_consent(body->status) && consent.valid_from.ms != 0 &&
         at < consent.valid_from;
}

ConsentState consent_state_of(const Graph& graph, const Logged& dataset, const RecordId& subject,
                              Time at, std::uint64_t size) {
  const auto newest = newest_consent(graph, dataset.id, subject, size);
  return newest ? state_of_consent(graph, *newest, at, size) : ConsentState::unknown;
}

}  // namespace usufruct
