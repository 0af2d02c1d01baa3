#pragma once

#include <span>
#include <string>

#include "ledger/record/release.h"
#include "ledger/record/version.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/holdings.h"

namespace usufruct {

/// The floor of the terms, as the anonymising room takes it: the same numbers.
anonymise::Floor floor_of(const Floor& floor);

/// What the making of a release is told of it, beside the table.
struct Making {
  const Version& version;
  const Floor& floor;         ///< of the terms: what was demanded
  bool consents_ask = false;  ///< whether a covering consent asks for a k of its own
};

/// Fills in all that a release claims of its table (specs/release.md §4), each claim rounded so
/// that it never looks better than it is: a privacy model that nobody measured as reaching nothing.
/// Does not touch the package, the format, the consents, the report, and what it is beside earlier
/// releases (trustee/composition.h).
void claim(Release& release, const anonymise::Anonymised& table, const Making& making);

/// The canonical text of a recoding, whose digest a release claims (specs/release.md §4); `classes`
/// is the digest of what its classes hold.
std::string recoding_text(const Release& release, const Digest& classes);

/// Σ|E|² and, for every suppressed row, all rows that may be used; at most 2^64 - 1.
std::uint64_t discernibility_of(const anonymise::Measurement& measured);

/// Of the sensitive columns, the fewest different values that some class has; 0 where there are no
/// sensitive columns.
std::uint64_t least_diversity(const anonymise::Measurement& measured);

}  // namespace usufruct
