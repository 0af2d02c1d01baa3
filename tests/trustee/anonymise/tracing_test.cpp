#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>

#include "crypto/base/text.h"
#include "crypto/keyed_chance.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/table/engine.h"
#include "trustee/anonymise/table/shuffle.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::columns;
using usufruct::anonymise::test::MemoryFile;

namespace {

/// 300 rows; the note is the row's number.
std::string three_hundred_people() {
  std::ostringstream text;
  text << "name,age,city,ill,note\n";
  for (int i = 0; i < 300; ++i)
    text << "p" << i << ',' << 20 + i * 7 % 31 << ',' << (i % 3 == 0 ? "Oslo" : "Rome") << ','
         << (i % 5 == 0 ? "flu" : "cold") << ',' << i << '\n';
  return text.str();
}

struct Traced {
  std::string text;
  std::vector<WrittenRow> rows;
  Digest recoding;
};

Traced make(std::uint64_t seed, const Secret<32>* placement, OutputFormat output, bool is_traced,
            Floor floor = {.k = 4, .suppression_max_per_10000 = 500}) {
  Traced made;
  const MemoryFile file(three_hundred_people());
  Tracing tracing{.key = {1, 2, 3}, .take = [&](std::span<const WrittenRow> rows) -> Result<void> {
                    made.rows.insert(made.rows.end(), rows.begin(), rows.end());
                    return {};
                  }};
  const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                    .columns = columns("name:x age:q city:q ill:s note:i"),
                    .output = output,
                    .placement = placement,
                    .tracing = is_traced ? &tracing : nullptr};
  SeededChance chance(seed);
  const auto answer = anonymise::anonymise(
      input, floor, [](std::uint64_t row, auto) { return row % 7 != 3; }, chance,
      [&](View bytes) -> Result<void> {
        made.text += as_text(bytes);
        return {};
      });
  REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
  made.recoding = answer->recoding_digest();
  return made;
}

/// The cells of a release in its order, read back.
std::vector<std::vector<std::string>> cells_of(const Traced& made, const OutputFormat& output) {
  const MemoryFile file(made.text);
  const auto engine = Engine::open({}, {.path = file.path(), .format = output.format});
  REQUIRE(engine);
  const std::size_t all[] = {0, 1, 2, 3};
  std::vector<std::vector<std::string>> rows;
  REQUIRE(engine->each(all, [&](const Batch& batch) -> Result<void> {
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      auto& row = rows.emplace_back();
      for (const auto& column : batch.cells) row.emplace_back(column[i]);
    }
    return {};
  }));
  return rows;
}

std::map<std::string, std::string> shown_by_note(const Traced& made, const OutputFormat& output) {
  std::map<std::string, std::string> shown;
  for (const auto& row : cells_of(made, output)) shown[row[3]] = row[0] + "|" + row[1];
  return shown;
}

}  // namespace

TEST_CASE("tracing: says of each written row, in order, where it came from and what it shows") {
  for (const OutputFormat output :
       {OutputFormat{Format::csv, Compression::none}, OutputFormat{Format::tsv, Compression::zstd},
        OutputFormat{Format::json_lines, Compression::gzip},
        OutputFormat{Format::parquet, Compression::none}}) {
    CAPTURE(name_of(output.format));
    const Traced made = make(1, nullptr, output, true);
    const auto rows = cells_of(made, output);
    REQUIRE(made.rows.size() == rows.size());
    const RowMarker marker({1, 2, 3}, 4);
    std::map<std::uint32_t, std::set<std::string>> shown;
    std::set<std::string> classes;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::uint64_t sum = 0;
      for (std::size_t c = 0; c < 4; ++c) sum += marker.cell(c, rows[i][c]);
      REQUIRE(made.rows[i].mark == RowMarker::mark(sum));
      REQUIRE(std::to_string(made.rows[i].input_row) == rows[i][3]);
      shown[made.rows[i].group].insert(rows[i][0] + "|" + rows[i][1]);
      classes.insert(rows[i][0] + "|" + rows[i][1]);
    }
    // Classes and what they show are one to one.
    CHECK(shown.size() == classes.size());
    for (const auto& [group, texts] : shown) CHECK(texts.size() == 1);
    CHECK(make(1, nullptr, output, false).text == made.text);
  }
}

TEST_CASE("tracing: a row's cells, not their places, make its mark") {
  const RowMarker marker({9}, 3);
  const auto mark = [&](std::array<std::string_view, 3> cells) {
    std::uint64_t sum = 0;
    for (std::size_t c = 0; c < 3; ++c) sum += marker.cell(c, cells[c]);
    return RowMarker::mark(sum);
  };
  CHECK(mark({"a", "b", "c"}) != mark({"b", "a", "c"}));
  CHECK(mark({"ab", "", "c"}) != mark({"a", "b", "c"}));
  CHECK(RowMarker({9}, 1).cell(0, "x") != RowMarker({8}, 1).cell(0, "x"));
  // SipHash-2-4 of its authors' vector: key 00 01 … 0f, message 00 01 … 0e.
  ShortHashKey key{};
  std::array<std::uint8_t, 15> message{};
  for (std::uint8_t i = 0; i < 16; ++i) key[i] = i;
  for (std::uint8_t i = 0; i < 15; ++i) message[i] = i;
  CHECK(short_hash(key, message) == 0xa129ca6149be45e5U);
}

TEST_CASE("placement: one key shows every row the same, in whatever order it is written") {
  const OutputFormat output{};
  SeededChance chance(3);
  const auto key = Secret<32>::random(chance);
  const Traced one = make(1, &key, output, false);
  const Traced two = make(2, &key, output, false);
  CHECK(one.text != two.text);
  CHECK(one.recoding == two.recoding);
  CHECK(shown_by_note(one, output) == shown_by_note(two, output));
  const auto other = Secret<32>::random(chance);
  CHECK(make(1, &other, output, false).recoding == one.recoding);
  CHECK(make(1, &key, output, false, {.k = 9, .suppression_max_per_10000 = 0}).recoding !=
        one.recoding);
}

TEST_CASE("placement: each class gets its rows of an atom, any of them as likely") {
  // Atom 0: 2 rows to class 7, 3 to class 8, 5 suppressed. Atom 1: whole. Atom 2: none.
  Recoding recoding;
  recoding.shares = {{0, 7, 2}, {0, 8, 3}, {1, 9, 4}};
  const std::vector<Histogram::Atom> atoms = {{0, 0, 10}, {1, 0, 4}, {2, 0, 2}};
  std::vector<int> first(10);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    SeededChance chance(seed);
    Placement placement(recoding, atoms, chance);
    std::map<std::uint32_t, int> count;
    for (int row = 0; row < 10; ++row) {
      const auto group = placement.class_of(0);
      ++count[group];
      if (group == 7) ++first[static_cast<std::size_t>(row)];
    }
    REQUIRE(count == std::map<std::uint32_t, int>{{7, 2}, {8, 3}, {no_class, 5}});
    for (int row = 0; row < 4; ++row) REQUIRE(placement.class_of(1) == 9);
    REQUIRE(placement.class_of(2) == no_class);
  }
  // 800 of 4000 each; a standard deviation is 25.
  for (const int count : first) CHECK(std::abs(count - 800) < 130);
}

TEST_CASE("placement: a key's chance is the same again and another key's is not") {
  std::array<std::uint8_t, 100> a{}, b{}, c{};
  KeyedChance one(Secret<32>::copy_of(Bytes(32, 1)));
  KeyedChance same(Secret<32>::copy_of(Bytes(32, 1)));
  KeyedChance other(Secret<32>::copy_of(Bytes(32, 2)));
  one.fill(a);
  same.fill(b);
  other.fill(c);
  CHECK(a == b);
  CHECK(a != c);
  one.fill(c);
  CHECK(a != c);
  same.fill(b);
  CHECK(b == c);
}
