// A whole release, from files to a file, in every format and within little memory.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "tests/support/folder.h"
#include "tests/trustee/anonymise/kept_rows.h"
#include "tests/trustee/anonymise/made.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/table/reading.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::columns;
using usufruct::anonymise::test::made;
using usufruct::anonymise::test::Made;
using usufruct::anonymise::test::MemoryFile;
using usufruct::anonymise::test::read_back;

namespace {

using Rows = std::vector<std::vector<std::string>>;

const std::string clinic =
    "name,child,postcode,born,ill,paid,note\n"
    "Ann,no,01234,1980-02-29,flu,1.50,\"a,b\"\n"
    "Bob,no,01234,1980-02-29,cold,12345678901234567890,\"say \"\"x\"\"\"\n"
    "Cid,yes,01234,2015-12-31,flu,,\"two\nlines\"\n"
    "Dee,yes,01234,2015-12-31,,0.00,\"tab\there\"\n"
    "Eve,no,99999,1980-02-29,gout,-1,h\xC3\xA9\n"
    "Fay,no,99999,1980-02-29,flu,2,\"\"\n";
const std::string clinic_roles = "name:x child:q postcode:q born:q ill:s paid:i note:i";

Rows sorted(Rows rows) {
  std::ranges::sort(rows);
  return rows;
}

}  // namespace

TEST_CASE("formats: every format says the same, in an order of its own") {
  const Rows expected{
      {"no", "01234", "1980-02-29", "cold", "12345678901234567890", "say \"x\""},
      {"no", "01234", "1980-02-29", "flu", "1.50", "a,b"},
      {"no", "99999", "1980-02-29", "flu", "2", ""},
      {"no", "99999", "1980-02-29", "gout", "-1", "h\xC3\xA9"},
      {"yes", "01234", "2015-12-31", "", "0.00", "tab\there"},
      {"yes", "01234", "2015-12-31", "flu", "", "two\nlines"},
  };
  const MemoryFile file(clinic);
  for (const std::uint32_t l : {0U, 2U})  // values are counted, or kept with the rows
    for (const auto format : {Format::csv, Format::tsv, Format::json_lines, Format::parquet})
      for (const auto compression : {Compression::none, Compression::gzip, Compression::zstd}) {
        CAPTURE(name_of(format));
        CAPTURE(name_of(compression));
        if (format == Format::parquet && compression != Compression::none) continue;
        const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                          .columns = columns(clinic_roles),
                          .output = {format, compression}};
        const Made one = made(input, {.k = 2, .suppression_max_per_10000 = 0, .l_distinct = l});
        REQUIRE_MESSAGE(one.answer.has_value(), (one.answer ? "" : one.answer.error().message));
        CHECK(one.answer->loss() == 0);
        CHECK(one.answer->digest() == sha256(as_view(one.bytes)));
        CHECK(one.answer->size_bytes() == one.bytes.size());
        CHECK(one.answer->measurement().k_achieved == 2);
        const auto back = read_back(one.bytes, format);
        REQUIRE_MESSAGE(back.has_value(), (back ? "" : back.error().message));
        CHECK(back->names ==
              std::vector<std::string>{"child", "postcode", "born", "ill", "paid", "note"});
        CHECK(sorted(back->rows) == expected);
        CHECK(one.bytes.find("Ann") == std::string::npos);
        const Made again = made(input, {.k = 2, .suppression_max_per_10000 = 0, .l_distinct = l});
        CHECK((again.bytes == one.bytes));
      }
}

TEST_CASE("formats: every format is read to the same release") {
  const MemoryFile csv(clinic);
  const auto release = [&](const Source& source) {
    return made({.files = {source}, .columns = columns(clinic_roles)},
                {.k = 2, .suppression_max_per_10000 = 0})
        .bytes;
  };
  const std::string expected = release({.path = csv.path(), .format = Format::csv});
  REQUIRE_FALSE(expected.empty());
  for (const auto format : {Format::tsv, Format::json_lines, Format::parquet}) {
    CAPTURE(name_of(format));
    // Written with everything insensitive, in an order that is not the file's: sorted by hand.
    std::string roles = "name:i child:i postcode:i born:i ill:i paid:i note:i";
    const Made whole = made({.files = {{.path = csv.path(), .format = Format::csv}},
                             .columns = columns(roles),
                             .output = {format, Compression::none}},
                            {.k = 1});
    REQUIRE_MESSAGE(whole.answer.has_value(), (whole.answer ? "" : whole.answer.error().message));
    const MemoryFile other(whole.bytes);
    const std::string got = release({.path = other.path(), .format = format});
    const auto back = read_back(got, Format::csv);
    const auto wanted = read_back(expected, Format::csv);
    REQUIRE(back.has_value());
    REQUIRE(wanted.has_value());
    CHECK(sorted(back->rows) == sorted(wanted->rows));
  }
}

TEST_CASE("formats: files beside each other are one table, numbered through") {
  const MemoryFile one("a,who\n1,x\n1,y\n");
  const MemoryFile two("a,who\n1,z\n2,w\n2,v\n");
  const Input input{.files = {{.path = one.path(), .format = Format::csv},
                              {.path = two.path(), .format = Format::csv}},
                    .columns = columns("a:q who:u")};
  SeededChance chance(1);
  std::vector<std::pair<std::uint64_t, std::string>> asked;
  std::string bytes;
  const auto answer = anonymise::anonymise(
      input, {.k = 2},
      [&](std::uint64_t row, std::string_view who) {
        asked.emplace_back(row, who);
        return true;
      },
      chance,
      [&](View piece) -> Result<void> {
        bytes += as_text(piece);
        return {};
      });
  REQUIRE(answer.has_value());
  CHECK(asked == std::vector<std::pair<std::uint64_t, std::string>>{
                     {0, "x"}, {1, "y"}, {2, "z"}, {3, "w"}, {4, "v"}});
  CHECK(answer->rows_released() == 5);
}

namespace {

/// Rows with quasi-identifiers, a sensitive value and a cell that is kept as it is.
std::string large_table(std::uint32_t rows) {
  std::string text = "age,city,ill,paid\n";
  SeededChance chance(11);
  for (std::uint32_t i = 0; i < rows; ++i) {
    const std::uint64_t drawn = chance.next();
    text += fmt::format("{},city-{},ill-{},{}.{:02}\n", drawn % 80, drawn / 80 % 40,
                        drawn / 3200 % 9, drawn / 28'800 % 100'000, i % 100);
  }
  return text;
}

}  // namespace

TEST_CASE("formats: with little memory rows spill, and the bytes are the same") {
  const MemoryFile file(large_table(1'000'000));
  const TemporaryFolder folder;
  Input input{.files = {{.path = file.path(), .format = Format::csv}},
              .columns = columns("age:q city:q ill:s paid:i")};
  const Floor floor{.k = 5, .suppression_max_per_10000 = 500};
  const Made plenty = made(input, floor);
  REQUIRE_MESSAGE(plenty.answer.has_value(), (plenty.answer ? "" : plenty.answer.error().message));
  input.engine.memory_bytes_max = 16 << 20;
  const Made refused = made(input, floor);
  REQUIRE_FALSE(refused.answer.has_value());
  CHECK(refused.answer.error().code == Code::unavailable);
  CHECK(refused.answer.error().hint.find("temporary folder") != std::string::npos);
  CHECK(refused.bytes.empty());
  input.engine.temporary_folder = folder.path().string();
  for (const std::uint32_t threads : {1U, 2U}) {
    input.engine.threads = threads;
    const Made spilled = made(input, floor);
    REQUIRE_MESSAGE(spilled.answer.has_value(),
                    (spilled.answer ? "" : spilled.answer.error().message));
    CHECK((spilled.bytes == plenty.bytes));
    CHECK(spilled.answer->digest() == plenty.answer->digest());
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("formats: what is distinct must fit, or is refused with what to do") {
  std::string text = "id\n";
  for (int i = 0; i < 300'000; ++i) text += std::to_string(i * 7919LL) + "\n";
  const MemoryFile file(text);
  const Made over = made({.files = {{.path = file.path(), .format = Format::csv}},
                          .columns = columns("id:q"),
                          .engine = {.memory_bytes_max = 16 << 20}},
                         {.k = 2});
  REQUIRE_FALSE(over.answer.has_value());
  CHECK(over.answer.error().code == Code::unavailable);
  CHECK(over.answer.error().hint.find("quasi_identifier") != std::string::npos);
}

TEST_CASE("formats: a sink that fails in the middle is told, in every format") {
  const MemoryFile file(large_table(400'000));
  for (const auto format : {Format::csv, Format::json_lines, Format::parquet}) {
    CAPTURE(name_of(format));
    const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                      .columns = columns("age:q city:q ill:s paid:i"),
                      .output = {format, Compression::none}};
    SeededChance chance(1);
    int pieces = 0;
    const auto answer = anonymise::anonymise(
        input, {.k = 5}, [](auto, auto) { return true; }, chance,
        [&](View) -> Result<void> {
          if (++pieces == 3) return unavailable("the disk is full");
          return {};
        });
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == Code::unavailable);
    CHECK(answer.error().message == "the disk is full");
    CHECK(pieces == 3);
  }
}

TEST_CASE("formats: a sink sees nothing of a release that is refused") {
  const MemoryFile file(large_table(1'000));
  const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                    .columns = columns("age:q city:q ill:s paid:i")};
  const Made none = made(input, {.k = 1'001});
  CHECK_FALSE(none.answer.has_value());
  CHECK(none.bytes.empty());
}
