#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "trustee/holdings.h"

namespace usufruct {

/// Whether releases may be made under a request now, and if not, whether that can change
/// (specs/quorum.md §4, specs/lifecycles/entitlement.yaml). Of expired, exhausted and revoked none
/// ever leads back to a release.
enum class EntitlementState {
  none,       ///< was never granted
  active,     ///< granted, and a release is left
  suspended,  ///< was granted and is not now; it could be again, under other terms or by new votes
  expired,    ///< the days asked for are over
  exhausted,  ///< every release asked for was made
  revoked,    ///< the request, or what it is for, was withdrawn; or the trainer asked anew instead
};
std::string_view name_of(EntitlementState state);

/// Derived from the ledger each time it is asked for, never stored: the grant, the releases made,
/// the days, and what was taken back.
struct Entitlement {
  EntitlementState state = EntitlementState::none;
  std::string why;  ///< one sentence for a person
  std::size_t made = 0;
  std::size_t allowed = 1;
  std::optional<Time> until;  ///< the end of the days asked for; none: no end
};

/// `not_found` when there is no such request, or it names no version that this log holds. What the
/// terms decided by themselves and no release followed leaves no trace once it is over: `none`.
Result<Entitlement> entitlement_of(const Graph& graph, const RecordId& request, Time at);

/// Releases that were made under a request, and how many it asked for: at least one.
std::size_t releases_made(const Graph& graph, const RecordId& request);
std::size_t releases_allowed(const Request& request);

}  // namespace usufruct
