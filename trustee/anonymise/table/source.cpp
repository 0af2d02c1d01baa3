#include "trustee/anonymise/table/source.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct::anonymise {

Result<Format> format_of(const Source& source) {
  if (source.format) return *source.format;
  if (const auto format = format_of_path(source.path)) return *format;
  return malformed(fmt::format("cannot tell the format of '{}'", printable(source.path)),
                   "end its name with .csv, .tsv, .jsonl or .parquet");
}

}  // namespace usufruct::anonymise
