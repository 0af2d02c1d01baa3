#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/table/block.h"

namespace usufruct::anonymise {

/// What the header of a delimited file (CSV, TSV) says of all its rows.
struct Layout {
  char delimiter = ',';
  std::vector<std::string> columns{};
  bool ends_crlf = false;
  std::size_t header_bytes = 0;  ///< with its line end and a byte-order mark
  std::uint64_t header_lines = 0;
};

/// The delimiter that occurs most often outside quotes in the header; the first of `,;\t|` when
/// they tie, so a file of one column has a comma. Looks at the first row_bytes_max bytes.
char detect_delimiter(std::string_view text);

/// Reads the header at the start of a file: a byte-order mark is skipped; names are distinct and
/// not empty. `malformed` otherwise, and for a file of nothing.
Result<Layout> parse_header(std::string_view start_of_file, std::optional<char> delimiter);

/// Finds the cells of a block of whole rows. Strict: UTF-8 without zero bytes, every row as wide as
/// the header, RFC 4180 quoting (a quote only around a whole field), line ends like the header's,
/// no empty line, no row over row_bytes_max. `malformed` with line and column otherwise.
///
/// Others forgive; a release must not: a shifted column would publish names.
/// Cost: about 1 GB/s; bytes are looked at 64 at a time.
Result<void> parse_delimited(Block& block, const Layout& layout);

}  // namespace usufruct::anonymise
