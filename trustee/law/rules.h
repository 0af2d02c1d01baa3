#pragma once

#include "ledger/law.h"
#include "trustee/holdings.h"

// The parts of the law, one function per kind of record. Called by usufruct_law() after the rules
// that hold for every kind: the issuer is registered, each ref names a record of the right kind.

namespace usufruct::law {

/// What every rule looks at.
struct Case {
  const Graph& graph;
  const Candidate& candidate;
  const Record& record;
};

/// A refusal by rule.
std::unexpected<Error> refuse(std::string_view rule, std::string message, std::string hint = {});

/// The record a role names; the rules on refs have made sure it is there.
LoggedPtr named(const Case& it, Role role);
/// Whether the issuer is the party that issued another record, across changes of key.
bool issued_by_same(const Case& it, const Logged& other);

/// Refs: table of (kind, role) -> kinds of target and how many.
Result<void> check_refs(const Case& it);

Result<void> check_party(const Case& it, const Party& party);
Result<void> check_trust(const Case& it, const Trust& trust);
Result<void> check_dataset(const Case& it, const Dataset& dataset);
Result<void> check_version(const Case& it, const Version& version);
Result<void> check_consent(const Case& it, const Consent& consent);
Result<void> check_terms(const Case& it, const Terms& terms);
Result<void> check_licence(const Case& it, const Licence& licence);
Result<void> check_agreement(const Case& it, const Agreement& agreement);
Result<void> check_request(const Case& it, const Request& request);
Result<void> check_decision(const Case& it, const Decision& decision);
Result<void> check_release(const Case& it, const Release& release);
/// What a run does, in the words of the actions vocabulary.
std::string_view action_of(RunType type);
Result<void> check_run(const Case& it, const Run& run);
Result<void> check_model(const Case& it, const Model& model);
Result<void> check_withdrawal(const Case& it, const Withdrawal& withdrawal);
Result<void> check_obligation(const Case& it, const Obligation& obligation);
Result<void> check_vocabulary(const Case& it, const Vocabulary& vocabulary);
Result<void> check_settlement(const Case& it, const Settlement& settlement);

}  // namespace usufruct::law
