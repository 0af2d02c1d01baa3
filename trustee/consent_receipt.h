#pragma once

#include <string>
#include <vector>

#include "crypto/base/json.h"
#include "ledger/view/graph.h"
#include "trustee/consent_state.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct {

/// Where a consent stands in the log: what a person needs to check it without us.
struct ConsentProof {
  std::string origin;
  std::uint64_t index = 0;
  std::uint64_t size = 0;  ///< of the log under the checkpoint
  std::string checkpoint;  ///< the signed note
  std::string tlog_proof;  ///< C2SP tlog-proof: holds for the envelope, offline
};

/// A consent receipt in the fields of ISO/IEC TS 27560:2023 with the words of DPV, for the person
/// it is about: {record, pii_processing, party_identification, event, state, letter, ledger}. The
/// person is named by the commitment alone. A function of the ledger and, as far as a consent
/// expires, of the time. Its letter is in every language that letters can be in. Form:
/// specs/terms.md §10.
///
/// `consent` is the newest of its subject on `dataset` (newest_consent()).
Json consent_receipt(const Graph& graph, const Logged& dataset, const Logged& consent,
                     const ConsentProof& proof, Time at);

/// The same for reading: what was agreed, until when, how to take it back, in one language; in
/// English where a text is missing.
std::vector<std::string> consent_letter(const Graph& graph, const Logged& dataset,
                                        const Logged& consent, const ConsentProof& proof, Time at,
                                        const terms::Language& language);

}  // namespace usufruct
