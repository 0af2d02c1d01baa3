#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/engine.h"

namespace usufruct::anonymise {

/// What the texts of a column look like, the empty one left out.
enum class ValueType { none, whole_number, decimal, text };
std::string_view name_of(ValueType type);

/// What is in one column, and what role we would give it. A suggestion, never a decision.
struct ColumnProfile {
  std::string name;
  ValueType type = ValueType::none;
  std::uint64_t distinct = 0;  ///< the empty value counts as one
  std::uint64_t empty = 0;
  std::string lowest;  ///< by number when numeric, else by bytes; empty when there is no value
  std::string highest;
  double uniqueness = 0;  ///< distinct / rows
  ColumnRole suggested = ColumnRole::identifier;
  std::string reason;
};

struct Profile {
  std::uint64_t rows = 0;
  std::vector<ColumnProfile> columns;
};

/// Looks at every column of a file. Errors as Engine::open.
Result<Profile> profile(const Source& source, const EngineOptions& options = {});

}  // namespace usufruct::anonymise
