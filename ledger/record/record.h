#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"
#include "ledger/record/agreement.h"
#include "ledger/record/attestation.h"
#include "ledger/record/consent.h"
#include "ledger/record/dataset.h"
#include "ledger/record/decision.h"
#include "ledger/record/id.h"
#include "ledger/record/incident.h"
#include "ledger/record/licence.h"
#include "ledger/record/model.h"
#include "ledger/record/obligation.h"
#include "ledger/record/party.h"
#include "ledger/record/ref.h"
#include "ledger/record/release.h"
#include "ledger/record/request.h"
#include "ledger/record/run.h"
#include "ledger/record/settlement.h"
#include "ledger/record/terms.h"
#include "ledger/record/trust.h"
#include "ledger/record/version.h"
#include "ledger/record/vocabulary.h"
#include "ledger/record/withdrawal.h"

namespace usufruct {

/// A long document kept beside the ledger, named by what it contains.
struct Document {
  std::string title;
  Digest sha256;
  std::uint64_t size_bytes = 0;
  std::string media_type;
  bool restricted = false;

  auto operator<=>(const Document&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("title", self.title);
    io("sha256", self.sha256);
    io("sizeBytes", self.size_bytes);
    io("mediaType", self.media_type);
    io("restricted", self.restricted);
  }
};

using Body = std::variant<Party, Trust, Dataset, Version, Consent, Terms, Licence, Agreement,
                          Request, Decision, Release, Run, Model, Withdrawal, Obligation,
                          Attestation, Incident, Settlement, Vocabulary>;

/// Which kind a record is; the order of Body. Do not renumber: written to disk.
enum class Kind : std::uint16_t {
  party,
  trust,
  dataset,
  version,
  consent,
  terms,
  licence,
  agreement,
  request,
  decision,
  release,
  run,
  model,
  withdrawal,
  obligation,
  attestation,
  incident,
  settlement,
  vocabulary,
};
inline constexpr std::uint16_t kind_count = 19;
static_assert(std::variant_size_v<Body> == kind_count);

/// One statement by one party. What each kind means: specs/records.md.
struct Record {
  std::string issuer;  ///< did:key
  Time issued_at;      ///< claimed by the issuer; the ledger's own time is Entry::time
  Time valid_from;     ///< holds in [valid_from, valid_to); 0 is open
  Time valid_to;
  std::vector<Ref> refs;  ///< strictly ascending
  std::vector<Document> documents;
  Body body;

  auto operator<=>(const Record&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("issuer", self.issuer);
    io("issuedAt", self.issued_at);
    io("validFrom", self.valid_from);
    io("validTo", self.valid_to);
    io("refs", self.refs);
    io("documents", self.documents);
    io("body", self.body);
  }

  Kind kind() const { return static_cast<Kind>(body.index()); }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&body);
  }
  bool refs_ascend() const;
  /// The first ref of a role, or none.
  std::optional<RecordId> first(Role role) const;
  std::vector<RecordId> all(Role role) const;
  /// Adds an edge where the order wants it; adding one twice leaves one.
  void add(Role role, const RecordId& id);
};

}  // namespace usufruct
