#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace usufruct::anonymise {

/// What a strict reading of a CSV file found before any database sees it.
struct CsvShape {
  char delimiter = ',';
  std::vector<std::string> columns{};
  std::uint64_t rows = 0;  ///< without the header
};

inline constexpr std::size_t csv_record_bytes_max = std::size_t{1} << 20;

/// The delimiter that occurs most often outside quotes in the header; the first of `,;\t|` when
/// they tie, so a file of one column has a comma. Looks at the first csv_record_bytes_max bytes.
char detect_delimiter(std::string_view text);

/// Checks a whole delimited file: UTF-8 (a byte-order mark is skipped), a header of distinct
/// non-empty names, at least one row, every row as wide as the header, RFC 4180 quoting (a quote
/// only around a whole field), one kind of line end (LF or CRLF), no empty line, no record over
/// csv_record_bytes_max. `malformed` with the 1-based line otherwise.
///
/// Databases forgive; a release must not: a shifted column would publish names.
Result<CsvShape> scan_csv(std::string_view text, std::optional<char> delimiter);

}  // namespace usufruct::anonymise
