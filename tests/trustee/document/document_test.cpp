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
