#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace usufruct::terms {

/// The kinds of word that terms, requests and consents are written in; one file of
/// specs/vocabulary each.
enum class Scheme : std::uint8_t {
  purpose,
  action,
  recipient,
  jurisdiction,
  flag,
  attestation,
  duty,
  data_category,
  legal_basis,
  consent_type,
  guardian_relation,
  collection_method,
  withdrawal_method,
};
inline constexpr std::size_t scheme_count = 13;
std::string_view name_of(Scheme scheme);
/// The scheme of a name; none when there is no such scheme.
std::optional<Scheme> scheme_named(std::string_view name);

}  // namespace usufruct::terms
