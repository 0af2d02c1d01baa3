#include "trustee/anonymise/table/json_lines.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

using Rows = std::vector<std::vector<std::string>>;

Result<Rows> rows_of(std::string_view text) {
  const auto columns = TRY(parse_keys(text));
  Block block = Block::with_room(text.size());
  std::copy(text.begin(), text.end(), block.text.get());
  block.size = text.size();
  CHECK_OK(parse_json_lines(block, columns));
  Rows rows;
  for (std::size_t row = 0; row < block.row_count(); ++row) {
    rows.emplace_back();
    for (std::size_t c = 0; c < block.columns; ++c) rows[row].emplace_back(block.cell(row, c));
  }
  return rows;
}

}  // namespace

TEST_CASE("json lines: texts are as they are meant, numbers as they are written") {
  struct Row {
    std::string value;
    std::string cell;
  };
  const std::vector<Row> rows{
      {"\"\"", ""},
      {"\"x\"", "x"},
      {"null", ""},
      {"true", "true"},
      {"false", "false"},
      {"0", "0"},
      {"-0.10", "-0.10"},
      {"1.50", "1.50"},
      {"12345678901234567890123", "12345678901234567890123"},
      {"9007199254740993", "9007199254740993"},
      {"1e+5", "1e+5"},
      {"2E-07", "2E-07"},
      {"\"a\\\"b\\\\c\\/d\\n\\t\\r\\b\\f\"", "a\"b\\c/d\n\t\r\b\f"},
      {"\"\\u00e9\\u20AC\\ud83d\\ude00\"", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
      {"{}", "{}"},
      {"[ ]", "[]"},
      {"[1, {\"b\" : [true , null]} ,\t\"x y\"]", "[1,{\"b\":[true,null]},\"x y\"]"},
      {"{ \"k\" : \"\\u0041 \\\" ]\" }", "{\"k\":\"\\u0041 \\\" ]\"}"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    const auto read = rows_of("{\"a\": " + row.value + ",\"z\":1}\r\n");
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
    CHECK(*read == Rows{{row.cell, "1"}});
  }
}

TEST_CASE("json lines: the first row has the columns, absent keys are empty, order is free") {
  CHECK(*rows_of("{\"a\":1,\"b\":2}\n{\"b\":3}\n{}\n {\"b\":4 , \"a\":5} ") ==
        Rows{{"1", "2"}, {"", "3"}, {"", ""}, {"5", "4"}});
}

TEST_CASE("json lines: refuses what is not one object a line, and says where") {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  struct Row {
    std::string text;
    std::string says;
  };
  const std::vector<Row> rows{
      {"", "the file is empty"},
      {"\n", "the file is empty"},
      {"[1]\n", "line 1: not a JSON object"},
      {"{}\n", "the first row has no columns"},
      {"{\"a\":1,\"a\":2}\n", "'a' occurs twice"},
      {"{\"\":1}\n", "has no name"},
      {"{\"a\":1}\n\n", "line 2: not a JSON object"},
      {"{\"a\":1}\n{\"a\":1}{\"a\":2}\n", "line 2, column 'a': text after the object"},
      {"{\"a\":1}\n{\"b\":1}\n", "line 2, column 'b': a key that the first row does not have"},
      {"{\"a\":1}\n{\"a\":1,\"a\":1}\n", "line 2, column 'a': a key that occurs twice"},
      {"{\"a\":1}\n{\"a\":}\n", "line 2, column 'a': not a JSON value"},
      {"{\"a\":1}\n{\"a\":01}\n", "line 2, column 'a': a number with a leading zero"},
      {"{\"a\":1}\n{\"a\":1.}\n", "line 2, column 'a': a number that ends in a point"},
      {"{\"a\":1}\n{\"a\":1e}\n", "line 2, column 'a': a number without its exponent"},
      {"{\"a\":1}\n{\"a\":+1}\n", "line 2, column 'a': not a JSON value"},
      {"{\"a\":1}\n{\"a\":NaN}\n", "line 2, column 'a': not a JSON value"},
      {"{\"a\":1}\n{\"a\":\"x}\n", "line 2, column 'a': a text is never closed"},
      {"{\"a\":1}\n{\"a\":\"\\x\"}\n", "an escape that JSON does not have"},
      {"{\"a\":1}\n{\"a\":\"\\u12G4\"}\n", "an escape that JSON does not have"},
      {"{\"a\":1}\n{\"a\":\"\\ud800\"}\n", "half of a surrogate pair"},
      {"{\"a\":1}\n{\"a\":\"\\udc00\"}\n", "half of a surrogate pair"},
      {"{\"a\":1}\n{\"a\":\"\\u0000\"}\n", "a zero byte"},
      {"{\"a\":1}\n{\"a\":\"\x01\"}\n", "a control character in a text"},
      {"{\"a\":1}\n{\"a\":[1,]}\n", "not a JSON value"},
      {"{\"a\":1}\n{\"a\":[1 2]}\n", "a comma is missing"},
      {"{\"a\":1}\n{\"a\":[1}}\n", "brackets that do not match"},
      {"{\"a\":1}\n{\"a\":{\"b\"}}\n", "a colon is missing"},
      {"{\"a\":1}\n{\"a\":{1:2}}\n", "a key is missing"},
      {"{\"a\":1}\n{\"a\":[1\n", "never closed"},
      {"{\"a\":1}\n{\"a\":" + deep + "}\n", "nested too deeply"},
      {"{\"a\":1}\n{\"a\":1", "a comma or the closing bracket is missing"},
      {"{\"a\":1}\n{\"a\":\"\xff\"}\n", "line 2 is not UTF-8"},
      {std::string("{\"a\":1}\n{\"a\":\"\0\"}\n", 18), "line 2: a zero byte"},
      {"{\"a\":1}\n{\"a\":\"" + std::string(row_bytes_max, 'x') + "\"}\n", "line 2: a row is over"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.says);
    const auto read = rows_of(row.text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Code::malformed);
    CHECK_MESSAGE(read.error().message.find(row.says) != std::string::npos, read.error().message);
    CHECK_FALSE(read.error().hint.empty());
  }
}
