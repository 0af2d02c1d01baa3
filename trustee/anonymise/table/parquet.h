#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/table/held_file.h"
#include "trustee/anonymise/table/source.h"
#include "trustee/anonymise/table/splitter.h"

namespace usufruct::anonymise {

/// Reads a Parquet file and gives its rows as parsed blocks, in file order, every value as text:
/// dates, decimals and 64-bit numbers exactly as they are, NULL as the empty text. `columns` gets
/// the names first. Memory: a row group's pages, and what the database needs beside them.
///
/// The database that reads is in memory, can reach nothing but the file (no network, no extension,
/// no other path), and writes no files.
Result<void> read_parquet(const Source& source, std::uint64_t memory_bytes_max,
                          const std::function<Result<void>(std::vector<std::string>)>& columns,
                          const TakeBlock& take);

/// Takes one row's texts; false when its page is full: the row is to be put again, first of the
/// next.
using PutRow = std::function<bool(std::span<const std::string_view>)>;
/// Puts the next rows, at least one unless there are no more.
using NextRows = std::function<Result<void>(const PutRow&)>;

/// Writes rows as Parquet: every column a text, pages packed with zstd; what the file says of its
/// rows comes from these alone, and of its maker it names the database's version. `unavailable`
/// when the file grows over the memory there may be.
Result<void> write_parquet(const std::vector<std::string>& names, std::uint64_t memory_bytes_max,
                           const NextRows& next, const HeldFile& to);

}  // namespace usufruct::anonymise
