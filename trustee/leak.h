#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/age.h"
#include "trustee/anonymise/table/source.h"
#include "trustee/holdings.h"

namespace usufruct {

/// How a table that was found looks beside one release. Both orders are compared by pieces of w
/// rows, w one of 1, 2, 4, 8, 16, that occur once in each: were the order of the table made anew,
/// every order of them would be equally likely.
struct Likeness {
  std::uint64_t rows = 0;        ///< of the table
  std::uint64_t rows_found = 0;  ///< whose text some row of the release has
  std::uint64_t pieces = 0;      ///< that were compared
  std::uint64_t in_order = 0;    ///< neighbours among them that the release has in this order
  double deviations = 0;         ///< standard deviations of `in_order` above its mean by chance
  double chance = 1;             ///< of so many or more in order, at most; over all w together

  /// At least half of the rows: what is of others is by chance or by public knowledge.
  bool is_in() const { return rows > 0 && rows_found >= rows - rows_found; }

  bool operator==(const Likeness&) const = default;
};

/// The order of a table is a release's when chance would do so once in a million trials at most.
inline constexpr double order_chance_max = 1e-6;

/// Compares marks of rows (anonymise::RowMarker), both in their order. Time grows as a sort, memory
/// is 16 bytes a row.
Likeness compare_rows(std::span<const std::uint32_t> table, std::span<const std::uint32_t> release);

/// The probability that of a uniformly random order of `count` things `ascents` neighbours or more
/// are ascending, at most. Exact up to 256 (Eulerian numbers); Hoeffding's bound above, since it is
/// that of a sum of `count` uniform numbers being at least `ascents` (Tanny 1973).
double chance_of_ascents(std::uint64_t count, std::uint64_t ascents);

/// One release that a table was held against.
struct Suspect {
  LoggedPtr release;
  Likeness likeness;  ///< its `chance` is over all releases together
  /// Somebody handed the table on who got this release, or who handed it over.
  bool is_order_kept() const { return likeness.chance <= order_chance_max; }
};

struct Tracked {
  std::vector<Suspect> suspects;        ///< which the rows are in, or whose order is kept
  std::vector<LoggedPtr> not_in;        ///< compared
  std::vector<LoggedPtr> not_compared;  ///< no trace that opens with this key
};

/// Finds the releases that a table, or a part of it, was taken from: of those whose trace lies in
/// the folder and opens with the custodian's key. The table has all their columns in their order;
/// its format need not be that of the release, and rows may be missing, moved or added.
///
/// `malformed` as read_rows(); `unverified`: a trace is not the one that the ledger names. Cost: a
/// pass over the table and over the trace for each release.
Result<Tracked> track(const anonymise::Source& table, std::span<const LoggedPtr> releases,
                      const std::filesystem::path& traces, const AgeIdentity& custodian);

}  // namespace usufruct
