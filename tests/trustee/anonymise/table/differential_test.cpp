// Our reader beside DuckDB's, which was written by others: they must see the same table.
#include <doctest/doctest.h>
#include <duckdb.h>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/table/engine.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::MemoryFile;

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// What the database reads, NULL as the empty text.
class Database {
 public:
  Database() {
    REQUIRE(duckdb_open(nullptr, &database_) == DuckDBSuccess);
    REQUIRE(duckdb_connect(database_, &connection_) == DuckDBSuccess);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  Rows read(const std::string& sql) {
    duckdb_result result;
    const bool is_good = duckdb_query(connection_, sql.c_str(), &result) == DuckDBSuccess;
    REQUIRE_MESSAGE(is_good, duckdb_result_error(&result));
    Rows rows(duckdb_row_count(&result));
    for (std::size_t row = 0; row < rows.size(); ++row)
      for (std::size_t c = 0; c < duckdb_column_count(&result); ++c) {
        duckdb_string text = duckdb_value_string(&result, c, row);
        rows[row].emplace_back(text.data == nullptr ? "" : std::string(text.data, text.size));
        duckdb_free(text.data);
      }
    duckdb_destroy_result(&result);
    return rows;
  }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

Result<Rows> ours(const std::string& path, Format format, std::optional<char> delimiter) {
  const Engine engine =
      TRY(Engine::open({}, {.path = path, .format = format, .delimiter = delimiter}));
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < engine.columns().size(); ++c) columns.push_back(c);
  Rows rows;
  CHECK_OK(engine.each(columns, [&](const Batch& batch) -> Result<void> {
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      auto& row = rows.emplace_back();
      for (const auto& cells : batch.cells) row.emplace_back(cells[i]);
    }
    return {};
  }));
  return rows;
}

}  // namespace

TEST_CASE("differential: DuckDB reads the same CSV as we do") {
  Database database;
  CHECK(rc::check([&] {
    const auto width = *rc::gen::inRange<std::size_t>(2, 6);
    const auto cell =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab1.,;\t|\"\n' -\xC3")));
    auto rows = *rc::gen::nonEmpty(
        rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(width, cell)));
    for (auto& row : rows)
      for (auto& text : row)
        if (text.find('\xC3') != std::string::npos) text = "\xC3\xA9" + std::to_string(text.size());
    const char delimiter = *rc::gen::elementOf(std::string(",;\t|"));
    std::string text;
    std::string types;
    for (std::size_t c = 0; c < width; ++c) {
      text += fmt::format("{}c{}", c ? std::string(1, delimiter) : "", c);
      types += fmt::format("{}'c{}': 'VARCHAR'", c ? ", " : "", c);
    }
    text += "\n";
    for (const auto& row : rows) {
      for (std::size_t c = 0; c < width; ++c) {
        if (c > 0) text += delimiter;
        std::string doubled;
        for (const char each : row[c]) doubled += each == '"' ? "\"\"" : std::string(1, each);
        const bool is_plain =
            row[c].find_first_of(std::string("\"\n") + delimiter) == std::string::npos &&
            row[c].size() % 2 == 0;
        text += is_plain ? row[c] : "\"" + doubled + "\"";
      }
      text += "\n";
    }
    const MemoryFile file(text);
    const auto mine = ours(file.path(), Format::csv, delimiter);
    RC_ASSERT(mine.has_value());
    RC_ASSERT(*mine == rows);
    const auto theirs = database.read(fmt::format(
        "SELECT * FROM read_csv('{}', auto_detect=false, header=true, delim='{}', quote='\"', "
        "escape='\"', columns={{{}}}, strict_mode=true)",
        file.path(), delimiter, types));
    RC_ASSERT(*mine == theirs);
  }));
}

TEST_CASE("differential: DuckDB reads the same JSON lines as we do") {
  Database database;
  const MemoryFile file(
      "{\"a\":\"x\\u00e9\\n\\\"\",\"b\":9007199254740993,\"c\":true}\n"
      "{\"c\":false,\"a\":\"\\ud83d\\ude00\"}\n"
      "{\"a\":\"\\/\\b\\f\\r\\t\\\\\",\"b\":-17,\"c\":null}\n");
  const auto mine = ours(file.path(), Format::json_lines, {});
  REQUIRE(mine.has_value());
  CHECK(*mine == database.read(fmt::format(
                     "SELECT a, CAST(b AS VARCHAR), CAST(c AS VARCHAR) FROM read_json('{}', "
                     "format='newline_delimited', columns={{a: 'VARCHAR', b: 'BIGINT', "
                     "c: 'BOOLEAN'}})",
                     file.path())));
}

TEST_CASE("differential: typed Parquet columns are the texts DuckDB shows") {
  Database database;
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("usufruct-parquet-{}", ::getpid());
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "typed.parquet").string();
  database.read(fmt::format(
      "COPY (SELECT * FROM (VALUES (9223372036854775807, 1.10::DECIMAL(30,2), DATE '2024-02-29', "
      "TIMESTAMP '2024-02-29 23:59:59.5', TIMESTAMPTZ '2024-03-01 00:30:00+01', true, 0.1::DOUBLE, "
      "NULL::VARCHAR), (-1, 12345678901234567890123456.78::DECIMAL(30,2), NULL, NULL, NULL, false, "
      "1e300::DOUBLE, '')) t(i, n, d, ts, tz, b, f, s)) TO '{}' (FORMAT parquet)",
      path));
  const auto mine = ours(path, Format::parquet, {});
  std::filesystem::remove_all(folder);
  REQUIRE_MESSAGE(mine.has_value(), (mine ? "" : mine.error().message));
  CHECK(*mine == Rows{{"9223372036854775807", "1.10", "2024-02-29", "2024-02-29 23:59:59.5",
                       "2024-02-29 23:30:00+00", "true", "0.1", ""},
                      {"-1", "12345678901234567890123456.78", "", "", "", "false", "1e+300", ""}});
}
