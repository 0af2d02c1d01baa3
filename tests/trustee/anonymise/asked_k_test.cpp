// Rows that ask for a k of their own, from the file to what is measured of the release.
#include "trustee/anonymise/table/asked_k.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "crypto/base/text.h"
#include "crypto/keyed_chance.h"
#include "tests/support/folder.h"
#include "tests/trustee/anonymise/kept_rows.h"
#include "tests/trustee/anonymise/made.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/checked.h"
#include "trustee/anonymise/expectations.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::columns;
using usufruct::anonymise::test::everyone;
using usufruct::anonymise::test::made;
using usufruct::anonymise::test::Made;
using usufruct::anonymise::test::MemoryFile;
using usufruct::anonymise::test::read_back;

namespace {

/// Ages, cities and a note that says who it is; every twentieth row asks for much.
std::string people_asking(std::uint32_t rows, std::uint32_t asked) {
  std::string text = "age,city,note,k\n";
  SeededChance chance(3);
  for (std::uint32_t i = 0; i < rows; ++i) {
    const std::uint64_t drawn = chance.next();
    const std::string k = i % 20 == 7 ? std::to_string(asked) : i % 3 == 0 ? "2" : "";
    text += fmt::format("{},city-{},n{},{}\n", drawn % 40, drawn / 80 % 8, i, k);
  }
  return text;
}
const std::string asking_roles = "age:q city:q note:i k:k";

/// The least rows that a row of who asks much stands with.
std::size_t least_of_askers(const std::string& bytes, Format format) {
  const auto kept = read_back(bytes, format);
  REQUIRE(kept.has_value());
  std::map<std::pair<std::string, std::string>, std::size_t> sizes;
  for (const auto& row : kept->rows) {
    REQUIRE(row.size() == 3);  // what is asked never leaves
    ++sizes[{row[0], row[1]}];
  }
  std::size_t least = kept->rows.size();
  for (const auto& row : kept->rows)
    if (std::stoul(row[2].substr(1)) % 20 == 7) least = std::min(least, sizes[{row[0], row[1]}]);
  return least;
}

const Finding* personal(const Measurement& measured) {
  const auto at =
      std::ranges::find(measured.findings, PrivacyModel::personalised_k, &Finding::model);
  return at == measured.findings.end() ? nullptr : &*at;
}

}  // namespace

TEST_CASE("asked k: a cell is empty or a whole number") {
  CHECK(parse_asked_k("") == 0U);
  CHECK(parse_asked_k("0") == 0U);
  CHECK(parse_asked_k("50") == 50U);
  CHECK(parse_asked_k("4294967295") == 4'294'967'295U);
  for (const char* bad : {"4294967296", "-1", "+5", "5.0", " 5", "5 ", "five", "0x5"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_asked_k(bad).has_value());
  }
}

TEST_CASE("asked k: rows stand with as many as they ask for, in every format") {
  const MemoryFile file(people_asking(2'000, 30));
  for (const auto scope : {Scope::best, Scope::full_domain})
    for (const auto format : {Format::csv, Format::tsv, Format::json_lines, Format::parquet}) {
      CAPTURE(name_of(format));
      const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                        .columns = columns(asking_roles),
                        .output = {format, Compression::none},
                        .recoding = {.scope = scope}};
      const Made one = made(input, {.k = 3, .suppression_max_per_10000 = 100});
      REQUIRE_MESSAGE(one.answer.has_value(), (one.answer ? "" : one.answer.error().message));
      CHECK(least_of_askers(one.bytes, format) >= 30);
      CHECK(one.answer->measurement().k_achieved >= 3);
      const Finding* found = personal(one.answer->measurement());
      REQUIRE(found != nullptr);
      CHECK(found->is_met);
      CHECK(found->bound == 30);
      CHECK(found->value >= 30);
      CHECK(one.answer->loss_bound() <= one.answer->loss());
    }
}

TEST_CASE("asked k: the greater of cell and consent counts, and less than the floor is nothing") {
  const MemoryFile file(people_asking(600, 4));
  const MemoryFile silent(people_asking(600, 0));
  const auto release = [&](const MemoryFile& of, std::uint32_t k, const KeepRow& keep) {
    return made(
        {.files = {{.path = of.path(), .format = Format::csv}}, .columns = columns(asking_roles)},
        {.k = k}, keep);
  };
  const Made same = release(file, 4, everyone);
  const Made plain = release(silent, 4, everyone);
  REQUIRE(same.answer.has_value());
  CHECK((same.bytes == plain.bytes));
  CHECK(personal(same.answer->measurement()) == nullptr);
  CHECK(same.answer->recoding_digest() == plain.answer->recoding_digest());

  const KeepRow by_consent = [](std::uint64_t row, auto) {
    return RowUse(true, row % 20 == 7 ? 12 : 1);
  };
  const Made more = release(file, 3, by_consent);
  REQUIRE(more.answer.has_value());
  CHECK(least_of_askers(more.bytes, Format::csv) >= 12);
  const Made cells = release(file, 3, everyone);
  REQUIRE(cells.answer.has_value());
  CHECK(personal(cells.answer->measurement())->bound == 4);
}

TEST_CASE("asked k: where a cell holds none, the place is named and not the cell") {
  const auto message = [](const std::string& text, Format format, const KeepRow& keep) {
    const MemoryFile file(text);
    const Made one = made({.files = {{.path = file.path(), .format = format}},
                           .columns = columns("age:q note:i k:k")},
                          {.k = 1}, keep);
    if (one.answer) return std::string("made");
    CHECK(one.answer.error().code == Code::malformed);
    CHECK(one.answer.error().message.find("many") == std::string::npos);
    return one.answer.error().message.substr(file.path().size());
  };
  const std::string csv = "age,note,k\n1,\"a\nb\",2\n2,c,\n3,d,many\n";
  CHECK(message(csv, Format::csv, everyone) == ": line 5, column 'k' holds no k");
  const KeepRow not_the_last = [](std::uint64_t row, auto) { return row < 2; };
  CHECK(message(csv, Format::csv, not_the_last) == "made");
  const std::string json = "{\"age\":1,\"note\":\"a\\nb\",\"k\":2}\n{\"age\":1,\"k\":\"many\"}\n";
  CHECK(message(json, Format::json_lines, everyone) == ": line 2, column 'k' holds no k");
  const MemoryFile file(csv);
  const Made parquet = made({.files = {{.path = file.path(), .format = Format::csv}},
                             .columns = columns("age:i note:i k:i"),
                             .output = {Format::parquet, Compression::none}},
                            {.k = 1});
  REQUIRE(parquet.answer.has_value());
  const std::string told = message(parquet.bytes, Format::parquet, everyone);
  CHECK(told.starts_with(": row "));
  CHECK(told.ends_with(", column 'k' holds no k"));
}

TEST_CASE("asked k: who asks for more than can be is suppressed, or the release is denied") {
  const MemoryFile file(people_asking(400, 401));
  const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                    .columns = columns(asking_roles)};
  const Made some = made(input, {.k = 3, .suppression_max_per_10000 = 500});
  REQUIRE_MESSAGE(some.answer.has_value(), (some.answer ? "" : some.answer.error().message));
  CHECK(some.answer->rows_suppressed() == 20);
  CHECK(personal(some.answer->measurement())->is_met);
  const Made none = made(input, {.k = 3, .suppression_max_per_10000 = 475});
  REQUIRE_FALSE(none.answer.has_value());
  CHECK(none.answer.error().code == Code::denied);
  CHECK(none.answer.error().rule == "floor-k");
  CHECK(none.answer.error().message ==
        "20 of 400 rows ask for k 401 or more, 380 can stand together without them, and 19 may be "
        "suppressed");
}

TEST_CASE("asked k: spilled or not, on one thread or two, the bytes are the same") {
  std::string text = people_asking(300'000, 50);
  const MemoryFile file(text);
  const TemporaryFolder folder;
  Input input{.files = {{.path = file.path(), .format = Format::csv}},
              .columns = columns(asking_roles),
              .recoding = {.effort = Effort::quick}};
  const Made plenty = made(input, {.k = 5});
  REQUIRE_MESSAGE(plenty.answer.has_value(), (plenty.answer ? "" : plenty.answer.error().message));
  CHECK(least_of_askers(plenty.bytes, Format::csv) >= 50);
  input.engine.memory_bytes_max = 16 << 20;
  input.engine.temporary_folder = folder.path().string();
  for (const std::uint32_t threads : {1U, 2U}) {
    input.engine.threads = threads;
    const Made spilled = made(input, {.k = 5});
    REQUIRE_MESSAGE(spilled.answer.has_value(),
                    (spilled.answer ? "" : spilled.answer.error().message));
    CHECK((spilled.bytes == plenty.bytes));
  }
}

namespace {

/// Makes a release as anonymise() does, but with a search that was told something else.
Result<Measurement> measured_after(const Input& input, const Floor& floor,
                                   const std::function<void(Counted&)>& before_search,
                                   const std::function<void(Counted&)>& after_search) {
  Counted counted = TRY(count_tuples(input.files, input.columns, everyone, {.k = floor.k}));
  Counted told = TRY(count_tuples(input.files, input.columns, everyone, {.k = floor.k}));
  before_search(told);
  const Recoding recoding = TRY(recode(told.histogram, floor, input.recoding));
  after_search(counted);
  AskedRows asked;
  SeededChance chance(1);
  KeyedChance placement(Secret<32>::random(chance));
  const Sink nowhere = [](View) -> Result<void> { return {}; };
  Checked checked(TRY(Measuring::make(expectations_of(counted, input, floor, recoding, asked))),
                  nowhere);
  const Writing writing{.placing = {.placement = placement, .order = chance}, .asked = &asked};
  TRY(write_checked(counted, recoding, writing, input, checked));
  return checked.finish(floor);
}

}  // namespace

TEST_CASE("asked k: a search that forgets who asks, or rows told apart wrongly, are caught") {
  const MemoryFile file(people_asking(2'000, 30));
  const auto nothing = [](Counted&) {};
  for (const auto format : {Format::csv, Format::parquet}) {
    const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                      .columns = columns(asking_roles),
                      .output = {format, Compression::none}};
    const Floor floor{.k = 3};
    CHECK(measured_after(input, floor, nothing, nothing).has_value());

    const auto forget = [](Counted& told) { told.histogram.k_asked.clear(); };
    const auto missed = measured_after(input, floor, forget, nothing);
    REQUIRE_FALSE(missed.has_value());
    CHECK(missed.error().rule == "floor-k");
    CHECK(missed.error().message.find("has somebody who asks for k 30") != std::string::npos);

    // What the writer tells is held against the rows as they were read.
    const auto all_ask_little = [](Counted& counted) {
      std::ranges::fill(counted.asked_of_atom, 0U);
    };
    const auto lost = measured_after(input, floor, forget, all_ask_little);
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().code == Code::unverified);
  }
}

TEST_CASE("asked k: a row that the writer told nobody of asks for more than there is") {
  AskedRows asked;
  asked.add({3, 0});
  asked.add({});
  asked.add({7});
  CHECK(asked.next() == 3);
  CHECK(asked.next() == 0);
  CHECK(asked.next() == 7);
  CHECK(asked.next() == 4'294'967'295U);
}
