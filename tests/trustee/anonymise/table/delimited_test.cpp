#include "trustee/anonymise/table/delimited.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

struct Shape {
  char delimiter = ',';
  std::vector<std::string> columns;
  std::uint64_t rows = 0;
};

/// Header and rows of a text that is one block.
Result<Shape> scan(std::string_view text, std::optional<char> delimiter = {}) {
  const Layout layout = TRY(parse_header(text, delimiter));
  Block block = Block::with_room(text.size());
  std::copy(text.begin(), text.end(), block.text.get());
  block.start = layout.header_bytes;
  block.size = text.size();
  block.first_line += layout.header_lines;
  CHECK_OK(parse_delimited(block, layout));
  return Shape{layout.delimiter, layout.columns, block.row_count()};
}

}  // namespace

TEST_CASE("delimited: finds the delimiter, the names and the rows") {
  struct Row {
    std::string text;
    char delimiter;
    std::vector<std::string> columns;
    std::uint64_t rows;
  };
  const std::vector<Row> rows{
      {"a,b\n1,2\n", ',', {"a", "b"}, 1},
      {"a;b\r\n1;2\r\n3;4", ';', {"a", "b"}, 2},
      {"a\tb\n1\t\n", '\t', {"a", "b"}, 1},
      {"a|b\n|\n", '|', {"a", "b"}, 1},
      {"\xEF\xBB\xBF"
       "a\n1\n\"\"\n",
       ',',
       {"a"},
       2},
      {"\"x;,;\"\"y\",b\n\"1\n2\",\"\"\"\"\n", ',', {"x;,;\"y", "b"}, 1},
      {"n\xC3\xA9,b\n\xE2\x82\xAC,2\n", ',', {"n\xC3\xA9", "b"}, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto shape = scan(row.text);
    REQUIRE_MESSAGE(shape.has_value(), (shape ? "" : shape.error().message));
    CHECK(shape->delimiter == row.delimiter);
    CHECK(shape->columns == row.columns);
    CHECK(shape->rows == row.rows);
  }
}

TEST_CASE("delimited: refuses hostile files and names the line") {
  struct Row {
    std::string text;
    std::string says;
  };
  const std::vector<Row> rows{
      {"", "empty"},
      {"\xEF\xBB\xBF", "empty"},
      {"a,a\n1,2\n", "'a' occurs twice"},
      {"a,\n1,2\n", "column 2 has no name"},
      {"a,b\n1,2\n3\n", "line 3 has 1 fields"},
      {"a,b\n1,2,3\n", "line 2 has 3 fields"},
      {"a,b\n\"x\ny\",2\n3\n", "line 4 has 1 fields"},
      {"a,b\n1,2\n\n3,4\n", "line 3 is empty"},
      {"a\n1\n\n", "line 3 is empty"},
      {"a,b\n1,\"2\n", "line 2, column 'b': a quote is never closed"},
      {"a,b\n1,\"2\"x\n", "line 2, column 'b': text after a closing quote"},
      {"a,b\n1,x\"y\n", "line 2, column 'b': a quote inside"},
      {"a,b\n1,2\r3,4\n", "line 2, column 'b': a carriage return"},
      {"a,b\n1,2\r\n3,4\n", "line 2 ends unlike"},
      {"a,b\n1,\xff\n", "line 2, column 'b' is not UTF-8"},
      {"a,b\n12345678,1\n1,\xC0\xAF\n", "line 3, column 'b' is not UTF-8"},
      {std::string("a,b\n1,\0\n", 8), "line 2, column 'b': a zero byte"},
      {"a\n" + std::string(row_bytes_max + 2, 'x') + "\n", "line 2: a row is over"},
      {"a\n\"" + std::string(row_bytes_max + 9, 'x') + "\"\n", "a row is over"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.says);
    const auto shape = scan(row.text);
    REQUIRE_FALSE(shape.has_value());
    CHECK(shape.error().code == Code::malformed);
    CHECK_MESSAGE(shape.error().message.find(row.says) != std::string::npos, shape.error().message);
    CHECK_FALSE(shape.error().hint.empty());
  }
  CHECK_FALSE(scan("a\n1\n", 'x').has_value());
}
