#include "trustee/terms/import/consent_fields.h"

#include <algorithm>

#include "trustee/terms/import/consent_words.h"
#include "trustee/terms/language.h"

namespace usufruct::terms {
namespace {

using Field = ConsentField;

struct FieldName {
  std::string_view name;
  Field field;
};
constexpr FieldName field_names[] = {
    {"@context", Field::about},
    {"@graph", Field::about},
    {"@id", Field::about},
    {"@type", Field::about},
    {"codes_of_conduct", Field::about},
    {"collection_method", Field::collection},
    {"description", Field::label},
    {"event", Field::events},
    {"events", Field::events},
    {"excluded_purposes", Field::excluded},
    {"geographic_restrictions", Field::bounds},
    {"guardian", Field::guardian},
    {"hasAuthority", Field::personal},
    {"hasConsentStatus", Field::status},
    {"hasDataController", Field::controllers},
    {"hasDataSource", Field::collection},
    {"hasDataSubject", Field::personal},
    {"hasIdentifier", Field::personal},
    {"hasJurisdiction", Field::jurisdiction},
    {"hasLegalBasis", Field::basis},
    {"hasNotice", Field::notice},
    {"hasOrganisationalMeasure", Field::about},
    {"hasPart", Field::events},
    {"hasPersonalData", Field::data},
    {"hasProcessing", Field::actions},
    {"hasPurpose", Field::purposes},
    {"hasRecipient", Field::recipients},
    {"hasRight", Field::about},
    {"hasStorageCondition", Field::storing},
    {"hasDuration", Field::retention},
    {"hasLocation", Field::location},
    {"hasVersion", Field::about},
    {"hasWithdrawalMethod", Field::withdrawal},
    {"impact_assessment", Field::about},
    {"isPartOf", Field::service},
    {"isSubTypeOf", Field::purpose_kind},
    {"jurisdiction", Field::jurisdiction},
    {"language", Field::language},
    {"lawful_basis", Field::basis},
    {"ledger", Field::about},
    {"letter", Field::about},
    {"party_identification", Field::personal},
    {"pii_controllers", Field::controllers},
    {"pii_information", Field::data},
    {"pii_processing", Field::processing},
    {"privacy_notice", Field::notice},
    {"privacy_rights_reference", Field::about},
    {"processing_location", Field::places},
    {"processing_locations", Field::places},
    {"processing_method", Field::actions},
    {"purpose", Field::label},
    {"purpose_type", Field::purpose_type},
    {"purposes", Field::purposes},
    {"receipt", Field::record},
    {"recipient_third_parties", Field::recipients},
    {"record", Field::record},
    {"retention_period", Field::retention},
    {"revocable", Field::revocable},
    {"services", Field::service},
    {"state", Field::status},
    {"storage_locations", Field::storage},
    {"title", Field::label},
    {"withdrawal_method", Field::withdrawal},
};

}  // namespace

std::optional<ConsentField> consent_field_of(std::string_view key) {
  // A receipt of ours says what a purpose is called in other languages too: `purpose_zh`.
  constexpr std::string_view in_language = "purpose_";
  const std::string_view name = local_name(key);
  const auto found = std::ranges::find(field_names, name, &FieldName::name);
  if (found != std::end(field_names)) return found->field;
  if (name.starts_with(in_language) && is_language_tag(name.substr(in_language.size()))) {
    return Field::label;
  }
  return std::nullopt;
}

}  // namespace usufruct::terms
