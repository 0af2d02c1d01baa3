#include "trustee/anonymise/table/parquet.h"

#include <duckdb.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/table/drain.h"
#include "trustee/anonymise/table/input_file.h"
#include "trustee/anonymise/table/parquet_window.h"
#include "trustee/anonymise/table/strict_text.h"

namespace usufruct::anonymise {

namespace {

std::string quote_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// The first line of what the database says, as ours: its other lines advise options it has.
std::unexpected<Error> database_error(const char* text) {
  std::string_view said = text == nullptr ? "the database failed" : text;
  const bool is_resource = said.starts_with("Out of Memory") || said.starts_with("IO Error") ||
                           said.starts_with("INTERNAL");
  if (const auto colon = said.find("Error: "); colon != std::string_view::npos && colon < 40)
    said.remove_prefix(colon + 7);
  said = said.substr(0, said.find('\n'));
  // It knows the file by a number only.
  constexpr std::string_view by_number = "'/proc/self/fd/";
  std::string words(said);
  for (auto at = words.find(by_number); at != std::string::npos; at = words.find(by_number)) {
    const auto end = std::min(words.find('\'', at + 1), words.size() - 1) + 1;
    const std::size_t begin = words.substr(0, at).ends_with("file ") ? at - 5 : at;
    words.replace(begin, end - begin, "it");
  }
  const std::string message = fmt::format("the database says: {}", printable(words));
  if (is_resource) return unavailable(message, "allow more memory");
  return malformed(message, "the file is damaged or no Parquet: get it again");
}

class ResultSet {
 public:
  ResultSet() = default;
  ResultSet(const ResultSet&) = delete;
  ResultSet& operator=(const ResultSet&) = delete;
  ~ResultSet() { duckdb_destroy_result(&result); }
  duckdb_result result{};
};

/// A database of nothing that can reach one path.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    if (connection_) duckdb_disconnect(&connection_);
    if (database_) duckdb_close(&database_);
  }

  Result<void> open(std::uint64_t memory_bytes_max, const std::string& path, int threads) {
    duckdb_config config = nullptr;
    if (duckdb_create_config(&config) == DuckDBError)
      return unavailable("no database configuration");
    const std::array<std::pair<const char*, std::string>, 8> settings{{
        {"threads", std::to_string(threads)},
        {"memory_limit", fmt::format("{}B", memory_bytes_max)},
        {"temp_directory", ""},  // nothing of the table is ever in a file that is not sealed
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"},
        {"allow_unsigned_extensions", "false"},
        {"preserve_insertion_order", "true"},
    }};
    bool is_set = true;
    for (const auto& [name, value] : settings)
      is_set = is_set && duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess;
    char* error = nullptr;
    const bool is_open =
        is_set && duckdb_open_ext(":memory:", &database_, config, &error) == DuckDBSuccess;
    duckdb_destroy_config(&config);
    const std::string said = error ? printable(error) : "a setting is refused";
    if (error) duckdb_free(error);
    if (!is_open) return unavailable(fmt::format("cannot open a database: {}", said));
    if (duckdb_connect(database_, &connection_) == DuckDBError)
      return unavailable("cannot connect to the database");
    CHECK_OK(run("SET TimeZone='UTC'"));
    CHECK_OK(run("SET streaming_buffer_size='1MB'"));
    CHECK_OK(run(fmt::format("SET allowed_paths=['{}']", path)));
    CHECK_OK(run("SET enable_external_access=false"));
    return run("SET lock_configuration=true");
  }

  Result<void> run(const std::string& sql) {
    ResultSet set;
    if (duckdb_query(connection_, sql.c_str(), &set.result) == DuckDBError)
      return database_error(duckdb_result_error(&set.result));
    return {};
  }
  duckdb_connection connection() const { return connection_; }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

Result<std::vector<std::string>> names_of(const Database& database, const std::string& from) {
  ResultSet set;
  const std::string sql = fmt::format("SELECT * FROM {} LIMIT 0", from);
  if (duckdb_query(database.connection(), sql.c_str(), &set.result) == DuckDBError)
    return database_error(duckdb_result_error(&set.result));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < duckdb_column_count(&set.result); ++i) {
    names.emplace_back(duckdb_column_name(&set.result, i));
    if (!is_plain_text(names.back()))
      return malformed(fmt::format("column {} has no usable name", i + 1), "name every column");
  }
  CHECK_OK(check_column_names(names));
  return names;
}

/// Runs a query, handing over chunk by chunk, in order, as the database makes them.
Result<void> stream(const Database& database, const std::string& sql,
                    const std::function<Result<void>(duckdb_data_chunk)>& take) {
  struct Statement {
    duckdb_prepared_statement prepared = nullptr;
    duckdb_pending_result pending = nullptr;
    ~Statement() {
      duckdb_destroy_pending(&pending);
      duckdb_destroy_prepare(&prepared);
    }
  } statement;
  if (duckdb_prepare(database.connection(), sql.c_str(), &statement.prepared) == DuckDBError)
    return database_error(duckdb_prepare_error(statement.prepared));
  if (duckdb_pending_prepared_streaming(statement.prepared, &statement.pending) == DuckDBError)
    return database_error(duckdb_pending_error(statement.pending));
  ResultSet set;
  if (duckdb_execute_pending(statement.pending, &set.result) == DuckDBError)
    return database_error(duckdb_result_error(&set.result));
  for (;;) {
    duckdb_data_chunk chunk = duckdb_fetch_chunk(set.result);
    if (chunk == nullptr) break;
    auto taken = take(chunk);
    duckdb_destroy_data_chunk(&chunk);
    CHECK_OK(std::move(taken));
  }
  const char* error = duckdb_result_error(&set.result);
  if (error != nullptr && *error != '\0') return database_error(error);
  return {};
}

std::string_view text_at(duckdb_vector vector, std::size_t row) {
  auto* strings = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
  return {duckdb_string_t_data(&strings[row]), duckdb_string_t_length(strings[row])};
}

/// Copies a chunk of texts, all NOT NULL, into a parsed block.
Result<Block> block_of(duckdb_data_chunk chunk, std::size_t columns) {
  const std::size_t rows = duckdb_data_chunk_get_size(chunk);
  std::vector<duckdb_vector> vectors;
  for (std::size_t c = 0; c < columns; ++c)
    vectors.push_back(duckdb_data_chunk_get_vector(chunk, c));
  std::size_t size = 0;
  for (const duckdb_vector vector : vectors)
    for (std::size_t row = 0; row < rows; ++row) size += text_at(vector, row).size();
  if (size > rows * row_bytes_max || size > std::size_t{1} << 31)
    return malformed(fmt::format("{} rows of {} bytes", rows, size),
                     fmt::format("keep rows below {} bytes", row_bytes_max));
  Block block = Block::with_room(size);
  block.cells.reserve(rows * columns);
  for (std::size_t row = 0; row < rows; ++row)
    for (const duckdb_vector vector : vectors) {
      const std::string_view text = text_at(vector, row);
      block.cells.push_back(
          {static_cast<std::uint32_t>(block.size), static_cast<std::uint32_t>(text.size())});
      std::memcpy(block.text.get() + block.size, text.data(), text.size());
      block.size += text.size();
    }
  block.columns = columns;
  block.is_parsed = true;
  return block;
}

/// What a release's rows come from, as the database calls it; on one thread.
struct RowFeed {
  const std::vector<std::string>& names;
  const NextRows& next;
  const Drain& drain;
  Result<void> failure{};

  static RowFeed& of(void* data) { return *static_cast<RowFeed*>(data); }

  static void bind(duckdb_bind_info info) {
    duckdb_logical_type type = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    for (const std::string& name : of(duckdb_bind_get_extra_info(info)).names)
      duckdb_bind_add_result_column(info, name.c_str(), type);
    duckdb_destroy_logical_type(&type);
  }
  static void init(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }
  static void call(duckdb_function_info info, duckdb_data_chunk chunk) {
    RowFeed& feed = of(duckdb_function_get_extra_info(info));
    auto count = feed.fill(chunk);
    duckdb_data_chunk_set_size(chunk, count ? *count : 0);
    if (count) return;
    duckdb_function_set_error(info, "the rows end here");
    feed.failure = std::unexpected(std::move(count).error());
  }

  Result<std::size_t> fill(duckdb_data_chunk chunk) {
    if (drain.has_failed()) return unavailable("nobody takes the file");  // finish() says why
    std::size_t count = 0;
    const auto put = [&](std::span<const std::string_view> row) {
      if (count == duckdb_vector_size()) return false;
      for (std::size_t c = 0; c < row.size(); ++c)
        duckdb_vector_assign_string_element_len(duckdb_data_chunk_get_vector(chunk, c), count,
                                                row[c].data(), row[c].size());
      ++count;
      return true;
    };
    CHECK_OK(next(put));
    return count;
  }
};

Result<void> add_rows_function(const Database& database, RowFeed& feed) {
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, "released_rows");
  duckdb_table_function_set_extra_info(function, &feed, nullptr);
  duckdb_table_function_set_bind(function, RowFeed::bind);
  duckdb_table_function_set_init(function, RowFeed::init);
  duckdb_table_function_set_function(function, RowFeed::call);
  const bool is_known =
      duckdb_register_table_function(database.connection(), function) == DuckDBSuccess;
  duckdb_destroy_table_function(&function);
  if (!is_known) return unavailable("the database takes no rows");
  return {};
}

using TakeNames = std::function<Result<void>(std::vector<std::string>)>;

/// The place of a zero byte, which no text may have.
Result<void> check_texts(const Block& block, const std::vector<std::string>& names,
                         std::uint64_t rows_before) {
  if (block.raw().find('\0') == std::string_view::npos) return {};
  const std::size_t width = names.size();
  for (std::size_t i = 0; i < block.cells.size(); ++i)
    if (block.cell(i / width, i % width).find('\0') != std::string_view::npos)
      return malformed(fmt::format("row {}, column '{}': a zero byte", rows_before + i / width + 1,
                                   printable(names[i % width])),
                       "give texts without zero bytes");
  return {};
}

Result<void> read_rows_of(const Database& database, const std::string& path,
                          const TakeNames& columns, const TakeBlock& take) {
  const std::string from = fmt::format("read_parquet('{}')", path);
  const auto names = TRY(names_of(database, from));
  CHECK_OK(columns(names));
  std::vector<std::string> selected;
  for (const std::string& name : names)
    selected.push_back(fmt::format("COALESCE(CAST({} AS VARCHAR), '')", quote_name(name)));
  std::uint64_t rows = 0;
  return stream(database, fmt::format("SELECT {} FROM {}", fmt::join(selected, ", "), from),
                [&](duckdb_data_chunk chunk) -> Result<void> {
                  Block block = TRY(block_of(chunk, names.size()));
                  CHECK_OK(check_texts(block, names, rows));
                  rows += block.row_count();
                  return take(std::move(block));
                });
}

/// A file that is there whole.
Result<void> read_file(const std::string& path, std::uint64_t memory_bytes_max,
                       const TakeNames& columns, const TakeBlock& take) {
  Database database;
  CHECK_OK(database.open(memory_bytes_max, path, 2));
  return read_rows_of(database, path, columns, take);
}

/// What the footer says of the row groups.
Result<std::vector<ParquetWindow::RowGroup>> row_groups_of(const Database& database,
                                                           const std::string& path) {
  std::vector<ParquetWindow::RowGroup> groups;
  const auto take = [&](duckdb_data_chunk chunk) -> Result<void> {
    const auto numbers = [&](idx_t column) {
      return static_cast<const std::int64_t*>(
          duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column)));
    };
    for (std::size_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i)
      groups.push_back(
          {static_cast<std::uint64_t>(numbers(0)[i]), static_cast<std::uint64_t>(numbers(1)[i])});
    return {};
  };
  CHECK_OK(
      stream(database,
             fmt::format(
                 "SELECT CAST(min(row_group_num_rows) AS BIGINT), CAST(min(least(data_page_offset, "
                 "coalesce(dictionary_page_offset, data_page_offset))) AS BIGINT) FROM "
                 "parquet_metadata('{}') GROUP BY row_group_id ORDER BY row_group_id",
                 path),
             take));
  return groups;
}

}  // namespace

Result<void> read_parquet(const Source& source, const EngineOptions& options,
                          const std::function<Result<void>(std::vector<std::string>)>& columns,
                          const TakeBlock& take) {
  const auto empty = malformed("the file is empty", "give a file with rows");
  if (source.feed) {
    Spool spool(options);
    CHECK_OK(source.feed(spool));
    if (spool.size_bytes() == 0) return empty;
    if (spool.size_bytes() > options.memory_bytes_max / 8)
      return read_parquet(spool, options.memory_bytes_max, columns, take);
    ParquetWindow window = TRY(ParquetWindow::make(spool));
    CHECK_OK(window.open_whole());
    return read_file(window.path(), options.memory_bytes_max, columns, take);
  }
  const InputFile file = TRY(InputFile::open(source.path));
  if (file.size() == 0) return empty;
  return read_file(file.path(), options.memory_bytes_max, columns, take);
}

Result<void> read_parquet(const Spool& spool, std::uint64_t memory_bytes_max,
                          const std::function<Result<void>(std::vector<std::string>)>& columns,
                          const TakeBlock& take) {
  ParquetWindow window = TRY(ParquetWindow::make(spool));
  Database database;
  // One thread reads the row groups one after the other, and is ahead of what was taken by what the
  // database holds for its caller: some MiB, which are fewer rows than the window is ahead.
  CHECK_OK(database.open(memory_bytes_max, window.path(), 1));
  CHECK_OK(window.open(TRY(row_groups_of(database, window.path()))));
  return read_rows_of(database, window.path(), columns, [&](Block block) -> Result<void> {
    const std::size_t rows = block.row_count();
    CHECK_OK(take(std::move(block)));
    return window.passed(rows);
  });
}

Result<void> write_parquet(const std::vector<std::string>& names, std::uint64_t memory_bytes_max,
                           const NextRows& next, ByteSink& to) {
  const auto drain = TRY(Drain::begin(to));
  RowFeed feed{names, next, *drain};
  Result<void> written;
  {
    Database database;
    CHECK_OK(database.open(memory_bytes_max, drain->path(), 1));
    CHECK_OK(add_rows_function(database, feed));
    written =
        database.run(fmt::format("COPY (SELECT * FROM released_rows()) TO '{}' (FORMAT parquet, "
                                 "COMPRESSION zstd, USE_TMP_FILE false)",
                                 drain->path()));
  }
  CHECK_OK(drain->finish());
  CHECK_OK(std::move(feed.failure));
  return written;
}

}  // namespace usufruct::anonymise
