#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// What happened (ISO/IEC TS 27560, "event state"; DPV ConsentStatus). That a consent is withdrawn
/// is a record of its own, that it expired follows from the time: trustee/consent_state.h. Do not
/// renumber: written to disk.
enum class ConsentStatus : std::uint16_t {
  given,
  refused,
  requested,
  deferred,     ///< asked, answers later
  renewed,      ///< given again, the same for longer
  invalidated,  ///< found never to have been valid
  revoked,      ///< ended by the owner
};

/// Whether it says yes.
constexpr bool gives_consent(ConsentStatus status) {
  return status == ConsentStatus::given || status == ConsentStatus::renewed;
}
/// Whether it ends what the subject agreed to before.
constexpr bool ends_consent(ConsentStatus status) {
  return status == ConsentStatus::refused || status == ConsentStatus::invalidated ||
         status == ConsentStatus::revoked;
}

/// What one data subject agreed to, recorded by the owner who asked, in the fields of ISO/IEC TS
/// 27560:2023. Subject and guardians are salted commitments in the refs: nobody without the
/// dataset's pepper can tell who they are. Every text is a word of specs/vocabulary, a language tag
/// or an address, so that no field carries a name; an empty list or 0 limits nothing.
struct Consent {
  ConsentStatus status = ConsentStatus::given;
  std::vector<std::string> purposes;
  std::vector<std::string> actions;
  std::vector<std::string> excluded_purposes;
  std::string legal_basis;
  std::optional<Digest> notice_sha256;
  std::string jurisdiction;
  bool revocable = true;
  std::string consent_type;             ///< how it was expressed
  std::string language;                 ///< of the notice, BCP 47
  std::vector<std::string> recipients;  ///< classes
  std::vector<std::string> storage_jurisdictions;
  std::vector<std::string> processing_jurisdictions;
  std::vector<std::string> data_categories;
  std::string collection_method;
  std::string guardian_relation;  ///< what the guardians in the refs are to the subject
  std::string withdrawal_method;  ///< a word or an https address
  std::optional<Digest> receipt_sha256;
  std::uint32_t retention_days = 0;
  /// A guardian's consent ends here, whatever valid_to says; the begin of a month.
  Time age_out_at;
  std::uint32_t asked_k = 0;  ///< rows only where at least so many look alike; 0: the terms' k

  auto operator<=>(const Consent&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("status", self.status);
    io("purposes", self.purposes);
    io("actions", self.actions);
    io("excludedPurposes", self.excluded_purposes);
    io("legalBasis", self.legal_basis);
    io("noticeSha256", self.notice_sha256);
    io("jurisdiction", self.jurisdiction);
    io("revocable", self.revocable);
    io("consentType", self.consent_type);
    io("language", self.language);
    io("recipients", self.recipients);
    io("storageJurisdictions", self.storage_jurisdictions);
    io("processingJurisdictions", self.processing_jurisdictions);
    io("dataCategories", self.data_categories);
    io("collectionMethod", self.collection_method);
    io("guardianRelation", self.guardian_relation);
    io("withdrawalMethod", self.withdrawal_method);
    io("receiptSha256", self.receipt_sha256);
    io("retentionDays", self.retention_days);
    io("ageOutAt", self.age_out_at);
    io("askedK", self.asked_k);
  }
};

}  // namespace usufruct
