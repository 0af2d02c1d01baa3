#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace usufruct::anonymise::measuring {

/// Which column of a release holds pseudonyms, and what they must not be.
struct PseudonymColumn {
  std::string column;
  /// Values of the input that look like pseudonyms themselves; all others cannot be one.
  std::vector<std::string> input_values{};
};

/// The pseudonyms of a release as they stand in the file: each of its form, each once, none a value
/// of the input. Memory: 26 bytes a row.
class PseudonymsRead {
 public:
  /// `unverified` for a text that is none; it is not quoted, since it may name somebody.
  Result<void> add(std::string_view text);
  Result<void> check(const PseudonymColumn& column);

 private:
  std::vector<std::array<char, 26>> texts_;
};

}  // namespace usufruct::anonymise::measuring
