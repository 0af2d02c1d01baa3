#include "trustee/anonymise/anonymise.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "crypto/base/text.h"
#include "crypto/hash.h"
#include "tests/trustee/anonymise/table.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using usufruct::anonymise::test::columns;
using usufruct::anonymise::test::MemoryFile;

// Whoever holds an Anonymised got it from anonymise().
static_assert(!std::is_default_constructible_v<Anonymised>);

namespace {

const std::string eight_people =
    "name,person,sex,city,ill,note\n"
    "Ann,p1,F,Oslo,flu,n1\n"
    "Bob,p2,M,Oslo,flu,n2\n"
    "Cid,p3,M,Rome,cold,n3\n"
    "Dee,p4,F,Oslo,cold,\"n,4\"\n"
    "Eve,p5,F,Rome,flu,n5\n"
    "Fay,p6,F,Rome,gout,n6\n"
    "Gil,p7,M,Oslo,gout,n7\n"
    "Hal,p8,M,Rome,flu,n8\n";
const std::string eight_roles = "name:x person:u sex:q city:q ill:s note:i";

struct Released {
  Result<Anonymised> answer;
  std::string text;
};

Released release(std::string_view table, std::string_view spec, Floor floor, KeepRow keep = {},
                 std::uint64_t seed = 1) {
  const MemoryFile file(table);
  const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                    .columns = columns(spec),
                    .recoding = {.scope = Scope::full_domain}};
  SeededChance chance(seed);
  std::string text;
  auto answer = anonymise::anonymise(
      input, floor, keep ? keep : [](auto, auto) { return true; }, chance,
      [&](View bytes) -> Result<void> {
        text += as_text(bytes);
        return {};
      });
  return {std::move(answer), std::move(text)};
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n')) lines.emplace_back(line);
  std::sort(lines.begin() + 1, lines.end());
  return lines;
}

}  // namespace

TEST_CASE("anonymise: leaves alone what already meets the floor, and drops the names") {
  const Released result = release(eight_people, eight_roles, {2, 0, 2});
  REQUIRE_MESSAGE(result.answer.has_value(), (result.answer ? "" : result.answer.error().message));
  CHECK(sorted_lines(result.text) ==
        std::vector<std::string>{"sex,city,ill,note", "", "F,Oslo,cold,\"n,4\"", "F,Oslo,flu,n1",
                                 "F,Rome,flu,n5", "F,Rome,gout,n6", "M,Oslo,flu,n2",
                                 "M,Oslo,gout,n7", "M,Rome,cold,n3", "M,Rome,flu,n8"});
  CHECK(result.answer->loss() == 0);
  CHECK(result.answer->proven_optimal());
  CHECK(result.answer->measurement().k_achieved == 2);
  CHECK(result.answer->measurement().diversity[0].distinct_min == 2);
  CHECK(result.answer->digest() == sha256(as_view(result.text)));
  CHECK(result.answer->size_bytes() == result.text.size());
  const auto& columns = result.answer->columns();
  REQUIRE(columns.size() == 6);
  CHECK(columns[0].role == ColumnRole::identifier);
  CHECK_FALSE(columns[0].hierarchy.has_value());
  CHECK(columns[2].levels == 2);
  CHECK(columns[2].hierarchy_text == "F;*\nM;*\n");
  CHECK(columns[2].hierarchy == sha256(as_view("F;*\nM;*\n")));
  for (const char* secret : {"name", "Ann", "person", "p1", "p8", "Hal"})
    CHECK(result.text.find(secret) == std::string::npos);
}

TEST_CASE("anonymise: a table without quasi-identifiers is one class of all its rows") {
  const std::string spec = "name:x person:u sex:i city:i ill:s note:i";
  const Released result = release(eight_people, spec, {1, 0, 3});
  REQUIRE_MESSAGE(result.answer.has_value(), (result.answer ? "" : result.answer.error().message));
  CHECK(result.answer->measurement().k_achieved == 8);
  CHECK(result.answer->measurement().diversity[0].distinct_min == 3);
  CHECK(result.answer->loss() == 0);
  CHECK_FALSE(release(eight_people, spec, {1, 0, 4}).answer);
  CHECK_FALSE(release(eight_people, spec, {2, 0, 0}).answer);  // a k that says nothing
}

TEST_CASE("anonymise: generalises when it must, and stays within suppression") {
  const Released result = release(eight_people, eight_roles, {4, 0, 0});
  REQUIRE(result.answer.has_value());
  CHECK(result.answer->measurement().k_achieved == 4);
  CHECK(result.answer->rows_suppressed() == 0);
  CHECK(result.answer->loss() == 0.5);
  // Both columns cost the same: the lexicographically lower node generalises the second.
  CHECK(result.answer->columns()[2].level_max == 0);
  CHECK(result.answer->columns()[3].level_max == 1);
}

TEST_CASE("anonymise: rows without consent are gone before anything is counted") {
  std::vector<std::pair<std::uint64_t, std::string>> asked;
  const Released result =
      release(eight_people, eight_roles, {3, 0, 0}, [&](std::uint64_t row, std::string_view who) {
        asked.emplace_back(row, who);
        return who != "p1" && who != "p4";
      });
  REQUIRE(result.answer.has_value());
  CHECK(
      asked ==
      std::vector<std::pair<std::uint64_t, std::string>>{
          {0, "p1"}, {1, "p2"}, {2, "p3"}, {3, "p4"}, {4, "p5"}, {5, "p6"}, {6, "p7"}, {7, "p8"}});
  CHECK(result.answer->rows_input() == 8);
  CHECK(result.answer->rows_kept() == 6);
  CHECK(result.answer->rows_released() == 6);
  CHECK(result.text.find("n1\n") == std::string::npos);
  CHECK(result.text.find("n,4") == std::string::npos);
}

TEST_CASE("anonymise: values of dropped rows leave no trace in the hierarchies") {
  const Released result = release("age:q", "", {}, {});
  CHECK_FALSE(result.answer.has_value());
  const Released dropped = release("age,who\n20,a\n20,b\n99,c\n", "age:q who:u", {2, 0, 0},
                                   [](auto, std::string_view who) { return who != "c"; });
  REQUIRE(dropped.answer.has_value());
  CHECK(dropped.answer->columns()[0].hierarchy_text == "20;*\n");
}

TEST_CASE("anonymise: the edges of the floor") {
  CHECK(release(eight_people, eight_roles, {1, 0, 0}).answer->loss() == 0);
  const Released all = release(eight_people, eight_roles, {8, 0, 3});
  REQUIRE(all.answer.has_value());
  CHECK(all.answer->loss() == 1);
  CHECK(all.answer->measurement().classes == 1);
  CHECK(all.answer->measurement().k_achieved == 8);

  const Released over = release(eight_people, eight_roles, {9, 10'000, 0});
  REQUIRE_FALSE(over.answer.has_value());
  CHECK(over.answer.error().code == Code::denied);
  CHECK(over.answer.error().rule == "floor-k");
  CHECK(over.answer.error().message == "8 of 8 rows may be used and the floor is k 9");
  CHECK(over.answer.error().hint.starts_with("k 8 is the most these rows can meet"));
  CHECK(over.text.empty());

  const Released poor = release(eight_people, eight_roles, {2, 10'000, 4});
  REQUIRE_FALSE(poor.answer.has_value());
  CHECK(poor.answer.error().rule == "floor-diversity");

  const Released none =
      release(eight_people, eight_roles, {1, 0, 0}, [](auto, auto) { return false; });
  REQUIRE_FALSE(none.answer.has_value());
  CHECK(none.answer.error().code == Code::denied);
  CHECK(none.text.empty());
}

TEST_CASE("anonymise: suppression of nothing, of some, of all but one class") {
  const std::string table = "c\na\na\na\nb\nb\nz\n";
  const Released strict = release(table, "c:q", {2, 0, 0});
  CHECK(strict.answer->columns()[0].level_max == 1);
  const Released some = release(table, "c:q", {2, 1'667, 0});
  CHECK(some.answer->columns()[0].level_max == 0);
  CHECK(some.answer->rows_suppressed() == 1);
  CHECK(sorted_lines(some.text) == std::vector<std::string>{"c", "", "a", "a", "a", "b", "b"});
  const Released just_under = release(table, "c:q", {2, 1'666, 0});
  CHECK(just_under.answer->columns()[0].level_max == 1);
  const Released most = release(table, "c:q", {3, 10'000, 0});
  CHECK(most.answer->rows_suppressed() == 3);
  CHECK(most.answer->loss() == 0.5);
}

TEST_CASE("anonymise: the same seed gives the same bytes, another seed another order") {
  std::string table = "a,b\n";
  for (int i = 0; i < 500; ++i) table += std::to_string(i % 5) + "," + std::to_string(i) + "\n";
  const Released one = release(table, "a:q b:i", {2, 0, 0}, {}, 7);
  const Released same = release(table, "a:q b:i", {2, 0, 0}, {}, 7);
  const Released other = release(table, "a:q b:i", {2, 0, 0}, {}, 8);
  REQUIRE(one.answer.has_value());
  CHECK(one.text == same.text);
  CHECK(one.text != other.text);
  CHECK(sorted_lines(one.text) == sorted_lines(other.text));
  CHECK(one.text.find("\n0,0\n1,1\n2,2\n") == std::string::npos);
}

TEST_CASE("anonymise: every column must be spoken of, once") {
  const auto says = [](std::string_view table, std::string_view spec, std::string_view text) {
    const auto answer = release(table, spec, {2, 0, 0}).answer;
    REQUIRE_FALSE(answer.has_value());
    CHECK_MESSAGE(answer.error().message.find(text) != std::string::npos, answer.error().message);
  };
  says("a,b\n1,2\n1,2\n", "a:q", "column 'b' of the file has no role");
  says("a,b\n1,2\n1,2\n", "a:q b:i c:q", "no column 'c'");
  says("a,b\n1,2\n1,2\n", "a:q b:i a:q", "'a' is described twice");
  says("a,b,c\n1,2,3\n1,2,3\n", "a:q b:u c:u", "'c' is a second subject");
  says("a,b\n1,2\n1,2\n", "a:x b:u", "no column is released");
  says("a,b\n1,2\n1,2\n", "a:i b:i", "no column is a quasi_identifier");
}

TEST_CASE("anonymise: a hierarchy that lacks a value names it") {
  const MemoryFile file("a\n1\n2\n");
  Input input{.files = {{.path = file.path(), .format = Format::csv}}, .columns = columns("a:q")};
  input.columns[0].hierarchy = *Hierarchy::parse("1;*\n");
  SeededChance chance(1);
  const auto answer = anonymise::anonymise(
      input, {1, 0, 0}, [](auto, auto) { return true; }, chance,
      [](View) -> Result<void> { return {}; });
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == Code::malformed);
  CHECK(answer.error().message == "column 'a': its hierarchy has no value '2'");
}

TEST_CASE("anonymise: an error of the sink is passed up") {
  const MemoryFile file("a\n1\n1\n");
  const Input input{.files = {{.path = file.path(), .format = Format::csv}},
                    .columns = columns("a:q")};
  SeededChance chance(1);
  const auto answer = anonymise::anonymise(
      input, {2, 0, 0}, [](auto, auto) { return true; }, chance,
      [](View) -> Result<void> { return unavailable("disk full"); });
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == Code::unavailable);
}

TEST_CASE("anonymise: empty values are a category of their own and survive the round trip") {
  const Released lone = release("a\n\"\"\n\"\"\n1\n1\n", "a:q", {2, 0, 0});
  REQUIRE(lone.answer.has_value());
  CHECK(sorted_lines(lone.text) == std::vector<std::string>{"a", "", "\"\"", "\"\"", "1", "1"});
  CHECK(lone.answer->measurement().classes == 2);
}

TEST_CASE("anonymise: what a person wrote is never released, whatever role it was given") {
  std::string table = "age,ill,note\n";
  for (int i = 0; i < 200; ++i)
    table +=
        fmt::format("{},flu,she told me that number {} lives in the green house\n", 20 + i % 5, i);
  for (const std::string_view role : {"age:q ill:s note:i", "age:q ill:i note:s"}) {
    const Released result =
        release(table, role, {.k = 5, .l_distinct = role.ends_with('s') ? 2U : 0U});
    REQUIRE_FALSE(result.answer.has_value());
    CHECK(result.answer.error().code == Code::denied);
    CHECK(result.answer.error().message ==
          "column 'note' looks like free text, which may name anybody");
    CHECK(result.text.empty());
  }
  CHECK(release(table, "age:q ill:i note:x", {.k = 5}).answer.has_value());
}
