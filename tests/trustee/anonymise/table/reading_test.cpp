#include "trustee/anonymise/table/reading.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <mutex>

#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/table/compression.h"
#include "trustee/anonymise/table/splitter.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::MemoryFile;

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Keeps everything; looks at each block twice, as the interface promises.
class Keeper final : public RowTaker {
 public:
  Result<void> columns(const std::vector<std::string>& columns) override {
    names = columns;
    return {};
  }
  Result<void> in_order(Block& block) override {
    CHECK(block.first_row == rows.size());
    for (std::size_t row = 0; row < block.row_count(); ++row) {
      auto& kept = rows.emplace_back();
      for (std::size_t c = 0; c < block.columns; ++c) kept.emplace_back(block.cell(row, c));
    }
    return {};
  }
  Result<void> at_once(Block& block, std::size_t) override {
    const std::lock_guard lock(mutex);
    again += block.row_count();
    return {};
  }
  std::vector<std::string> names;
  Rows rows;
  std::mutex mutex;
  std::uint64_t again = 0;
};

/// A source that gives its bytes in pieces of one size.
Source in_pieces(std::string text, std::size_t piece, std::string name = "rows.csv") {
  return {.path = std::move(name),
          .feed = [text = std::move(text), piece](ByteSink& sink) -> Result<void> {
            for (std::size_t at = 0; at < text.size(); at += piece)
              CHECK_OK(sink.write(as_view(std::string_view(text).substr(at, piece))));
            return {};
          }};
}

Result<Rows> read(const std::vector<Source>& files, std::uint32_t threads) {
  Keeper keeper;
  const std::uint64_t count = TRY(read_rows(files, {.threads = threads}, keeper));
  CHECK(count == keeper.rows.size());
  CHECK(count == keeper.again);
  return keeper.rows;
}

std::string in_quotes(const std::string& text) {
  std::string made = "\"";
  for (const char c : text) made += c == '"' ? "\"\"" : std::string(1, c);
  return made + "\"";
}

}  // namespace

TEST_CASE("reading: rows come in order and whole, whatever the pieces and threads") {
  std::string text = "n,t,u\n";
  Rows expected;
  for (int i = 0; i < 60'000; ++i) {
    const std::string long_text = i % 10'007 == 0 ? std::string(300'000, 'y') : "";
    expected.push_back({std::to_string(i), "line\n\"" + std::to_string(i % 7), long_text});
    text += expected.back()[0] + "," + in_quotes(expected.back()[1]) + "," + long_text + "\n";
  }
  for (const std::uint32_t threads : {1U, 2U, 3U})
    for (const std::size_t piece : {std::size_t{1} << 12, std::size_t{100'003}, text.size()}) {
      CAPTURE(threads);
      CAPTURE(piece);
      const auto rows = read({in_pieces(text, piece)}, threads);
      REQUIRE_MESSAGE(rows.has_value(), (rows ? "" : rows.error().message));
      CHECK((*rows == expected));
    }
}

TEST_CASE("reading: blocks are cut by the text alone") {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "\"a\n" + std::to_string(i * 7919) + "\",b\n";
  const auto cuts = [&](std::size_t piece) {
    std::vector<std::pair<std::size_t, std::uint64_t>> made;
    Splitter splitter(true, [&](Block block) -> Result<void> {
      CHECK(block.raw().ends_with("\",b\n"));
      made.emplace_back(block.size, block.first_line);
      return {};
    });
    for (std::size_t at = 0; at < text.size(); at += piece)
      REQUIRE(splitter.write(as_view(std::string_view(text).substr(at, piece))));
    REQUIRE(splitter.finish());
    return made;
  };
  const auto whole = cuts(text.size());
  CHECK(whole.size() > 2);
  CHECK(cuts(1) == whole);
  CHECK(cuts(65'537) == whole);
  std::uint64_t lines = 1;
  std::size_t at = 0;
  for (const auto& [size, first_line] : whole) {
    CHECK(first_line == lines);
    const std::string_view block = std::string_view(text).substr(at, size);
    lines += static_cast<std::uint64_t>(std::count(block.begin(), block.end(), '\n'));
    at += size;
  }
}

TEST_CASE("reading: any table survives being written and read") {
  CHECK(rc::check([] {
    const auto width = *rc::gen::inRange<std::size_t>(1, 5);
    const auto cell =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab1 ,;\t|\"\n\r.")));
    const auto rows = *rc::gen::nonEmpty(
        rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(width, cell)));
    const char delimiter = *rc::gen::elementOf(std::string(",;\t|"));
    const std::string line_end = *rc::gen::elementOf(std::vector<std::string>{"\n", "\r\n"});
    std::string text;
    for (std::size_t c = 0; c < width; ++c)
      text += (c ? std::string(1, delimiter) : "") + "c" + std::to_string(c);
    text += line_end;
    for (const auto& row : rows) {
      for (std::size_t c = 0; c < width; ++c) {
        if (c > 0) text += delimiter;
        const bool must =
            row[c].find_first_of(std::string("\"\n\r") + delimiter) != std::string::npos ||
            (width == 1 && row[c].empty());
        text += must || row[c].size() % 3 == 0 ? in_quotes(row[c]) : row[c];
      }
      text += line_end;
    }
    Source source = in_pieces(text, *rc::gen::inRange<std::size_t>(1, text.size() + 1));
    source.delimiter = delimiter;
    const auto back = read({source}, 2);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == rows);
  }));
}

TEST_CASE("reading: the first error in the file is the one that is told") {
  std::string text = "a,b\n";
  for (int i = 0; i < 200'000; ++i) {
    if (i == 70'000) text += "only one\n";
    if (i == 150'000) text += "1,\"2\"x\n";
    text += "1,2\n";
  }
  for (int round = 0; round < 10; ++round) {
    const auto rows = read({in_pieces(text, 1 << 16)}, 3);
    REQUIRE_FALSE(rows.has_value());
    CHECK(rows.error().message == "rows.csv: line 70002 has 1 fields and the header has 2");
  }
}

TEST_CASE("reading: several files are one table") {
  const auto rows =
      read({in_pieces("a,b\n1,2\n", 3, "one.csv"), in_pieces("a;b\r\n3;4\r\n", 99, "two.csv"),
            in_pieces("{\"a\":5,\"b\":6}\n{\"b\":7}\n", 4, "three.jsonl")},
           2);
  REQUIRE_MESSAGE(rows.has_value(), (rows ? "" : rows.error().message));
  CHECK(*rows == Rows{{"1", "2"}, {"3", "4"}, {"5", "6"}, {"", "7"}});
  const auto says = [](const std::string& second, std::string_view text) {
    const auto answer =
        read({in_pieces("a,b\n1,2\n", 99, "one.csv"), in_pieces(second, 99, "two.csv")}, 2);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == Code::malformed);
    CHECK(answer.error().message == text);
  };
  says("b,a\n1,2\n", "two.csv: column 1 is 'b' and in the first file 'a'");
  says("a\n1\n", "two.csv: column 2 is missing and in the first file 'b'");
  says("a,b,c\n1,2,3\n", "two.csv: column 3 is 'c' and in the first file missing");
  says("a,b\n", "two.csv: the file has no rows");
  says("", "two.csv: the file is empty");
  says("a,b\n1,2\n3\n", "two.csv: line 3 has 1 fields and the header has 2");
  CHECK(read({}, 1).error().code == Code::malformed);
}

TEST_CASE("reading: packed files are seen by their bytes") {
  const std::string text = "a,b\n1,2\n";
  for (const auto compression : {Compression::gzip, Compression::zstd}) {
    Packing packing(compression);
    Bytes bytes = packing.open();
    append(bytes, packing.add(Packing::pack(compression, to_bytes(text))));
    append(bytes, packing.close());
    CHECK(*read({in_pieces(std::string(as_text(bytes)), 5)}, 2) == Rows{{"1", "2"}});
    const std::string cut_off(as_text(View(bytes).first(bytes.size() - 3)));
    const auto cut = read({in_pieces(cut_off, 5)}, 2);
    REQUIRE_FALSE(cut.has_value());
    CHECK(cut.error().message.starts_with("rows.csv: the "));
  }
}

TEST_CASE("reading: what a taker or a feed says is passed up") {
  class Refusing final : public RowTaker {
   public:
    explicit Refusing(int when) : when_(when) {}
    Result<void> columns(const std::vector<std::string>&) override { return at(0); }
    Result<void> in_order(Block&) override { return at(1); }
    Result<void> at_once(Block&, std::size_t) override { return at(2); }

   private:
    Result<void> at(int place) const {
      if (place == when_) return denied("no");
      return {};
    }
    int when_;
  };
  for (const int when : {0, 1, 2})
    for (const std::uint32_t threads : {1U, 2U}) {
      Refusing taker(when);
      const Source file = in_pieces("a\n1\n", 2);
      CHECK(read_rows({&file, 1}, {.threads = threads}, taker).error().code == Code::denied);
    }
  Keeper keeper;
  const Source broken{.path = "x.csv", .feed = [](ByteSink& sink) -> Result<void> {
                        CHECK_OK(sink.write(as_view("a\n1\n2")));
                        return unverified("a chunk was changed");
                      }};
  const auto answer = read_rows({&broken, 1}, {}, keeper);
  CHECK(answer.error().code == Code::unverified);
  CHECK(answer.error().message == "x.csv: a chunk was changed");
}
