#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/table/block.h"

namespace usufruct::anonymise {

/// The levels of arrays and objects that may stand in each other in one value.
inline constexpr std::size_t json_depth_max = 64;

/// The keys of the object on the first line: the columns of the file. `malformed` when it is none.
Result<std::vector<std::string>> parse_keys(std::string_view start_of_file);

/// Finds the cells of a block of whole lines, one JSON object a line (RFC 8259):
///   a text           as it is meant, escapes undone
///   a number, a word as written: 1.50 and 12345678901234567890 keep their digits
///   null, absent     the empty text
///   nested           its JSON text without white space between its parts
/// `malformed` with line and column for anything else, a key that the first row has not, or one
/// twice.
Result<void> parse_json_lines(Block& block, const std::vector<std::string>& columns);

}  // namespace usufruct::anonymise
