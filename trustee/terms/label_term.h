#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/document/document.h"
#include "trustee/terms/texts.h"

namespace usufruct::terms {

/// What may follow a label and an equals sign.
enum class LabelValue : std::uint8_t { none, season, communities };

/// A label or notice of Local Contexts and what terms it becomes: one row of
/// specs/vocabulary/labels.yaml, which says what each field means.
struct LabelTerm {
  std::string id;
  Texts labels;
  Texts definitions;
  std::vector<std::string> same_as;  ///< the code of the hub
  std::vector<std::string> classes;
  std::vector<std::string> purposes;
  std::vector<std::string> forbid_purposes;
  std::vector<std::string> forbid_actions;
  std::vector<std::string> duties;
  std::string ask;  ///< empty: nothing is asked
  std::vector<std::string> ask_purposes;
  LabelValue value = LabelValue::none;
  std::string loss;  ///< empty: all of it is enforced

  std::string_view label(const Language& language) const { return labels.in(language); }
};

/// `malformed` with its place, for a row that is none.
Result<LabelTerm> read_label_term(const document::File& file, const document::Node& node);

}  // namespace usufruct::terms
