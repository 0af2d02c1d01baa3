#pragma once

#include <string_view>

#include "ledger/view/graph.h"
#include "trustee/holdings.h"

namespace usufruct {

/// Where the consent of one data subject on one dataset stands: a pure fold over the ledger, never
/// stored. Table: specs/lifecycles/consent.yaml. The states are those of ISO/IEC TS 27560 as DPV
/// names them; only given and renewed let a row be used.
enum class ConsentState : std::uint8_t {
  unknown,      ///< nothing was recorded, or it does not hold yet
  requested,    ///< asked, not answered
  deferred,     ///< asked, will answer later
  given,        ///< valid
  renewed,      ///< valid
  refused,      ///< said no
  withdrawn,    ///< taken back by the subject, a guardian or the community
  expired,      ///< its time is over, or the subject came of age
  invalidated,  ///< found never to have been valid
  revoked,      ///< ended by the owner
};
inline constexpr std::size_t consent_state_count = 10;
std::string_view name_of(ConsentState state);
/// `dpv:ConsentGiven`, …
std::string_view dpv_name_of(ConsentState state);

constexpr bool is_valid(ConsentState state) {
  return state == ConsentState::given || state == ConsentState::renewed;
}

/// Asked, or not even that: neither yes nor no was said, or not for the time being.
constexpr bool is_pending(ConsentState state) {
  return state == ConsentState::unknown || state == ConsentState::requested ||
         state == ConsentState::deferred;
}

/// When a consent stops to hold: the earlier of its own end and the age-out, whatever else it says.
/// 0: open.
Time ends_at(const Record& consent);

/// The newest consent record of a subject on a dataset among the first `size` entries, whatever
/// became of it; or null. Cost: the subject's newest records.
LoggedPtr newest_consent(const Graph& graph, const RecordId& dataset, const RecordId& subject,
                         std::uint64_t size);

/// What a consent that no newer one supersedes says at a time, among the first `size` entries. A
/// guardian's consent without an age-out never holds.
ConsentState state_of_consent(const Graph& graph, const Logged& consent, Time at,
                              std::uint64_t size);

/// Whether a consent that was given holds from a later moment on: its state is `unknown` till then.
bool is_not_yet_valid(const Record& consent, Time at);

/// The state of a subject's consent on a dataset at a time, as of the first `size` entries.
ConsentState consent_state_of(const Graph& graph, const Logged& dataset, const RecordId& subject,
                              Time at, std::uint64_t size);

}  // namespace usufruct
