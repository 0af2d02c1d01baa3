#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/stream.h"
#include "trustee/anonymise/table/source.h"
#include "trustee/anonymise/table/splitter.h"
#include "trustee/anonymise/table/spool.h"

namespace usufruct::anonymise {

/// Reads a Parquet file and gives its rows as parsed blocks, in file order, every value as text:
/// dates, decimals and 64-bit numbers exactly as they are, NULL as the empty text. `columns` gets
/// the names first. Memory: a row group's pages, and what the database needs beside them; what is
/// fed is kept as Spool does, and above an eighth of the memory row groups must be in order.
///
/// The database that reads is in memory, can reach nothing but the file (no network, no extension,
/// no other path), and writes no files.
Result<void> read_parquet(const Source& source, const EngineOptions& options,
                          const std::function<Result<void>(std::vector<std::string>)>& columns,
                          const TakeBlock& take);

/// Reads what write_parquet() wrote, in the same way. Memory: two row groups, and what the database
/// needs beside them (parquet_window.h).
Result<void> read_parquet(const Spool& spool, std::uint64_t memory_bytes_max,
                          const std::function<Result<void>(std::vector<std::string>)>& columns,
                          const TakeBlock& take);

/// Takes one row's texts; false when its page is full: the row is to be put again, first of the
/// next.
using PutRow = std::function<bool(std::span<const std::string_view>)>;
/// Puts the next rows, at least one unless there are no more.
using NextRows = std::function<Result<void>(const PutRow&)>;

/// Writes rows as Parquet: every column a text, pages packed with zstd; what the file says of its
/// rows comes from these alone, and of its maker it names the database's version. It goes into the
/// sink from its start, on a thread of its own. `unavailable` when a row group grows over the
/// memory there may be; what the sink says.
Result<void> write_parquet(const std::vector<std::string>& names, std::uint64_t memory_bytes_max,
                           const NextRows& next, ByteSink& to);

}  // namespace usufruct::anonymise
