#include "crypto/base/text.h"
#include "tests/fuzz/target.h"
#include "trustee/terms/consent_texts.h"
#include "trustee/terms/import/consent.h"

namespace usufruct::fuzz {
namespace {

/// Whatever record comes, its template holds words and no prose, is written and read again to the
/// same, and gives something only if it says for what.
void run_consent(View input) {
  const auto imported = terms::import_consent(as_text(input), "record.json");
  if (!imported) {
    CHECK_THAT(!imported.error().message.empty());
    return;
  }
  const auto& consent = imported->agreed.consent;
  CHECK_THAT(terms::check_consent_texts(consent).has_value());
  const bool is_given = gives_consent(consent.status);
  CHECK_THAT(!is_given || (!consent.purposes.empty() && !consent.actions.empty()));
  for (const auto& line : imported->lines) {
    // One line that loses a condition is enough.
    CHECK_THAT(!is_given || line.fidelity != terms::Fidelity::refused || line.into == "nothing");
  }
  const auto text = terms::print_consent_template(imported->agreed);
  CHECK_THAT(text.has_value());
  const auto again = terms::parse_consent_template(*text, "again.yaml");
  CHECK_THAT(again.has_value() && *again == imported->agreed);
}

std::vector<Bytes> consent_seeds() {
  return {
      to_bytes(
          R"({"record":{"record_id":"1","pii_principal_id":"2"},"pii_processing":{"language":"en",
"purposes":[{"purpose_type":"AcademicResearch","lawful_basis":"consent",
"processing_method":["ai-training"],
"pii_information":[{"pii_type":"Health"}],"storage_locations":["EU"],"retention_period":"P1Y",
"recipient_third_parties":["academic"],"withdrawal_method":"https://x.example/w"}],
"excluded_purposes":["dpv:Marketing"],"guardian":{"relation":"parent","age_out":"2031-04-01"}},
"event":[{"event_time":"2026-05-28T12:24:00","duration":"63115200","type":"explicit",
"state":"given"}]})"),
      to_bytes(R"({"@graph":[{"@id":"#d","dpv:isSubTypeOf":{"@id":"pd:Genetic"}},
{"@type":"dpv:ConsentRecord","dpv:hasPurpose":{"dct:title":"Marketing",
"dpv:hasProcessing":{"@id":"dpv:Profiling"},"dpv:hasPersonalData":{"@id":"#d"},
"dpv:hasStorageCondition":{"dpv:hasDuration":86400,
"dpv:hasLocation":{"@id":"https://w3id.org/dpv/loc#IE"}}},
"dpv:hasConsentStatus":{"@id":"dpv:ConsentGiven"}}]})"),
      to_bytes("pii_processing: {purposes: [use, AcademicResearch], revocable: false}\n"
               "event: {state: withdrawn, valid_from: 2026-01-01, valid_until: 2027-01-01}\n")};
}

}  // namespace

const Target consent_target{"consent", run_consent, consent_seeds};

}  // namespace usufruct::fuzz
