#include "trustee/document/json.h"

#include <doctest/doctest.h>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

using document::Kind;
using document::Node;

bool same(const Node& left, const Node& right) {
  return left.kind == right.kind && left.text == right.text && left.quoted == right.quoted &&
         left.key == right.key && std::ranges::equal(left.items, right.items, same);
}

TEST_CASE("json: is read as the same text is read as YAML") {
  for (const std::string_view text : {
           R"({"a": [1, -2.5e+3, true, false, null, "x"], "b": {"c": {}, "d": []}, "": ""})",
           R"("a\"\\\/\n\t\u00e9\u4e2d\ud83d\ude00z")",
           R"(-0.0)",
           R"([[[[[[]]]]], {"\u0061": "b"}])",
       }) {
    CAPTURE(text);
    const auto json = document::parse_json(text, "j");
    const auto yaml = document::parse(text, "y");
    REQUIRE_MESSAGE(json, json.error().message);
    // The YAML library that is used does not join surrogate pairs.
    if (text.find("ud83d") != text.npos) {
      CHECK(json->root.text == "a\"\\/\n\té中😀z");
    } else {
      REQUIRE(yaml);
      CHECK(same(json->root, yaml->root));
    }
  }
  const auto placed = document::parse_json("{\n  \"a\":\n    [1, {\"b\": 2}]}", "j");
  REQUIRE(placed);
  const Node& b = placed->root.items[0].items[1].items[0];
  CHECK(b.key_place == document::Place{3, 10});
  CHECK(b.place == document::Place{3, 15});
}

TEST_CASE("json: what is not JSON is refused with its place") {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", "f:1:1: nothing is written here"},
      {" \n ", "f:2:2: nothing is written here"},
      {"{\"a\": 1,\n \"a\": 2}", "f:2:2: 'a' is written twice"},
      {"{} {}", "f:1:4: not JSON: something follows the value"},
      {"[1,]", "f:1:4: not JSON: this is no value"},
      {"{\"a\" 1}", "f:1:6: not JSON: ':' is missing"},
      {"{a: 1}", "f:1:2: not JSON: a key is missing"},
      {"[1 2]", "f:1:4: not JSON: ',' or ']' is missing"},
      {"\"abc", "f:1:5: not JSON: the text has no end"},
      {"\"a\nb\"", "f:1:3: a control character is not taken"},
      {R"("\u0000")", "f:1:8: a control character is not taken"},
      {R"("\ud800")", "f:1:8: not JSON: half a surrogate pair is no character"},
      {R"("\ude00\ud83d")", "f:1:8: not JSON: half a surrogate pair is no character"},
      {R"("\ud800\u0041")", "f:1:14: not JSON: half a surrogate pair is no character"},
      {R"("\x")", "f:1:3: not JSON: there is no such escape"},
      {R"("\u12g4")", "f:1:6: not JSON: four digits follow \\u"},
      {"01", "f:1:2: not JSON: something follows the value"},
      {"1.", "f:1:1: not JSON: this is no value"},
      {"nul", "f:1:1: not JSON: this is no value"},
      {"{\"tdm-reservation\":1", "f:1:21: not JSON: ',' or '}' is missing"},
      {"\xef\xbb\xbf", "f:1:1: nothing is written here"},
      {"\xef\xbb\xbf\xef\xbb\xbf{}", "f:1:1: not JSON: this is no value"},
      {"\xff", "f:1:1: this is not UTF-8"},
      {"{\"a\":", "f:1:6: not JSON: this is no value"},
      {"[", "f:1:2: not JSON: this is no value"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text);
    const auto file = document::parse_json(text, "f");
    REQUIRE_FALSE(file);
    CHECK(file.error().message == message);
  }
}

TEST_CASE("json: everything has its limit") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(document::parse_json(nested(document::depth_max), "f"));
  CHECK_FALSE(document::parse_json(nested(document::depth_max + 1), "f"));
  CHECK_FALSE(document::parse_json(nested(100'000), "f"));
  CHECK_FALSE(document::parse_json(std::string(document::text_bytes_max + 1, ' '), "f"));
  std::string many = "[0";
  for (std::size_t i = 0; i < document::node_count_max; ++i) many += ",0";
  CHECK_FALSE(document::parse_json(many + "]", "f"));
  // A key twice among many.
  std::string keys = "{\"a\": 0";
  for (int i = 0; i < 1'000; ++i) keys += fmt::format(",\"k{}\": 0", i);
  CHECK(document::parse_json(keys + "}", "f"));
  const auto twice = document::parse_json(keys + ",\"a\": 1}", "f");
  REQUIRE_FALSE(twice);
  CHECK(twice.error().message == "f:1:9899: 'a' is written twice");
}

}  // namespace
}  // namespace usufruct
