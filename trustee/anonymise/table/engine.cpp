#include "trustee/anonymise/table/engine.h"

#include <duckdb.h>
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/csv_scan.h"
#include "trustee/anonymise/table/input_file.h"

namespace usufruct::anonymise {

namespace {

std::string quote_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

std::string quote_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

/// The database holds a few of these at once, outside what it can spill.
constexpr std::size_t read_buffer_bytes = 4 * csv_record_bytes_max;

std::string column_name(std::size_t column) { return fmt::format("c{}", column); }

}  // namespace

struct Engine::State {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  std::vector<std::string> columns;
  std::uint64_t row_count = 0;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (connection) duckdb_disconnect(&connection);
    if (database) duckdb_close(&database);
  }
};

namespace {

/// The first line of what the database says, as ours: its other lines advise options it has.
std::unexpected<Error> database_error(const char* text) {
  std::string_view said = text == nullptr ? "the database failed" : text;
  const bool is_resource = said.starts_with("Out of Memory") || said.starts_with("IO Error") ||
                           said.starts_with("INTERNAL");
  if (const auto colon = said.find("Error: "); colon != std::string_view::npos && colon < 40)
    said.remove_prefix(colon + 7);
  const std::string message =
      fmt::format("cannot read the rows: {}", printable(said.substr(0, said.find('\n'))));
  if (is_resource)
    return unavailable(message, "allow more memory, or name a folder where rows may spill");
  return malformed(message, "mend the file and try again");
}

class ResultSet {
 public:
  ResultSet() = default;
  ResultSet(const ResultSet&) = delete;
  ResultSet& operator=(const ResultSet&) = delete;
  ~ResultSet() { duckdb_destroy_result(&result); }
  duckdb_result result{};
};

Result<void> run(duckdb_connection connection, const std::string& sql) {
  ResultSet set;
  if (duckdb_query(connection, sql.c_str(), &set.result) == DuckDBError)
    return database_error(duckdb_result_error(&set.result));
  return {};
}

std::string_view text_at(duckdb_vector vector, std::size_t row) {
  auto* strings = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
  return {duckdb_string_t_data(&strings[row]), duckdb_string_t_length(strings[row])};
}

/// Runs a query whose columns are all NOT NULL, one BIGINT first and VARCHARs after it, and hands
/// over chunk by chunk as the database makes them. Order is the query's.
Result<void> stream(duckdb_connection connection, const std::string& sql,
                    const std::function<Result<void>(duckdb_data_chunk)>& take) {
  struct Statement {
    duckdb_prepared_statement prepared = nullptr;
    duckdb_pending_result pending = nullptr;
    ~Statement() {
      duckdb_destroy_pending(&pending);
      duckdb_destroy_prepare(&prepared);
    }
  } statement;
  if (duckdb_prepare(connection, sql.c_str(), &statement.prepared) == DuckDBError)
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

/// Reads a chunk of (number, texts…) into a batch.
void fill_cells(Batch& batch, duckdb_data_chunk chunk) {
  const std::size_t size = duckdb_data_chunk_get_size(chunk);
  for (std::size_t c = 0; c < batch.cells.size(); ++c) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c + 1);
    batch.cells[c].resize(size);
    for (std::size_t i = 0; i < size; ++i) batch.cells[c][i] = text_at(vector, i);
  }
}

std::span<const std::int64_t> numbers_of(duckdb_data_chunk chunk) {
  duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, 0);
  return {static_cast<const std::int64_t*>(duckdb_vector_get_data(vector)),
          duckdb_data_chunk_get_size(chunk)};
}

/// What the file's own reader in the database calls it, and what its columns are there.
struct Reading {
  std::string from;                ///< the table function call
  std::vector<std::string> names;  ///< of the file
  std::vector<std::string> texts;  ///< an expression of each column as text
  std::optional<std::uint64_t> rows;
};

Result<Reading> read_delimited(const InputFile& file, std::optional<char> delimiter) {
  const Mapping mapping(file);
  if (file.size() > 0 && !mapping.is_mapped()) return unavailable("cannot map the file");
  const CsvShape shape = TRY(scan_csv(mapping.text(), delimiter));
  Reading reading{.from = {}, .names = shape.columns, .texts = {}, .rows = shape.rows};
  std::vector<std::string> types;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    types.push_back(column_name(i) + ": 'VARCHAR'");
    reading.texts.push_back(column_name(i));
  }
  reading.from = fmt::format(
      "read_csv('{}', auto_detect=false, header=true, delim={}, quote='\"', escape='\"', "
      "all_varchar=true, compression='none', strict_mode=true, null_padding=false, "
      "ignore_errors=false, max_line_size={}, buffer_size={}, columns={{{}}})",
      file.path(), quote_text(std::string(1, shape.delimiter)), 2 * csv_record_bytes_max,
      read_buffer_bytes, fmt::join(types, ", "));
  return reading;
}

/// Names come from the database's own reading of the file.
Result<Reading> read_typed(duckdb_connection connection, std::string from,
                           std::string_view text_of_column) {
  Reading reading{.from = std::move(from), .names = {}, .texts = {}, .rows = {}};
  ResultSet set;
  const std::string sql = fmt::format("SELECT * FROM {} LIMIT 0", reading.from);
  if (duckdb_query(connection, sql.c_str(), &set.result) == DuckDBError)
    return database_error(duckdb_result_error(&set.result));
  const std::size_t count = duckdb_column_count(&set.result);
  if (count > column_count_max)
    return malformed(fmt::format("{} columns", count), fmt::format("keep to {}", column_count_max));
  std::set<std::string> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = duckdb_column_name(&set.result, i);
    if (name.empty() || !is_utf8(name))
      return malformed(fmt::format("column {} has no usable name", i + 1), "name every column");
    if (!seen.insert(name).second)
      return malformed(fmt::format("column '{}' occurs twice", printable(name)));
    reading.names.push_back(name);
    reading.texts.push_back(fmt::format(fmt::runtime(text_of_column), quote_name(name)));
  }
  return reading;
}

Result<Reading> read_any(duckdb_connection connection, const InputFile& file, Format format,
                         std::optional<char> delimiter) {
  if (file.size() == 0) return malformed("the file is empty", "give a file with rows");
  switch (format) {
    case Format::csv:
      return read_delimited(file, delimiter);
    case Format::tsv:
      return read_delimited(file, '\t');
    case Format::json_lines:
      // Depth one keeps every value as JSON text: nothing is guessed to be a date and reprinted.
      return read_typed(connection,
                        fmt::format("read_json('{}', format='newline_delimited', records='true', "
                                    "maximum_depth=1, sample_size=-1, compression='uncompressed', "
                                    "ignore_errors=false)",
                                    file.path()),
                        "({} ->> '$')");
    case Format::parquet:
      return read_typed(connection, fmt::format("read_parquet('{}')", file.path()),
                        "CAST({} AS VARCHAR)");
  }
  return malformed("unknown format");
}

Result<std::uint64_t> count_rows(duckdb_connection connection) {
  std::uint64_t count = 0;
  CHECK_OK(stream(connection, "SELECT count(*) FROM input",
                  [&](duckdb_data_chunk chunk) -> Result<void> {
                    count = static_cast<std::uint64_t>(numbers_of(chunk)[0]);
                    return {};
                  }));
  return count;
}

Result<void> load(Engine::State& state, const InputFile& file, Format format,
                  std::optional<char> delimiter) {
  CHECK_OK(run(state.connection, fmt::format("SET allowed_paths=['{}']", file.path())));
  CHECK_OK(run(state.connection, "SET enable_external_access=false"));
  CHECK_OK(run(state.connection, "SET lock_configuration=true"));
  Reading reading = TRY(read_any(state.connection, file, format, delimiter));
  if (reading.names.empty()) return malformed("the file has no columns");
  std::vector<std::string> selected;
  for (std::size_t i = 0; i < reading.texts.size(); ++i)
    selected.push_back(fmt::format("COALESCE({}, '') AS {}", reading.texts[i], column_name(i)));
  CHECK_OK(run(state.connection, fmt::format("CREATE TABLE input AS SELECT {} FROM {}",
                                             fmt::join(selected, ", "), reading.from)));
  state.columns = std::move(reading.names);
  state.row_count = TRY(count_rows(state.connection));
  if (state.row_count == 0) return malformed("the file has no rows", "give at least one row");
  if (reading.rows && *reading.rows != state.row_count)
    return malformed(fmt::format("the file has {} rows by one reader and {} by another",
                                 *reading.rows, state.row_count),
                     "quote every field that holds a quote, a delimiter or a line end");
  if (state.row_count >= std::numeric_limits<std::uint32_t>::max())
    return malformed(fmt::format("{} rows", state.row_count), "split the file below 2^32 rows");
  return {};
}

Result<void> open_database(Engine::State& state, const EngineOptions& options) {
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) == DuckDBError) return unavailable("no database configuration");
  const std::array<std::pair<const char*, std::string>, 8> settings{{
      {"threads", std::to_string(options.threads)},
      {"memory_limit", fmt::format("{}B", options.memory_bytes_max)},
      {"temp_directory", options.temporary_folder},
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
      is_set && duckdb_open_ext(":memory:", &state.database, config, &error) == DuckDBSuccess;
  duckdb_destroy_config(&config);
  const std::string said = error ? printable(error) : "a setting is refused";
  if (error) duckdb_free(error);
  if (!is_open) return unavailable(fmt::format("cannot open a database: {}", said));
  if (duckdb_connect(state.database, &state.connection) == DuckDBError)
    return unavailable("cannot connect to the database");
  return {};
}

/// Where each row goes in the order asked for, as a table beside the input.
Result<void> append_places(duckdb_connection connection, const std::vector<std::int64_t>& places) {
  duckdb_appender appender = nullptr;
  if (duckdb_appender_create(connection, nullptr, "places", &appender) == DuckDBError) {
    auto failed = database_error(duckdb_appender_error(appender));
    duckdb_appender_destroy(&appender);
    return failed;
  }
  bool is_good = true;
  duckdb_logical_type type = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
  duckdb_data_chunk chunk = duckdb_create_data_chunk(&type, 1);
  const std::size_t step = duckdb_vector_size();
  for (std::size_t at = 0; is_good && at < places.size(); at += step) {
    const std::size_t size = std::min(step, places.size() - at);
    duckdb_data_chunk_reset(chunk);
    std::memcpy(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)), &places[at],
                size * sizeof(std::int64_t));
    duckdb_data_chunk_set_size(chunk, size);
    is_good = duckdb_append_data_chunk(appender, chunk) == DuckDBSuccess;
  }
  is_good = is_good && duckdb_appender_close(appender) == DuckDBSuccess;
  duckdb_destroy_data_chunk(&chunk);
  duckdb_destroy_logical_type(&type);
  duckdb_appender_destroy(&appender);
  if (!is_good) return unavailable("the database did not take the order of the rows");
  return {};
}

std::string selected(std::span<const std::size_t> columns) {
  std::string text;
  for (const std::size_t column : columns) text += ", " + column_name(column);
  return text;
}

}  // namespace

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::open(const EngineOptions& options, const Source& source) {
  const auto format = source.format ? source.format : format_of_path(source.path);
  if (!format)
    return malformed(fmt::format("cannot tell the format of '{}'", printable(source.path)),
                     "end its name with .csv, .tsv, .jsonl or .parquet");
  const InputFile file = TRY(InputFile::open(source.path));
  auto state = std::make_unique<State>();
  CHECK_OK(open_database(*state, options));
  CHECK_OK_IN(printable(source.path), load(*state, file, *format, source.delimiter));
  return Engine(std::move(state));
}

const std::vector<std::string>& Engine::columns() const { return state_->columns; }
std::uint64_t Engine::row_count() const { return state_->row_count; }

Result<void> Engine::each(std::span<const std::size_t> columns, const EachBatch& take) const {
  Batch batch;
  batch.cells.resize(columns.size());
  std::vector<std::uint64_t> rows;
  std::uint64_t expected = 0;
  CHECK_OK(stream(state_->connection, fmt::format("SELECT rowid{} FROM input", selected(columns)),
                  [&](duckdb_data_chunk chunk) -> Result<void> {
                    rows.clear();
                    for (const std::int64_t row : numbers_of(chunk)) {
                      CHECK_THAT(static_cast<std::uint64_t>(row) == expected++);
                      rows.push_back(static_cast<std::uint64_t>(row));
                    }
                    batch.rows = rows;
                    fill_cells(batch, chunk);
                    return take(batch);
                  }));
  CHECK_THAT(expected == state_->row_count);
  return {};
}

Result<void> Engine::each_in_order(std::span<const std::size_t> columns,
                                   std::span<const std::uint32_t> order,
                                   const EachBatch& take) const {
  std::vector<std::int64_t> places(state_->row_count, -1);
  for (std::size_t i = 0; i < order.size(); ++i) {
    CHECK_THAT(order[i] < places.size() && places[order[i]] == -1);
    places[order[i]] = static_cast<std::int64_t>(i);
  }
  CHECK_OK(run(state_->connection, "CREATE OR REPLACE TABLE places(place BIGINT)"));
  CHECK_OK(append_places(state_->connection, places));
  Batch batch;
  batch.cells.resize(columns.size());
  std::vector<std::uint64_t> rows;
  std::size_t expected = 0;
  CHECK_OK(stream(state_->connection,
                  fmt::format("SELECT place{} FROM input POSITIONAL JOIN places WHERE place >= 0 "
                              "ORDER BY place",
                              selected(columns)),
                  [&](duckdb_data_chunk chunk) -> Result<void> {
                    rows.clear();
                    for (const std::int64_t place : numbers_of(chunk)) {
                      CHECK_THAT(static_cast<std::size_t>(place) == expected++);
                      rows.push_back(order[static_cast<std::size_t>(place)]);
                    }
                    batch.rows = rows;
                    fill_cells(batch, chunk);
                    return take(batch);
                  }));
  CHECK_THAT(expected == order.size());
  return run(state_->connection, "DROP TABLE places");
}

Result<std::vector<ValueCount>> Engine::distinct(std::size_t column,
                                                 std::uint64_t count_max) const {
  std::vector<ValueCount> values;
  CHECK_OK(stream(state_->connection,
                  fmt::format("SELECT count(*), {0} FROM input GROUP BY {0} ORDER BY {0} LIMIT {1}",
                              column_name(column), count_max),
                  [&](duckdb_data_chunk chunk) -> Result<void> {
                    const auto counts = numbers_of(chunk);
                    for (std::size_t i = 0; i < counts.size(); ++i)
                      values.push_back(
                          {std::string(text_at(duckdb_data_chunk_get_vector(chunk, 1), i)),
                           static_cast<std::uint64_t>(counts[i])});
                    return {};
                  }));
  return values;
}

Result<std::uint64_t> Engine::distinct_count(std::size_t column) const {
  std::uint64_t count = 0;
  CHECK_OK(stream(state_->connection,
                  fmt::format("SELECT count(DISTINCT {}) FROM input", column_name(column)),
                  [&](duckdb_data_chunk chunk) -> Result<void> {
                    count = static_cast<std::uint64_t>(numbers_of(chunk)[0]);
                    return {};
                  }));
  return count;
}

}  // namespace usufruct::anonymise
