#include "trustee/anonymise/table/engine.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "crypto/base/bytes.h"
#include "tests/trustee/anonymise/table.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::MemoryFile;

namespace {

/// (n INTEGER, "a b" VARCHAR, d DATE): (1, x, 2020-01-02), (2, NULL, NULL); written by
/// DuckDB 1.4.4.
const std::string parquet_hex =
    "504152311500151c151c2c1504150015061506000002000000040101000000020000001500155415542c"
    "150415001506150600002100000041010000000000000000000000000000000000000000000000000000"
    "000000000001000000781500155215522c15041500150615060000210000004101000000000000000000"
    "00000000000000000000000000000000000000000000574700001502194c3500180d6475636b64625f73"
    "6368656d611506001502250218016e252200150c2502180361206225000015022502180164250c001604"
    "191c193c26001c15021915001918016e15001604163e163e26083c180402000000180401000000160028"
    "0402000000180401000000111100000026001c150c191500191803612062150016041676167626463c18"
    "01781801781602280178180178111100000026001c150219150019180164150016041674167426bc013c"
    "1804574700001804574700001602280457470000180457470000111100000016a8021604260816a80200"
    "28284475636b44422076657273696f6e2076312e342e3420286275696c64203664646163383032666629"
    "000d01000050415231";

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const Engine& engine) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < engine.columns().size(); ++i) columns.push_back(i);
  Rows rows;
  const auto read = engine.each(columns, [&](const Batch& batch) -> Result<void> {
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      auto& row = rows.emplace_back();
      for (const auto& cells : batch.cells) row.emplace_back(cells[i]);
    }
    return {};
  });
  REQUIRE(read.has_value());
  return rows;
}

Result<Engine> opened(std::string_view text, Format format) {
  const MemoryFile file(text);
  return Engine::open({}, {.path = file.path(), .format = format});
}

}  // namespace

TEST_CASE("engine: reads CSV as text, in file order, empty and NULL alike") {
  const auto engine = opened("id;a\n007;\"x;\"\"y\"\"\"\n1.50;NULL\n\"\";\n", Format::csv);
  REQUIRE_MESSAGE(engine.has_value(), (engine ? "" : engine.error().message));
  CHECK(engine->columns() == std::vector<std::string>{"id", "a"});
  CHECK(engine->row_count() == 3);
  CHECK(rows_of(*engine) == Rows{{"007", "x;\"y\""}, {"1.50", "NULL"}, {"", ""}});
  CHECK(*engine->distinct(0, 10) == std::vector<ValueCount>{{"", 1}, {"007", 1}, {"1.50", 1}});
  CHECK(*engine->distinct_count(1) == 3);
}

TEST_CASE("engine: reads TSV, JSON lines and Parquet") {
  const auto tsv = opened("a\tb\n1,2\t3;4\n", Format::tsv);
  REQUIRE(tsv.has_value());
  CHECK(rows_of(*tsv) == Rows{{"1,2", "3;4"}});
  const auto json = opened(
      "{\"a\": 1.50, \"b\": \"2020-01-01T00:00:00Z\", \"c\": 1}\n{\"b\": null, \"c\": {\"d\": "
      "[1]}}\n",
      Format::json_lines);
  REQUIRE_MESSAGE(json.has_value(), (json ? "" : json.error().message));
  CHECK(json->columns() == std::vector<std::string>{"a", "b", "c"});
  const Rows objects{{"1.50", "2020-01-01T00:00:00Z", "1"}, {"", "", "{\"d\":[1]}"}};
  CHECK_MESSAGE(rows_of(*json) == objects, fmt::format("{}", fmt::join(rows_of(*json)[0], "|")));
  const auto parquet = opened(as_text(*parse_hex(parquet_hex)), Format::parquet);
  REQUIRE_MESSAGE(parquet.has_value(), (parquet ? "" : parquet.error().message));
  CHECK(parquet->columns() == std::vector<std::string>{"n", "a b", "d"});
  CHECK(rows_of(*parquet) == Rows{{"1", "x", "2020-01-02"}, {"2", "", ""}});
}

TEST_CASE("engine: refuses what does not parse") {
  CHECK(opened("", Format::csv).error().message.find("empty") != std::string::npos);
  CHECK(opened("a,b\n1\n", Format::csv).error().code == Code::malformed);
  CHECK(opened("a,b\n1,2\n", Format::parquet).error().code == Code::malformed);
  const std::string parquet(as_text(*parse_hex(parquet_hex)));
  CHECK_FALSE(opened(parquet.substr(0, parquet.size() - 9), Format::parquet).has_value());
  CHECK_FALSE(opened("{\"a\": 1}\n{\"a\": ", Format::json_lines).has_value());
  CHECK_FALSE(opened("not json\n", Format::json_lines).has_value());
  CHECK(Engine::open({}, {.path = "/no/such/file.csv"}).error().code == Code::not_found);
  CHECK(Engine::open({}, {.path = "/tmp", .format = Format::csv}).error().code == Code::malformed);
  CHECK(Engine::open({}, {.path = "rows.xlsx"}).error().code == Code::malformed);
}

TEST_CASE("engine: keeps file order over many blocks") {
  constexpr std::uint32_t count = 300'000;
  std::string text = "n,t\n";
  for (std::uint32_t i = 0; i < count; ++i) text += fmt::format("{},\"line\n{}\"\n", i, i % 7);
  const auto engine = opened(text, Format::csv);
  REQUIRE_MESSAGE(engine.has_value(), (engine ? "" : engine.error().message));
  const std::vector<std::size_t> first{0};
  std::uint32_t next = 0;
  REQUIRE(engine->each(first, [&](const Batch& batch) -> Result<void> {
    for (std::size_t i = 0; i < batch.rows.size(); ++i, ++next)
      REQUIRE(batch.cells[0][i] == std::to_string(next));
    return {};
  }));
}
