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

/// One event, of all that is said of it wherever that stands; the strictest of what is said twice.
ConsentEvent read_consent_event(const document::Node& event, const std::string& source,
                                ConsentAccount& account);

/// States by themselves: `given`, `dpv:ConsentWithdrawn`. Given only if all of them say so. What
/// was ended elsewhere was never recorded here, and counts as refused; what is not known to be
/// given counts as requested. How it was expressed may stand among them.
ConsentStatus read_consent_status(const document::Node& states, const std::string& source,
                                  ConsentAccount& account, std::string& consent_type);

/// What is left of two states: given only if both are, refused if one is.
ConsentStatus stricter(ConsentStatus one, ConsentStatus other);

/// The event that counts: the latest. Several at that time, and all whose time is not told, are one
/// under the strictest of what they say, in whatever order they stand.
ConsentEvent last_of(std::span<const ConsentEvent> events);

}  // namespace usufruct::terms
