#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"

namespace usufruct::anonymise {

/// What to measure a released file against.
struct MeasureOptions {
  std::vector<std::string> quasi_identifiers;  ///< column names in the file
  std::vector<std::string> sensitive;
  std::uint64_t rows_suppressed =
      0;                        ///< removed before writing; counted in loss and discernibility
  double risk_threshold = 0.2;  ///< records with a risk above this are "at risk"
  /// For granularity and precision: one per quasi-identifier, or none at all.
  std::vector<const Hierarchy*> hierarchies{};
};

/// Distinct values of a sensitive column in its poorest class.
struct Diversity {
  std::string column;
  std::uint64_t distinct_min = 0;

  bool operator==(const Diversity&) const = default;
};

/// What the written bytes of a release say about the people in it. Definitions:
/// specs/anonymity.md §3. A class is the rows that agree on all quasi-identifiers.
struct Measurement {
  std::uint64_t rows = 0;
  std::uint64_t rows_suppressed = 0;
  std::uint64_t classes = 0;
  std::uint64_t k_achieved = 0;      ///< smallest class; 0 when there are no rows
  std::uint64_t sample_uniques = 0;  ///< classes of one row
  double risk_highest = 0;           ///< prosecutor: 1 / k_achieved
  double risk_average = 0;           ///< prosecutor: classes / rows
  double risk_threshold = 0;
  std::uint64_t records_at_risk = 0;  ///< rows with 1/|class| > risk_threshold
  double class_size_average = 0;
  double discernibility = 0;  ///< sum |E|² + suppressed · (rows + suppressed)
  std::vector<Diversity> diversity{};
  std::optional<double> granularity{};  ///< 1 - mean NCP, suppressed cells count 1
  std::optional<double> precision{};    ///< 1 - mean level/(levels - 1), suppressed rows count 1

  bool operator==(const Measurement&) const = default;
};

/// Reads a released CSV (RFC 4180, comma, header, CRLF or LF) and counts. Knows nothing of how it
/// was made: its own parser, no database, no lattice. `malformed` with the line for bytes that are
/// not such a file, a quasi-identifier or sensitive column that is absent, or a value that its
/// hierarchy does not know.
Result<Measurement> measure(View csv, const MeasureOptions& options);

/// `denied`, naming each floor that is missed and by how much; rule `floor-k`, `floor-suppression`
/// or `floor-diversity`.
Result<void> check_floor(const Measurement& measurement, const Floor& floor);

}  // namespace usufruct::anonymise
