#include "trustee/anonymise/table/format.h"

#include <fmt/format.h>

#include <string>

#include "crypto/base/text.h"

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

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
  }
  return "";
}

std::optional<Format> format_of_path(std::string_view path) {
  std::string name = to_lower_ascii(path);
  for (const std::string_view packed : {".gz", ".zst"})
    if (name.ends_with(packed)) name.resize(name.size() - packed.size());
  const auto ends = [&](std::string_view extension) { return name.ends_with(extension); };
  if (ends(".csv")) return Format::csv;
  if (ends(".tsv") || ends(".tab")) return Format::tsv;
  if (ends(".jsonl") || ends(".ndjson")) return Format::json_lines;
  if (ends(".parquet")) return Format::parquet;
  return std::nullopt;
}

Compression compression_of_path(std::string_view path) {
  const std::string name = to_lower_ascii(path);
  if (name.ends_with(".gz")) return Compression::gzip;
  if (name.ends_with(".zst")) return Compression::zstd;
  return Compression::none;
}

Result<Format> parse_format(std::string_view word) {
  for (const Format format : {Format::csv, Format::tsv, Format::json_lines, Format::parquet})
    if (word == name_of(format)) return format;
  if (word == "jsonl") return Format::json_lines;
  return malformed(fmt::format("unknown format '{}'", printable(word)),
                   "formats are csv, tsv, json_lines and parquet");
}

Result<Compression> parse_compression(std::string_view word) {
  for (const auto each : {Compression::none, Compression::gzip, Compression::zstd})
    if (word == name_of(each)) return each;
  return malformed(fmt::format("unknown compression '{}'", printable(word)),
                   "give none, gzip or zstd");
}

std::string media_type_of(Format format, Compression compression) {
  const std::string packed =
      compression == Compression::none ? "" : "+" + std::string(name_of(compression));
  switch (format) {
    case Format::csv:
      return "text/csv" + packed;
    case Format::tsv:
      return "text/tab-separated-values" + packed;
    case Format::json_lines:
      return "application/jsonl" + packed;
    case Format::parquet:
      return "application/vnd.apache.parquet";
  }
  return packed;
}

std::optional<Format> format_of_media_type(std::string_view type) {
  const std::string_view rows = type.substr(0, type.find('+'));
  for (const Format format : {Format::csv, Format::tsv, Format::json_lines, Format::parquet})
    if (rows == media_type_of(format)) return format;
  return std::nullopt;
}

std::string ending_of_media_type(std::string_view type) {
  const auto format = format_of_media_type(type);
  if (!format) return {};
  const std::string rows =
      *format == Format::json_lines ? ".jsonl" : "." + std::string(name_of(*format));
  if (type.ends_with("+gzip")) return rows + ".gz";
  if (type.ends_with("+zstd")) return rows + ".zst";
  return rows;
}

}  // namespace usufruct::anonymise
