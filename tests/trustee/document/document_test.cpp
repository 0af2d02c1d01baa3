#include "trustee/document/document.h"

#include "trustee/document/fields.h"

using namespace usufruct;
using document::Fields;

TEST_CASE("document: a mapping with a list and places") {
  const auto file = document::parse("a: 1\nb: [x, 'y']\nc:\n", "f");
  REQUIRE(file);
  CHECK(file->root.find("a")->text == "1");
  CHECK(file->root.find("b")->items[1].text == "y");
  CHECK(file->root.find("b")->items[1].quoted);
  CHECK(file->root.find("c")->kind == document::Kind::null);
  CHECK(file->root.find("b")->key_place == document::Place{2, 1});
  CHECK(document::parse(R"({"a": {"b": [1, "c"]}})", "f"));
}

TEST_CASE("document: hostile texts are malformed, with a place") {
  std::string deep;
  for (int i = 0; i < 33; ++i) deep += '[';
  const std::vector<std::string> texts = {
      "",
      "# nothing",
      "a: [1, 2",
      "a: \"x",
      "a: 1\na: 2",
      "a: &x 1\nb: *x",
      "a: &a [1]",
      "b: *nobody",
      "a: !!binary aGk=",
      "a: !thing 1",
      "a: 1\n---\nb: 2",
      "? [a]\n: 1",
      "a:\n\t- 1\n\t b: 2",
      std::string("a: \x01"),
      std::string("a: \0b", 5),
      "a: \"\\0\"",
      "a: \xff\xfe",
      "a: \xc3",
      deep,
      std::string(200'000, '['),
      std::string((1 << 20) + 1, 'a'),
      "a: {b: 1, b: 2}",
  };
  for (const auto& text : texts) {
    CAPTURE(text.substr(0, 40));
    const auto file = document::parse(text, "f");
    REQUIRE(!file);
    CHECK(file.error().code == Code::malformed);
    CHECK(file.error().message.starts_with("f:"));
  }
  CHECK(document::parse("a: 1\na: 2", "f").error().message == "f:2:1: 'a' is written twice");
}

// yaml-cpp takes the end of the text for a missing quote: a title without its second quote was all
// that terms said, and they were read without a word.
TEST_CASE("document: a quote is closed in the line it was opened in") {
  struct Open {
    std::string text;
    std::string message;
  };
  const std::string never = "the quote opened here is never closed";
  const std::string below = "the quote opened here is not closed in its line";
  const std::vector<Open> cases = {
      {"title: 'a\nforbid:\n  - {id: b}\n", "f:1:8: " + never},
      {"title: \"a\nforbid:\n  - {id: b}\n", "f:1:8: " + never},
      {"title: \"a", "f:1:8: " + never},
      {"title: 'a''", "f:1:8: " + never},
      {"title: \"a\\\"", "f:1:8: " + never},
      {"title: \"a\\", "f:1:8: " + never},
      {"a: 1\n'b: 2\nc: 3\n", "f:2:1: " + never},
      {"a: [x, 'y, z]\nb: 1\n", "f:1:8: " + never},
      {"a: !!str 'y\nb: 1\n", "f:1:10: " + never},
      {"a: !!str # c\n  'y\nb: 1\n", "f:2:3: " + never},
      {"é: \"x\n", "f:1:5: " + never},
      {"\xef\xbb\xbf"
       "a: 'x\n",
       "f:1:7: " + never},
      {"{\"a\": \"b\n\"}", "f:1:7: " + below},
      {"a: {id: 'b, c: [d]}\ne: {f: g', h: i}\n", "f:1:9: " + below},
      {"a: \"b\\\n c\"\n", "f:1:4: " + below},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    const auto file = document::parse(text, "f");
    REQUIRE(!file);
    CHECK(file.error().code == Code::malformed);
    CHECK(file.error().message == message);
  }
}

TEST_CASE("document: what is wrong is said in words") {
  struct Wrong {
    std::string text;
    std::string message;
  };
  for (const auto& [text, message] :
       std::vector<Wrong>{{"a:\n\t- 1\n", "f:2:1: a tab is not taken as indentation"},
                          {"a:\n  - b\n\t- c\n", "f:3:1: a tab is not taken as indentation"},
                          {"a:\n \tb: 1\n", "f:2:2: a tab is not taken as indentation"},
                          {"a: b: c\n", "f:1:5: a ':' is not taken here"},
                          {"a: [1\n", "f:2:1: a '[' before this is not closed"},
                          {"a: @x\n", "f:1:4: no value begins so"}}) {
    CAPTURE(text);
    const auto file = document::parse(text, "f");
    REQUIRE(!file);
    CHECK(file.error().message == message);
    CHECK(!file.error().hint.empty());
  }
}

TEST_CASE("document: quotes that are closed, or none, are taken") {
  for (const std::string text :
       {"a: 'it''s'", "a: \"\\\"\\\\\"", "a: it's \"so", "a: |\n  'x\n  \"y\n",
        "a: 'x' # it's\nb: 1", "a: ''", "a: !!str 'x'", "a: !!str it's", "'a': {\"b\": 'c'}",
        "a: ! 'b'", "\xef\xbb\xbf'a': \"b\""}) {
    CAPTURE(text);
    CHECK(document::parse(text, "f"));
  }
  CHECK(document::parse("a: 'it''s'", "f")->root.find("a")->text == "it's");
  CHECK(document::parse("a: x", "f")->root.find("a")->text == "x");
}

TEST_CASE("document: the limits themselves are taken") {
  std::string deep(32, '[');
  deep += std::string(32, ']');
  CHECK(document::parse(deep, "f"));
  std::string many = "[";
  for (int i = 0; i < 100'001; ++i) many += "1,";
  CHECK(!document::parse(many + "]", "f"));
}

TEST_CASE("document: a printed scalar reads back") {
  for (const std::string text : {"plain", "", "null", "true", "-", "a: b", "\"q\\\"", "é 中",
                                 "x\ny\tz", "#no", "1.5", " lead", "..", "---", "..."}) {
    CAPTURE(text);
    const auto file = document::parse("k: " + document::print_scalar(text) + "\n", "f");
    REQUIRE(file);
    REQUIRE(file->root.find("k")->kind == document::Kind::scalar);
    CHECK(file->root.find("k")->text == text);
  }
}

TEST_CASE("fields: types, bounds and unknown keys") {
  const auto file = document::parse("count: 5\nwhen: 2026-11-23\non: true\nlist: one\n", "f");
  REQUIRE(file);
  auto fields = Fields::of(*file, file->root);
  REQUIRE(fields);
  CHECK(fields->integer("count", 1, 5) == 5);
  CHECK(!fields->integer("count", 1, 4));
  CHECK(!fields->integer("when", 1, 4));
  CHECK(!fields->text("absent"));
  CHECK((*fields->time("when"))->ms == 1'795'392'000'000);
  CHECK(fields->boolean_or("on", false) == true);
  const auto problem = fields->finish();
  REQUIRE(!problem);
  CHECK(problem.error().message == "f:4:1: 'list' is not known here");
  CHECK(fields->texts("list") == std::vector<std::string>{"one"});
  CHECK(fields->finish());
  CHECK(!Fields::of(*file, *file->root.find("count")));
}
