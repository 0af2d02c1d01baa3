#include <fmt/format.h>

#include <algorithm>

#include "crypto/age.h"
#include "crypto/did_key.h"
#include "trustee/law/rules.h"

// Who there is: parties and trusts.

namespace usufruct::law {
namespace {

Result<void> check_party_keys(const Party& party) {
  if (party.name.empty()) return refuse("party-keys", "the party has no name");
  if (!party.receiving_key.empty()) {
    if (auto key = parse_age_recipient(party.receiving_key); !key) {
      return refuse("party-keys", "receiving key: " + key.error().message);
    }
  }
  if (!party.recovery_key.empty()) {
    if (auto key = parse_did_key(party.recovery_key); !key) {
      return refuse("party-keys", "recovery key: " + key.error().message);
    }
  }
  return {};
}

/// A newer record of a party: for another key, or with other facts under the same key.
Result<void> check_party_succession(const Case& it) {
  const auto before = named(it, Role::supersedes);
  if (it.graph.has_edge(before->id, Role::supersedes)) {
    return refuse("party-succession", "this party record was superseded already",
                  "supersede its newest record");
  }
  if (is_withdrawn(it.graph, before->id)) {
    return refuse("party-succession", "this party was withdrawn");
  }
  const auto& old = *before->record.as<Party>();
  const auto& verified = it.candidate.verified;
  const bool by_old_key = verified.signed_by(before->record.issuer);
  const bool by_recovery_key = !old.recovery_key.empty() && verified.signed_by(old.recovery_key);
  if (!by_old_key && !by_recovery_key) {
    return refuse("party-succession",
                  "neither the key it supersedes nor the recovery key signed it",
                  "sign with the old key, or with the recovery key named in advance");
  }
  const bool same_key = before->record.issuer == it.record.issuer;
  if (!same_key && party_ever_of(it.graph, it.record.issuer)) {
    return refuse("party-new", fmt::format("{} is registered already", it.record.issuer));
  }
  return {};
}

}  // namespace

Result<void> check_party(const Case& it, const Party& party) {
  CHECK_OK(check_party_keys(party));
  if (it.record.first(Role::supersedes)) return check_party_succession(it);
  if (party_ever_of(it.graph, it.record.issuer)) {
    return refuse("party-new", fmt::format("{} is registered already", it.record.issuer),
                  "supersede the registered record to change it");
  }
  return {};
}

Result<void> check_trust(const Case& it, const Trust& trust) {
  const auto trustees = it.record.all(Role::trustee);
  if (trust.threshold < 1 || trust.threshold > trustees.size()) {
    return refuse("trust-threshold",
                  fmt::format("{} of {} trustees cannot decide", trust.threshold, trustees.size()));
  }
  for (const auto& seat : it.record.all(Role::mandatory_seat)) {
    if (std::ranges::find(trustees, seat) == trustees.end()) {
      return refuse("trust-seats", fmt::format("{} holds a mandatory seat but is not a trustee",
                                               print_short(seat)));
    }
  }
  for (const auto& trustee : trustees) {
    const auto party = it.graph.find(trustee);
    if (newest_party(it.graph, trustee)->id != trustee || is_withdrawn(it.graph, trustee)) {
      return refuse("trust-seats", fmt::format("trustee {} is not the newest record of its party",
                                               print_short(trustee)));
    }
    if (!it.candidate.verified.signed_by(party->record.issuer)) {
      return refuse(
          "trust-accepted",
          fmt::format("trustee '{}' did not sign the charter", party->record.as<Party>()->name),
          "every trustee signs the charter: that is accepting the duty");
    }
  }
  if (it.record.first(Role::supersedes)) {
    const auto before = named(it, Role::supersedes);
    if (!issued_by_same(it, *before) || it.graph.has_edge(before->id, Role::supersedes)) {
      return refuse("trust-succession", "only the issuer of a charter supersedes it, and once");
    }
  }
  return {};
}

Result<void> check_agreement(const Case& it, const Agreement&) {
  for (const auto& id : it.record.all(Role::party)) {
    const auto party = newest_party(it.graph, id);
    if (!it.candidate.verified.signed_by(party->record.issuer)) {
      return refuse("agreement-signed", fmt::format("party '{}' did not sign the agreement",
                                                    party->record.as<Party>()->name));
    }
  }
  return {};
}

Result<void> check_settlement(const Case& it, const Settlement& settlement) {
  if (settlement.lines.empty() || settlement.currency.size() != 3) {
    return refuse("settlement-lines", "a settlement needs lines and an ISO 4217 currency");
  }
  for (const auto& line : settlement.lines) {
    if (!it.graph.find(RecordId{line.source})) {
      return refuse("settlement-lines",
                    fmt::format("{} is not in the log", print_digest(line.source)));
    }
  }
  return {};
}

}  // namespace usufruct::law
