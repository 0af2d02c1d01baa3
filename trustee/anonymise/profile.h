#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/profile/column_profile.h"
#include "trustee/anonymise/table/source.h"

namespace usufruct::anonymise {

struct Profile {
  std::uint64_t rows = 0;
  std::vector<ColumnProfile> columns;
  Distinctness quasi_identifiers{};  ///< the suggested ones together; zeros when there are none
};

/// Looks at every column of the files, which are one table, in one pass over their rows, and
/// another for the suggested quasi-identifiers together. At most one column is suggested as the
/// subject. Errors: as read_rows.
Result<Profile> profile(std::span<const Source> files, const EngineOptions& options = {});

/// The names of those columns that hold free text (profile/free_text.h), in one pass over the rows,
/// in file order. What has the role sensitive or insensitive and is one of them is not to be
/// released.
Result<std::vector<std::string>> free_text_columns(std::span<const Source> files,
                                                   const EngineOptions& options = {});

/// The suggestions as the `columns` of a dataset's file, with the reasons as comments:
///
///     columns:
///       age: quasi_identifier      # its name has 'age'; built by intervals
std::string print_columns(const Profile& profile);

}  // namespace usufruct::anonymise
