#include "trustee/anonymise/measure/released_reader.h"

#include <doctest/doctest.h>

#include "crypto/base/chance.h"
#include "trustee/anonymise/measure/json_record.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using measuring::ReleasedReader;

namespace {

using Records = std::vector<std::vector<std::string>>;

/// All records, fed so many bytes at a time.
Result<Records> read_all(std::string_view text, Format format, std::size_t piece) {
  ReleasedReader reader(format);
  Records records;
  std::vector<std::string_view> fields;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    reader.feed(as_view(text.substr(at, piece)));
    while (TRY(reader.next(fields))) records.emplace_back(fields.begin(), fields.end());
  }
  CHECK_OK(reader.end());
  return records;
}

void check_reads(std::string_view text, Format format, const Records& wanted) {
  CAPTURE(text);
  for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 64UL, 4096UL}) {
    CAPTURE(piece);
    const auto records = read_all(text, format, piece);
    REQUIRE_MESSAGE(records.has_value(), (records ? "" : records.error().message));
    CHECK(*records == wanted);
  }
}

void check_refuses(std::string_view text, Format format, std::string_view says) {
  CAPTURE(text);
  for (const std::size_t piece : {1UL, 5UL, 4096UL}) {
    const auto records = read_all(text, format, piece);
    REQUIRE_FALSE(records.has_value());
    CHECK(records.error().code == Code::malformed);
    CHECK_MESSAGE(records.error().message.find(says) != std::string::npos, records.error().message);
  }
}

}  // namespace

TEST_CASE("released reader: CSV fields, quoted or not, however the bytes arrive") {
  check_reads("a,b\n1,2\n", Format::csv, {{"a", "b"}, {"1", "2"}});
  check_reads("a,b\r\n1,\r\n", Format::csv, {{"a", "b"}, {"1", ""}});
  check_reads("a,b\n\"[20, 30)\",\"say \"\"no\"\"\"\n", Format::csv,
              {{"a", "b"}, {"[20, 30)", "say \"no\""}});
  check_reads("a,b\n\"\",\"\"\"\"\n", Format::csv, {{"a", "b"}, {"", "\""}});
  check_reads("a,b\n\"two\nlines, \r\n\",x\n", Format::csv,
              {{"a", "b"}, {"two\nlines, \r\n", "x"}});
  check_reads("a\n\"\"\n", Format::csv, {{"a"}, {""}});
  check_reads("größe,b\n1234567812345678,x\n", Format::csv,
              {{"größe", "b"}, {"1234567812345678", "x"}});
  check_reads("a\tb, c\n1,5\t\"x\ty\"\n", Format::tsv, {{"a", "b, c"}, {"1,5", "x\ty"}});
}

TEST_CASE("released reader: CSV that is none is refused with its line") {
  check_refuses("", Format::csv, "line 1: there is no header");
  check_refuses("a,b\n1\n", Format::csv, "line 2: 1 fields and the header has 2");
  check_refuses("a,b\n1,2\n1,2,3\n", Format::csv, "line 3: 3 fields");
  check_refuses("a,b\n1,2", Format::csv, "line 2: the file stops within a record");
  check_refuses("a,b\n1,\"2", Format::csv, "stops within a record");
  check_refuses("a,b\n1,\"2\"", Format::csv, "stops within a record");
  check_refuses("a,b\n1,\"2\"x\n", Format::csv, "text after a closing quote");
  check_refuses("a,b\n1,2\"\n", Format::csv, "a quote inside a field");
  check_refuses("a,b\n1,2\rx\n", Format::csv, "a lone carriage return");
  check_refuses("a,b\n1,2\r\n", Format::csv, "ends in another way");
  check_refuses("a\n1\n\n2\n", Format::csv, "line 3: an empty line");
  check_refuses("a,b\n1,\xC3\x28\n", Format::csv, "line 2: bytes that are not UTF-8");
  std::string wide = "a";
  for (int i = 0; i < 1024; ++i) wide += ",a";
  check_refuses(wide + "\n", Format::csv, "1025 columns; 1 to 1024");
}

TEST_CASE("released reader: a record without an end is refused before it fills the memory") {
  ReleasedReader reader(Format::csv);
  std::vector<std::string_view> fields;
  const std::string piece(std::size_t{1} << 20, 'x');
  for (int i = 0; i < 16; ++i) {
    reader.feed(as_view(piece));
    const auto next = reader.next(fields);
    REQUIRE(next.has_value());
    CHECK_FALSE(*next);
  }
  reader.feed(as_view(piece));
  CHECK_FALSE(reader.next(fields).has_value());
}

TEST_CASE("released reader: JSON lines") {
  check_reads("{\"a\":\"x\",\"b\":1.50}\n{\"b\":null,\"a\":\"\\u00e9\\n\\\"\"}\n{\"a\":true}\n",
              Format::json_lines, {{"a", "b"}, {"x", "1.50"}, {"é\n\"", ""}, {"true", ""}});
  check_reads(" { \"a\" : [1, {\"b\": \"]\"}] , \"c\":{}}\r\n", Format::json_lines,
              {{"a", "c"}, {"[1, {\"b\": \"]\"}]", "{}"}});
  check_reads("{\"a\":\"\\ud83d\\ude00\"}\n", Format::json_lines, {{"a"}, {"😀"}});
  check_reads("", Format::json_lines, {});
}

TEST_CASE("released reader: JSON that is none is refused with its line") {
  const auto refuses = [](std::string_view text, std::string_view says) {
    check_refuses(text, Format::json_lines, says);
  };
  refuses("{\"a\":1}\n[1]\n", "line 2: a line is not a JSON object");
  refuses("{\"a\":1}\n\n", "line 2: a line is not a JSON object");
  refuses("{\"a\":1}\n{\"a\":1", "stops within a record");
  refuses("{\"a\":1}\n{\"b\":1}\n", "key 'b' is not in the first line");
  refuses("{\"a\":1}\n{\"a\":1,\"a\":2}\n", "key 'a' twice");
  refuses("{\"a\":1,\"a\":2}\n", "key 'a' twice");
  refuses("{}\n", "0 columns");
  refuses("{\"a\":01}\n", "a value that is not JSON");
  refuses("{\"a\":nil}\n", "a value that is not JSON");
  refuses("{\"a\":}\n", "a value that is not JSON");
  refuses("{\"a\"}\n", "a key without a value");
  refuses("{\"a\":\"\\x\"}\n", "an escape that is not JSON");
  refuses("{\"a\":\"\\ud83d\"}\n", "an escape that is not JSON");
  refuses("{\"a\":\"\x01\"}\n", "a control character");
  refuses("{\"a\":\"x}\n", "a string that is not closed");
  refuses("{\"a\":1} x\n", "text after the object");
  refuses("{\"a\":1,}\n", "a key that is not a string");
  refuses("{\"a\":" + std::string(65, '[') + std::string(65, ']') + "}\n", "nested too deep");
  refuses("{\"a\":[1}\n", "a value that is not JSON");
}

TEST_CASE("released reader: any bytes give one answer, however they are cut") {
  const std::vector<std::pair<Format, std::string>> good{
      {Format::csv, "a,b\n\"[1, 2)\",\"say \"\"no\"\"\"\nx,\n\"two\nlines\",é\n"},
      {Format::csv, "a,b\r\n1,2\r\n\"3\",\"4,\"\r\n"},
      {Format::tsv, "a\tb\n1\t2\n\"3\t\"\t4\n"},
      {Format::json_lines,
       "{\"a\":\"x\\u00e9\",\"b\":[1,{\"c\":null}]}\n{\"b\":-1.5e3,\"a\":null}\n"}};
  SeededChance chance(23);
  std::size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto [format, text] = good[chance.next() % good.size()];
    for (std::uint64_t edits = chance.next() % 3; edits > 0 && !text.empty(); --edits) {
      const std::size_t at = chance.next() % text.size();
      switch (chance.next() % 4) {
        case 0:
          text.erase(at, 1);
          break;
        case 1:
          text.insert(at, 1, "\",\n\r\t\\{}[]:x"[chance.next() % 12]);
          break;
        case 2:
          text.resize(at);
          break;
        default:
          text[at] = static_cast<char>(chance.next());
          break;
      }
    }
    CAPTURE(text);
    const auto whole = read_all(text, format, 4096);
    const auto cut = read_all(text, format, 1 + chance.next() % 9);
    REQUIRE(whole.has_value() == cut.has_value());
    if (whole) REQUIRE(*whole == *cut);
    if (!whole) REQUIRE(whole.error().message == cut.error().message);
    accepted += whole ? 1 : 0;
  }
  CHECK(accepted > 5'000);
  CHECK(accepted < 19'000);
}
