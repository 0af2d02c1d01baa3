#include "trustee/anonymise/table/parquet.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/chance.h"
#include "trustee/anonymise/table/parquet_window.h"
#include "trustee/anonymise/table/spool.h"

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

constexpr std::uint64_t database_bytes = 256ULL << 20;
constexpr std::uint64_t row_group_rows = 122'880;  // what the database makes

/// Little stays in memory, the rest is sealed.
EngineOptions tight() {
  return {.memory_bytes_max = 8ULL << 20,
          .temporary_folder = std::filesystem::temp_directory_path().string()};
}

std::string text_of(std::uint64_t row) {
  return fmt::format("{:016x}", row * 0x9E3779B97F4A7C15 ^ row >> 3);
}

Result<void> write_rows(std::uint64_t count, ByteSink& to) {
  std::uint64_t row = 0;
  return write_parquet(
      {"number", "text"}, database_bytes,
      [&](const PutRow& put) -> Result<void> {
        for (; row < count; ++row) {
          const std::string number = std::to_string(row);
          const std::string text = text_of(row);
          const std::string_view cells[] = {number, text};
          if (!put(cells)) break;
        }
        return {};
      },
      to);
}

/// Reads all rows, which must be those that were written, and says how many they are.
Result<std::uint64_t> rows_in(const Spool& spool) {
  std::uint64_t row = 0;
  CHECK_OK(read_parquet(
      spool, database_bytes,
      [](const std::vector<std::string>& names) -> Result<void> {
        CHECK(names == std::vector<std::string>{"number", "text"});
        return {};
      },
      [&](const Block& block) -> Result<void> {
        bool is_same = true;
        for (std::size_t i = 0; i < block.row_count(); ++i, ++row)
          is_same = is_same && block.cell(i, 0) == std::to_string(row) &&
                    block.cell(i, 1) == text_of(row);
        CHECK(is_same);
        return {};
      }));
  return row;
}

std::uint64_t kept_bytes(const ParquetWindow& window) {
  struct stat status {};
  REQUIRE(::stat(window.path().c_str(), &status) == 0);
  return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

class FullDisk final : public ByteSink {
 public:
  Result<void> write(View bytes) override {
    if (bytes.size() > left_) return unavailable("the disk is full");
    left_ -= bytes.size();
    return {};
  }

 private:
  std::size_t left_ = 100'000;
};

}  // namespace

TEST_CASE("spool: gives back any part of what was written, sealed or not") {
  for (const EngineOptions& options : {EngineOptions{}, tight()}) {
    Spool spool(options);
    SeededChance chance(1);
    Bytes all(3 * Spool::page_bytes + 17);
    chance.fill(all);
    for (std::size_t at = 0; at < all.size(); at += 70'001)
      REQUIRE(spool.write(View(all).subspan(at, std::min<std::size_t>(70'001, all.size() - at)))
                  .has_value());
    CHECK(spool.size_bytes() == all.size());
    const std::uint64_t page = Spool::page_bytes;
    for (const auto& [from, to] :
         std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 0},
                                                              {0, 1},
                                                              {page - 1, page + 1},
                                                              {5, 3 * page + 3},
                                                              {3 * page, 3 * page + 17},
                                                              {0, all.size()}}) {
      CAPTURE(from);
      const auto part = spool.read(from, to);
      REQUIRE(part.has_value());
      CHECK(std::ranges::equal(*part, View(all).subspan(from, to - from)));
    }
  }
}

TEST_CASE("parquet: what was written comes back, of no row group, of one and of several") {
  for (const std::uint64_t count :
       {0ULL, 1ULL, 2'500ULL, 2ULL * row_group_rows, 3ULL * row_group_rows + 1'000}) {
    CAPTURE(count);
    Spool spool(tight());
    const auto written = write_rows(count, spool);
    REQUIRE_MESSAGE(written.has_value(), (written ? "" : written.error().message));
    const auto rows = rows_in(spool);
    REQUIRE_MESSAGE(rows.has_value(), (rows ? "" : rows.error().message));
    CHECK(*rows == count);
  }
}

TEST_CASE("parquet window: holds the row groups that are read, not those that were") {
  Spool spool(tight());
  REQUIRE(write_rows(8 * row_group_rows, spool).has_value());
  auto window = ParquetWindow::make(spool);
  REQUIRE(window.has_value());
  const std::uint64_t footer = kept_bytes(*window);
  CHECK(footer < 32'768);
  const std::uint64_t part = spool.size_bytes() / 8;
  std::vector<ParquetWindow::RowGroup> groups;
  for (std::uint64_t g = 0; g < 8; ++g) groups.push_back({row_group_rows, 4 + g * part});
  REQUIRE(window->open(groups).has_value());
  for (std::uint64_t g = 0; g < 8; ++g) {
    CAPTURE(g);
    // The one that is read, and two ahead of it.
    CHECK(kept_bytes(*window) < 3 * part + 65'536);
    CHECK(kept_bytes(*window) > part / 2);
    REQUIRE(window->passed(row_group_rows).has_value());
  }
  CHECK(kept_bytes(*window) < 65'536);
}

TEST_CASE("parquet window: bytes that are no Parquet are refused") {
  SeededChance chance(2);
  for (const std::size_t size : {0U, 5U, 11U, 5'000U}) {
    CAPTURE(size);
    Spool spool(EngineOptions{});
    Bytes bytes(size);
    chance.fill(bytes);
    REQUIRE(spool.write(bytes).has_value());
    CHECK_FALSE(rows_in(spool).has_value());
  }
}

TEST_CASE("parquet: who takes the file and cannot is the answer, and the writing ends") {
  FullDisk disk;
  const auto written = write_rows(10 * row_group_rows, disk);
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().message == "the disk is full");
}

TEST_CASE("parquet: a file that is fed is read whole or by its row groups, as memory allows") {
  Spool spool(tight());
  REQUIRE(write_rows(8 * row_group_rows, spool).has_value());
  const Source fed{.path = "fed.parquet", .feed = [&](ByteSink& sink) -> Result<void> {
                     const auto bytes = spool.read(0, spool.size_bytes());
                     REQUIRE(bytes.has_value());
                     return sink.write(*bytes);
                   }};
  for (const std::uint64_t memory : {64ULL << 20, 1ULL << 30}) {
    CAPTURE(memory);
    // Above an eighth of the memory, or below it.
    CHECK((spool.size_bytes() > memory / 8) == (memory == 64ULL << 20));
    EngineOptions options = tight();
    options.memory_bytes_max = memory;
    std::uint64_t rows = 0;
    const auto read = read_parquet(
        fed, options, [](const auto&) -> Result<void> { return {}; },
        [&](const Block& block) -> Result<void> {
          rows += block.row_count();
          return {};
        });
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
    CHECK(rows == 8 * row_group_rows);
  }
}
