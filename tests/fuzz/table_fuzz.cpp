#include <algorithm>
#include <string>
#include <utility>

#include "crypto/base/bytes.h"
#include "tests/fuzz/target.h"
#include "trustee/anonymise/table/compression.h"
#include "trustee/anonymise/table/reading.h"

namespace usufruct::fuzz {
namespace {

using anonymise::Block;
using anonymise::Compression;
using anonymise::Format;
using anonymise::Packing;
using anonymise::RowTaker;
using anonymise::Source;

using Rows = std::vector<std::vector<std::string>>;

/// So much that a row printed again, in quotes, is still within the limit of one.
constexpr std::size_t bytes_max = std::size_t{100} << 10;

class Keeper final : public RowTaker {
 public:
  Result<void> columns(const std::vector<std::string>& columns) override {
    rows = {columns};
    return {};
  }
  Result<void> in_order(Block& block) override {
    for (std::size_t row = 0; row < block.row_count(); ++row) {
      auto& kept = rows.emplace_back();
      for (std::size_t c = 0; c < block.columns; ++c) kept.emplace_back(block.cell(row, c));
    }
    return {};
  }
  Result<void> at_once(Block&, std::size_t) override { return {}; }
  Rows rows;
};

Result<Rows> read(View text, Format format, std::size_t piece) {
  const Source source{
      .path = "rows", .format = format, .feed = [&](ByteSink& sink) -> Result<void> {
        for (std::size_t at = 0; at < text.size(); at += piece)
          CHECK_OK(sink.write(text.subspan(at, std::min(piece, text.size() - at))));
        return {};
      }};
  Keeper keeper;
  const auto count = anonymise::read_rows({&source, 1}, {.threads = 1}, keeper);
  if (!count) return std::unexpected(count.error());
  CHECK_THAT(*count + 1 == keeper.rows.size());
  return std::move(keeper.rows);
}

/// Everything in quotes, as anybody may write CSV.
Bytes print(const Rows& rows) {
  Bytes text;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      append(text, c > 0 ? ",\"" : "\"");
      for (const char each : row[c]) append(text, each == '"' ? "\"\"" : std::string(1, each));
      append(text, "\"");
    }
    append(text, "\n");
  }
  return text;
}

/// The first byte says how the others are read. What is accepted is a table: every row as wide as
/// the header, whatever the pieces it came in; and printed and read again it is the same table.
void run_table(View input) {
  if (input.empty()) return;
  constexpr Format formats[] = {Format::csv, Format::tsv, Format::json_lines};
  const Format format = formats[input.front() % 3];
  const std::size_t piece = input.front() / 3 + 1;
  const View text = input.subspan(1, std::min(input.size() - 1, bytes_max));
  const auto rows = read(text, format, piece);
  const auto whole = read(text, format, std::max<std::size_t>(text.size(), 1));
  CHECK_THAT(rows.has_value() == whole.has_value());
  if (!rows) {
    // The codes only: of damage the unpackers say more or less, by the piece they see it in.
    CHECK_THAT(!rows.error().message.empty() && rows.error().code == whole.error().code);
    return;
  }
  CHECK_THAT(*rows == *whole);
  for (const auto& row : *rows) CHECK_THAT(row.size() == rows->front().size());
  // A delimiter is found again where there is one to find.
  const auto again = read(print(*rows), Format::csv, 64);
  if (rows->front().size() > 1) CHECK_THAT(again.has_value() && *again == *rows);
}

Bytes packed(Compression compression, std::string_view text) {
  Packing packing(compression);
  Bytes bytes = packing.open();
  append(bytes, packing.add(Packing::pack(compression, to_bytes(text))));
  append(bytes, packing.close());
  return bytes;
}

std::vector<Bytes> table_seeds() {
  std::vector<Bytes> seeds;
  const auto add = [&](std::uint8_t how, View text) {
    Bytes& seed = seeds.emplace_back();
    seed.push_back(how);
    append(seed, text);
  };
  constexpr std::string_view csv =
      "\xEF\xBB\xBFsex,age,\"a \"\"b\"\"\"\r\nF,\"1\n2\",\xC3\xA9\r\n,,\r\n";
  constexpr std::string_view json =
      "{\"a\":\"\\u00e9\\n\",\"b\":-1.50e3,\"c\":[1,{\"d\":null}]}\n{\"b\":true}\n";
  add(0, as_view(csv));
  add(9, as_view("a;b\n1;2\n"));
  add(1, as_view("a\tb\n1\t\"2\t\"\n"));
  add(2, as_view(json));
  add(0, packed(Compression::gzip, csv));
  add(6, packed(Compression::zstd, csv));
  add(5, packed(Compression::gzip, json));
  return seeds;
}

}  // namespace

const Target table_target = {"table", run_table, table_seeds};

}  // namespace usufruct::fuzz
