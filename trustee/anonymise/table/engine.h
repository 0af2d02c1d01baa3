#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"

namespace usufruct::anonymise {

/// How rows are written in a file.
enum class Format { csv, tsv, json_lines, parquet };

std::string_view name_of(Format format);
/// By extension: .csv, .tsv and .tab, .jsonl and .ndjson, .parquet; nothing otherwise.
std::optional<Format> format_of_path(std::string_view path);
/// `csv`, `tsv`, `json_lines` (also `jsonl`), `parquet`.
Result<Format> parse_format(std::string_view word);

struct EngineOptions {
  std::uint32_t threads = 2;
  /// The database's share; below 64 MiB not even its read buffers fit.
  std::uint64_t memory_bytes_max = 2ULL << 30;
  /// Where rows spill when memory is full; empty: they do not spill and the load fails instead.
  std::string temporary_folder{};
};

/// A file of rows. The path may be any readable regular file, also `/proc/self/fd/N` of a memfd;
/// format is taken from the extension when absent. The delimiter (CSV only) is one of `, ; \t |`
/// and is detected from the header line when absent.
struct Source {
  std::string path;
  std::optional<Format> format{};
  std::optional<char> delimiter{};
};

/// A borrowed batch of rows, valid during the callback. rows[i] is the 0-based row number in the
/// file; cells[c][i] is the text of the i-th row in the c-th column asked for. An absent value
/// (NULL, empty field, missing JSON key) is the empty text.
struct Batch {
  std::span<const std::uint64_t> rows;
  std::vector<std::vector<std::string_view>> cells;
};
using EachBatch = std::function<Result<void>(const Batch&)>;

/// One table, loaded from a file into an embedded, in-memory DuckDB and read back as text. The
/// database can reach nothing but that file: no network, no extensions, no other path.
///
/// One thread at a time. Errors: `malformed` for a file that does not parse (with the line and
/// what to do), `not_found` for no file, `unavailable` when memory or disk gives out.
class Engine {
 public:
  static Result<Engine> open(const EngineOptions& options, const Source& source);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  const std::vector<std::string>& columns() const;
  std::uint64_t row_count() const;

  /// All rows in file order, the columns asked for.
  Result<void> each(std::span<const std::size_t> columns, const EachBatch& take) const;
  /// The rows named, in the order named; `order` has each row number at most once.
  Result<void> each_in_order(std::span<const std::size_t> columns,
                             std::span<const std::uint32_t> order, const EachBatch& take) const;
  /// The distinct values of a column with their counts, by value, at most `count_max` of them.
  Result<std::vector<ValueCount>> distinct(std::size_t column, std::uint64_t count_max) const;
  Result<std::uint64_t> distinct_count(std::size_t column) const;

  struct State;  ///< the database; known to engine.cpp alone

 private:
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace usufruct::anonymise
