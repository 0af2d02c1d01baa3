#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "crypto/age.h"
#include "trustee/anonymise/table/row_mark.h"
#include "trustee/holdings.h"

namespace usufruct {

/// Which class each row of a table is shown in by a release that is being made, by the row's number
/// in the input: 4 bytes a row.
class ShownClasses {
 public:
  static constexpr std::uint32_t absent = static_cast<std::uint32_t>(-1);

  void take(std::span<const anonymise::WrittenRow> rows);
  /// [input row]: its class, or `absent`; rows after the last are absent.
  const std::vector<std::uint32_t>& of_rows() const { return of_rows_; }

 private:
  std::vector<std::uint32_t> of_rows_;
};

/// Rows of one release beside another, grouped by (class there, class here).
struct SideBySide {
  std::uint64_t alone = 0;     ///< rows that are alone in their pair
  std::uint64_t smallest = 0;  ///< rows of the smallest pair; 0: there is no row
};
/// Every row of `here` counts; one that is not `there` has a pair with all others that are not.
/// Memory: 8 bytes a row.
SideBySide side_by_side(std::span<const std::uint32_t> there, std::span<const std::uint32_t> here);

/// Where a release is held against the earlier ones.
struct Earlier {
  std::span<const LoggedPtr> releases;  ///< of the dataset, oldest first
  RecordId version;                     ///< that the new release is made from
  std::filesystem::path traces;         ///< folder; empty: nothing is held against another
  const AgeIdentity& custodian;
};

/// Fills in `composition` and `reuses`, after all other claims (specs/release.md §4). An earlier
/// release of the same version is measured by its trace; without one that the custodian can open,
/// one of the same recoding of the same rows shows what this one does, and any other is claimed at
/// the worst. `unverified`: a trace is not the one that the ledger names.
///
/// Cost: one pass over each trace, and a sort. Memory: 12 bytes a row of the table.
Result<void> claim_composition(Release& release, const ShownClasses& here, const Earlier& earlier);

}  // namespace usufruct
