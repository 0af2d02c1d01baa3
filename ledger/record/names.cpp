#include "ledger/record/names.h"

#include <capnp/schema.h>
#include <fmt/format.h>

#include "crypto/base/text.h"
#include "specs/records.capnp.h"

namespace usufruct {
namespace {

std::string enumerant_name(capnp::EnumSchema schema, std::uint16_t value) {
  const auto enumerants = schema.getEnumerants();
  if (value >= enumerants.size()) return fmt::format("unknown-{}", value);
  return enumerants[value].getProto().getName().cStr();
}

Result<std::uint16_t> enumerant_of(capnp::EnumSchema schema, std::string_view name) {
  std::vector<std::string> names;
  for (const auto enumerant : schema.getEnumerants()) {
    names.emplace_back(enumerant.getProto().getName().cStr());
    if (names.back() == name) return enumerant.getOrdinal();
  }
  const auto meant = nearest(name, names);
  return malformed(fmt::format("'{}' is none of {}", printable(name, 60), join(names, ", ")),
                   meant ? fmt::format("did you mean '{}'?", *meant) : std::string());
}

}  // namespace

#define USUFRUCT_ENUM(type)                                                                        \
  template <>                                                                                      \
  std::string name_of(type value) {                                                                \
    return enumerant_name(capnp::Schema::from<schema::type>(), static_cast<std::uint16_t>(value)); \
  }                                                                                                \
  template <>                                                                                      \
  Result<type> parse_name(std::string_view name) {                                                 \
    return static_cast<type>(TRY(enumerant_of(capnp::Schema::from<schema::type>(), name)));        \
  }
USUFRUCT_ENUM(Role)
USUFRUCT_ENUM(PartyType)
USUFRUCT_ENUM(AutoApprove)
USUFRUCT_ENUM(PersonalData)
USUFRUCT_ENUM(Change)
USUFRUCT_ENUM(ColumnRole)
USUFRUCT_ENUM(ConsentStatus)
USUFRUCT_ENUM(Effect)
USUFRUCT_ENUM(ClauseKind)
USUFRUCT_ENUM(AfterWithdrawal)
USUFRUCT_ENUM(TermsComparison)
USUFRUCT_ENUM(LicenceSource)
USUFRUCT_ENUM(Outcome)
USUFRUCT_ENUM(RunType)
USUFRUCT_ENUM(PrivacyModel)
USUFRUCT_ENUM(WithdrawalEffect)
USUFRUCT_ENUM(ObligationAction)
USUFRUCT_ENUM(ObligationState)
USUFRUCT_ENUM(Severity)
#undef USUFRUCT_ENUM

template <>
std::string name_of(Kind kind) {
  const capnp::StructSchema record = capnp::Schema::from<schema::Record>();
  const auto body = record.getFieldByName("body").getType().asStruct();
  return body.getUnionFields()[static_cast<capnp::uint>(kind)].getProto().getName().cStr();
}

template <>
Result<Kind> parse_name(std::string_view name) {
  std::vector<std::string> names;
  for (std::uint16_t i = 0; i < kind_count; ++i) {
    names.push_back(name_of(static_cast<Kind>(i)));
    if (names.back() == name) return static_cast<Kind>(i);
  }
  const auto meant = nearest(name, names);
  return malformed(fmt::format("'{}' is not a kind of record", printable(name, 60)),
                   meant ? fmt::format("did you mean '{}'?", *meant)
                         : fmt::format("the kinds are {}", join(names, ", ")));
}

}  // namespace usufruct
