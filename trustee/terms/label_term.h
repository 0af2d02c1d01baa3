#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/document/document.h"

namespace usufruct::terms {

/// What may follow a label and an equals sign.
enum class LabelValue : std::uint8_t { none, season, communities };

/// A label or notice of Local Contexts and what terms it becomes: one row of
/// specs/vocabulary/labels.yaml, which says what each field means.
struct LabelTerm {
  std::string id;
  std::string label_en;
  std::string label_zh;
  std::string definition_en;
  std::string definition_zh;
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
};

/// `malformed` with its place, for a row that is none.
Result<LabelTerm> read_label_term(const document::File& file, const document::Node& node);

}  // namespace usufruct::terms
