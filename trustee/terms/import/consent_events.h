#pragma once

#include <optional>
#include <span>
#include <string>

#include "trustee/terms/import/consent_account.h"

namespace usufruct::terms {

/// One event in the life of a consent elsewhere.
struct ConsentEvent {
  std::optional<Time> at;
  ConsentStatus status = ConsentStatus::requested;
  Time valid_from;
  Time valid_to;
  std::string consent_type;
};

ConsentEvent read_consent_event(const document::Node& event, const std::string& source,
                                ConsentAccount& account);

/// States by themselves: `given`, `dpv:ConsentWithdrawn`. Given only if all of them say so. What
/// was ended elsewhere was never recorded here, and counts as refused; what is not known to be
/// given counts as requested. How it was expressed may stand among them.
ConsentStatus read_consent_status(const document::Node& states, const std::string& source,
                                  ConsentAccount& account, std::string& consent_type);

/// The event that counts: the latest. Of several at the same time, or at times that are not told,
/// one that gives nothing, if there is one.
ConsentEvent last_of(std::span<const ConsentEvent> events);

}  // namespace usufruct::terms
