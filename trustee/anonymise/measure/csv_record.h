#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"

namespace usufruct::anonymise::measuring {

/// Where a record ended: `size` bytes of the text, its line end included; 0 when the text stops
/// within the record.
struct CsvRecord {
  std::size_t size = 0;
  bool is_crlf = false;
};

/// Reads the first RFC 4180 record of a text. A field is a view of the text, or of a text added to
/// `decoded` when it holds a doubled quote. `malformed`, without a line, for a quote inside a bare
/// field, text after a closing quote, a lone carriage return and an empty line.
Result<CsvRecord> read_csv_record(std::string_view text, char delimiter,
                                  std::vector<std::string_view>& fields,
                                  std::deque<std::string>& decoded);

}  // namespace usufruct::anonymise::measuring
