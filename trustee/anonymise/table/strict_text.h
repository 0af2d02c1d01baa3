#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/block.h"

namespace usufruct::anonymise {

/// Whether it is UTF-8 without zero bytes.
bool is_plain_text(std::string_view text);
/// `malformed` naming the line unless it is.
Result<void> check_text(std::string_view text, std::uint64_t line);

/// Finds the cell of a parsed block that is not plain text; `raw` is the block's text before it was
/// parsed. `malformed` naming line and column.
Result<void> check_cells(const Block& block, std::string_view raw,
                         const std::vector<std::string>& columns);

/// `line 3, column 'age'`, or by number where it has no name.
std::string place_of(std::uint64_t line, const std::vector<std::string>& columns,
                     std::size_t column);

/// Names are given, distinct, and at most column_count_max.
Result<void> check_column_names(const std::vector<std::string>& names);

}  // namespace usufruct::anonymise
