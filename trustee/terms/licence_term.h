#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/document/fields.h"

namespace usufruct::terms {

/// Whom a licence lets use the data and for what, narrowest first: of pooled data the least counts.
/// unspecified: the text does not say.
enum class LicenceUse : std::uint8_t { academic, non_commercial, unspecified, all };
std::string_view name_of(LicenceUse use);

/// Whether the source must be named or the licence kept with the data, in order of what is asked.
enum class Attribution : std::uint8_t { no, unknown, yes };
std::string_view name_of(Attribution attribution);

/// A row of specs/vocabulary/licences.yaml: what a licence of the SPDX list allows, as far as a
/// machine may say. A request is judged by the words; the properties, which say the same more
/// coarsely (tests/trustee/terms/licence_combination_test.cpp), are what pooled data are combined
/// by.
struct LicenceTerm {
  std::string id;                  ///< as the list spells it
  std::vector<std::string> also;   ///< deprecated ids of the same
  std::vector<std::string> later;  ///< ids that may be chosen in its place where later versions may
  std::vector<std::string> forbid_purposes;
  std::vector<std::string> forbid_actions;
  std::vector<std::string> ask_actions;  ///< what the trustees must judge
  std::vector<std::string> duties;

  LicenceUse use = LicenceUse::unspecified;
  Attribution attribution = Attribution::unknown;
  /// The licences under which what is made of the data may be given on, by one name; empty: any.
  std::string share_alike;
  bool may_derive = true;  ///< whether what is made of the data may be given on at all
};

/// Reads a row. `malformed` with its place.
Result<LicenceTerm> read_licence(const document::File& file, const document::Node& node);

}  // namespace usufruct::terms
