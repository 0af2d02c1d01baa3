#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"

namespace usufruct::anonymise {

/// What a column means for a person's privacy. Columns of identifiers,
/// subjects and asked k never leave.
///   identifier        names a person by itself: dropped
///   quasi_identifier  names a person together with others: made coarser
///   sensitive         what must not be learnt about a person: kept, its diversity may be floored
///   insensitive       kept as it is
///   subject           whose row it is: asked for consent with, then dropped; at most one
///   pseudonym         names a person by itself: leaves as a token of the recipient's; at most one
///   asked_k           the k that the row's person asks for (empty: none), then dropped; at most
///   one
enum class ColumnRole {
  identifier,
  quasi_identifier,
  sensitive,
  insensitive,
  subject,
  pseudonym,
  asked_k
};

std::string_view name_of(ColumnRole role);
/// `malformed`, with the nearest name, for a word that names none.
Result<ColumnRole> parse_role(std::string_view word);

/// What the owner says of one column. The hierarchy of a quasi-identifier is what it is made
/// coarser by, and is built from the data when absent (build_hierarchy); that of a sensitive column
/// says how far its values are apart.
struct ColumnSpec {
  std::string name;
  ColumnRole role = ColumnRole::identifier;
  std::optional<Hierarchy> hierarchy{};
  double weight = 1;  ///< of a quasi-identifier: what its loss counts beside the others'; above 0
};

/// Where each column of a file goes. Indices are 0-based columns of the file.
struct Schema {
  std::vector<std::size_t> quasi_identifiers;
  std::vector<std::size_t> sensitive;
  std::vector<std::size_t> released;  ///< all that leave; file order
  std::optional<std::size_t> subject;
  std::optional<std::size_t> pseudonym;
  std::optional<std::size_t> asked_k;
  std::vector<std::size_t> spec_of_column;
};

inline constexpr std::size_t column_count_max = 1024;

/// Every column of the file must have exactly one spec and every spec a column: what is not
/// spoken of is not released. `malformed` naming the column otherwise, or for two columns of
/// subjects, of pseudonyms or of asked k.
Result<Schema> match_schema(const std::vector<std::string>& columns_of_file,
                            const std::vector<ColumnSpec>& specs);

/// `malformed` naming the column unless each weight is a number above 0.
Result<void> check_weights(const std::vector<ColumnSpec>& specs);

}  // namespace usufruct::anonymise
