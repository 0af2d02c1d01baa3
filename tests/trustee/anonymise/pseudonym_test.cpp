#include "trustee/anonymise/table/pseudonym.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "crypto/hash.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/measure/measure.h"
#include "trustee/anonymise/table/engine.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::columns;
using usufruct::anonymise::test::MemoryFile;

namespace {

std::string forty_people(const std::string& extra = {}) {
  std::ostringstream text;
  text << "person,age,ill\n";
  for (int i = 0; i < 40; ++i)
    text << "person" << i << ',' << 20 + i % 4 << ',' << (i % 3 == 0 ? "flu" : "cold") << '\n';
  return text.str() + extra;
}

struct Pseudonymised {
  std::optional<Error> error;
  std::vector<std::string> tokens;  ///< in the order of the release
  std::string text;
};

Pseudonymised make(const std::string& table, const Secret<32>* key, Format format = Format::csv,
                   std::string_view roles = "person:p age:q ill:s") {
  const MemoryFile file(table);
  const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                    .columns = columns(roles),
                    .output = {.format = format},
                    .pseudonym_key = key};
  SeededChance chance(2);
  Pseudonymised made;
  const auto answer = anonymise::anonymise(
      input, {.k = 4, .suppression_max_per_10000 = 0}, [](auto row, auto) { return row != 40; },
      chance,
      [&](View bytes) -> Result<void> {
        made.text += as_text(bytes);
        return {};
      });
  if (!answer) {
    made.error = answer.error();
    return made;
  }
  const MemoryFile released(made.text);
  const auto engine = Engine::open({}, {.path = released.path(), .format = format});
  REQUIRE(engine);
  const std::size_t first[] = {0};
  REQUIRE(engine->each(first, [&](const Batch& batch) -> Result<void> {
    for (const auto& cell : batch.cells[0]) made.tokens.emplace_back(cell);
    return {};
  }));
  return made;
}

std::string print(const Pseudonym& pseudonym) {
  const auto text = print_pseudonym(pseudonym);
  return {text.data(), text.size()};
}

Secret<32> key_of(std::uint8_t byte) { return Secret<32>::copy_of(Bytes(32, byte)); }

/// What measuring says of a release in which a column should hold pseudonyms.
std::string measured(std::string_view text, std::vector<std::string> input_values = {}) {
  MeasureOptions options{.quasi_identifiers = {"age"}, .sensitive = {}};
  options.pseudonyms = {"person", std::move(input_values)};
  const auto found = measure(as_view(text), options);
  return found ? "" : std::string(row_of(found.error().code).name);
}

}  // namespace

TEST_CASE("pseudonym: is base32 of 128 bits, and nothing else parses") {
  Pseudonym bytes{};
  std::ranges::copy(as_view("foobarfoobarfoob"), bytes.begin());
  CHECK(print(bytes) == "mzxw6ytbojtg633cmfzgm33pmi");
  CHECK(parse_pseudonym(print(bytes)) == bytes);
  SeededChance chance(1);
  for (int i = 0; i < 300; ++i) {
    chance.fill(bytes);
    CHECK(parse_pseudonym(print(bytes)) == bytes);
  }
  for (const auto* text :
       {"", "mzxw6ytboi", "MZXW6YTBOJTG633CMFZGM33PMI", "mzxw6ytbojtg633cmfzgm33pmj",
        "mzxw6ytbojtg633cmfzgm33pmia", "mzxw6ytboj1g633cmfzgm33pmi", "mzxw6ytboj=g633cmfzgm33pmi"})
    CHECK_FALSE(parse_pseudonym(text));
}

TEST_CASE("pseudonym: stands for the value under the key, in every format") {
  const auto key = key_of(1);
  std::set<std::string> expected;
  for (int i = 0; i < 40; ++i) {
    const auto code = hmac_sha256(key.view(), as_view("person" + std::to_string(i)));
    Pseudonym first{};
    std::copy_n(code.bytes.begin(), 16, first.begin());
    expected.insert(print(first));
  }
  for (const Format format : {Format::csv, Format::json_lines, Format::parquet}) {
    const Pseudonymised made = make(forty_people(), &key, format);
    REQUIRE_FALSE(made.error);
    CHECK(std::set(made.tokens.begin(), made.tokens.end()) == expected);
    CHECK(made.text.find("person1") == std::string::npos);
  }
  const auto other = key_of(2);
  for (const auto& token : make(forty_people(), &other).tokens)
    CHECK_FALSE(expected.contains(token));
}

TEST_CASE("pseudonym: a value in two rows that may be used is refused") {
  const auto key = key_of(1);
  const Pseudonymised twice = make(forty_people("person1000,20,flu\nperson7,21,flu\n"), &key);
  REQUIRE(twice.error);
  CHECK(twice.error->code == Code::denied);
  CHECK(twice.error->rule == "floor-pseudonym");
  CHECK(twice.error->message.find("person7") == std::string::npos);
  CHECK(twice.text.empty());
  // The second is row 40, which may not be used: it is not there.
  CHECK_FALSE(make(forty_people("person7,20,flu\n"), &key).error);
}

TEST_CASE("pseudonym: needs a key, and one column at most") {
  const auto key = key_of(1);
  CHECK(make(forty_people(), nullptr).error->code == Code::malformed);
  CHECK(make(forty_people(), &key, Format::csv, "person:p age:q ill:p").error->code ==
        Code::malformed);
}

TEST_CASE("pseudonym: values that look like one already get another") {
  const auto key = key_of(1);
  const auto release_with = [&](const Secret<32>& earlier_key) {
    const std::string old = print(pseudonym_of(earlier_key, "person0"));
    return std::pair(old, make(forty_people("none,20,flu\n" + old + ",20,flu\n"), &key));
  };
  const auto [old, made] = release_with(key_of(2));
  REQUIRE_FALSE(made.error);
  CHECK(made.tokens.size() == 41);
  CHECK(std::ranges::count(made.tokens, old) == 0);
  // person0 leaves under just that token: a value of the input would be in the release.
  const auto [same, refused] = release_with(key);
  REQUIRE(refused.error);
  CHECK(refused.error->code == Code::unverified);
  CHECK(refused.text.empty());
}

TEST_CASE("pseudonym: what was written is held to it by who knows nothing of the key") {
  const std::string a = "mzxw6ytbojtg633cmfzgm33pmi";
  const std::string b = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
  CHECK(measured("person,age\n" + a + ",1\n" + b + ",1\n").empty());
  CHECK(measured("person,age\n" + a + ",1\n" + a + ",1\n") == "unverified");
  CHECK(measured("person,age\n" + a + ",1\nAnn,1\n") == "unverified");
  CHECK(measured("person,age\n" + a + ",1\n,1\n") == "unverified");
  CHECK(measured("person,age\n" + a + ",1\n" + b.substr(1) + "b,1\n") == "unverified");
  CHECK(measured("person,age\n" + a + ",1\n" + b + ",1\n", {"Ann", b}) == "unverified");
  CHECK(measured("age\n1\n") == "malformed");
}
