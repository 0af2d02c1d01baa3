#include <fmt/format.h>

#include "crypto/base/text.h"
#include "trustee/anonymise/table/engine.h"

namespace usufruct::anonymise {

std::string_view name_of(Format format) {
  switch (format) {
    case Format::csv:
      return "csv";
    case Format::tsv:
      return "tsv";
    case Format::json_lines:
      return "json_lines";
    case Format::parquet:
      return "parquet";
  }
  return "";
}

std::optional<Format> format_of_path(std::string_view path) {
  const std::string name = to_lower_ascii(path);
  const auto ends = [&](std::string_view extension) { return name.ends_with(extension); };
  if (ends(".csv")) return Format::csv;
  if (ends(".tsv") || ends(".tab")) return Format::tsv;
  if (ends(".jsonl") || ends(".ndjson")) return Format::json_lines;
  if (ends(".parquet")) return Format::parquet;
  return std::nullopt;
}

Result<Format> parse_format(std::string_view word) {
  for (const Format format : {Format::csv, Format::tsv, Format::json_lines, Format::parquet})
    if (word == name_of(format)) return format;
  if (word == "jsonl") return Format::json_lines;
  return malformed(fmt::format("unknown format '{}'", printable(word)),
                   "formats are csv, tsv, json_lines and parquet");
}

}  // namespace usufruct::anonymise
