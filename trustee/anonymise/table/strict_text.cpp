#include "trustee/anonymise/table/strict_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/base/text.h"

namespace usufruct::anonymise {

namespace {

std::unexpected<Error> not_text(std::string place, std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    return malformed(place + ": a zero byte", "give a text file");
  return malformed(place + " is not UTF-8", "convert the file to UTF-8");
}

}  // namespace

bool is_plain_text(std::string_view text) {
  return text.find('\0') == std::string_view::npos && is_utf8(text);
}

Result<void> check_text(std::string_view text, std::uint64_t line) {
  if (is_plain_text(text)) return {};
  return not_text(fmt::format("line {}", line), text);
}

Result<void> check_cells(const Block& block, std::string_view raw,
                         const std::vector<std::string>& columns) {
  for (std::size_t row = 0; row < block.row_count(); ++row)
    for (std::size_t c = 0; c < block.columns; ++c) {
      const std::string_view text = block.cell(row, c);
      if (is_plain_text(text)) continue;
      const std::size_t at = block.cells[row * block.columns + c].at - block.start;
      const auto before = raw.substr(0, at);
      const auto line = block.first_line +
                        static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
      return not_text(place_of(line, columns, c), text);
    }
  return {};
}

std::string place_of(std::uint64_t line, const std::vector<std::string>& columns,
                     std::size_t column) {
  if (column < columns.size())
    return fmt::format("line {}, column '{}'", line, printable(columns[column]));
  return fmt::format("line {}, column {}", line, column + 1);
}

Result<void> check_column_names(const std::vector<std::string>& names) {
  if (names.size() > column_count_max)
    return malformed(fmt::format("{} columns", names.size()),
                     fmt::format("keep to {}", column_count_max));
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty())
      return malformed(fmt::format("line 1: column {} has no name", i + 1), "name every column");
    if (!seen.insert(names[i]).second)
      return malformed(fmt::format("line 1: column '{}' occurs twice", printable(names[i])),
                       "give every column its own name");
  }
  return {};
}

}  // namespace usufruct::anonymise
