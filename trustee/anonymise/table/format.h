#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct::anonymise {

/// How rows are written in a file.
enum class Format { csv, tsv, json_lines, parquet };

std::string_view name_of(Format format);
/// By extension: .csv, .tsv and .tab, .jsonl and .ndjson, .parquet; nothing otherwise. A .gz or
/// .zst after it says nothing about the rows.
std::optional<Format> format_of_path(std::string_view path);
/// `csv`, `tsv`, `json_lines` (also `jsonl`), `parquet`.
Result<Format> parse_format(std::string_view word);

/// What a whole text file may be packed with. Parquet packs its own pages, with zstd.
enum class Compression { none, gzip, zstd };

std::string_view name_of(Compression compression);
/// By extension: .gz, .zst; none otherwise.
Compression compression_of_path(std::string_view path);
/// `none`, `gzip`, `zstd`.
Result<Compression> parse_compression(std::string_view word);

/// The media type of a file: of its rows, with `+gzip` or `+zstd` when the whole of it is packed.
std::string media_type_of(Format format, Compression compression = Compression::none);
/// How the name of a file of that type ends, as `.csv.gz`; empty for a type of other files.
std::string ending_of_media_type(std::string_view type);
/// The format of the rows, packed or not; nothing for a type of other files.
std::optional<Format> format_of_media_type(std::string_view type);

}  // namespace usufruct::anonymise
