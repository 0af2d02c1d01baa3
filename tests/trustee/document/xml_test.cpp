#include "trustee/document/xml.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace usufruct;

TEST_CASE("xml: elements, attributes, text and places") {
  const auto root = document::parse_xml(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- c -->\r\n<a xmlns=\"u:a\" "
      "xmlns:b='u:b' x=\"1 &lt; 2\">\n <b:c>t <![CDATA[<d>&e;]]></b:c><d/> &amp;&#233; </a>",
      "f");
  REQUIRE_MESSAGE(root, (root ? "" : root.error().message));
  CHECK(root->name == "a");
  CHECK(root->space == "u:a");
  CHECK(root->attribute("x") == "1 < 2");
  CHECK(root->attribute("y").empty());
  CHECK(root->text == "&\xc3\xa9");
  REQUIRE(root->children.size() == 2);
  CHECK(root->children[0].name == "c");
  CHECK(root->children[0].space == "u:b");
  CHECK(root->children[0].text == "t <d>&e;");
  CHECK(root->children[0].place.line == 4);
  CHECK(root->children[1].space == "u:a");
}

TEST_CASE("xml: what is not well-formed, or would expand, is malformed with its place") {
  std::string deep;
  for (int i = 0; i < 33; ++i) deep += "<a>";
  for (int i = 0; i < 33; ++i) deep += "</a>";
  std::string attributes = "<a";
  for (int i = 0; i < 65; ++i) attributes += fmt::format(" x{}=''", i);
  std::string wide = "<a>";
  for (std::size_t i = 0; i <= document::node_count_max; ++i) wide += "<b/>";
  const std::vector<std::string> texts = {
      "",
      "text",
      "<a>",
      "<a></b>",
      "<a/><b/>",
      "<a x='1' x='2'/>",
      "<a x=1/>",
      "<a>&b;</a>",
      "<a>&</a>",
      "<a x='&b;'/>",
      "<b:a/>",
      "<!DOCTYPE a><a/>",
      "<!DOCTYPE a [<!ENTITY x 'xxxxxxxx'><!ENTITY y '&x;&x;&x;'>]><a>&y;</a>",
      "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
      "<a>&#0;</a>",
      "<a>&#1;</a>",
      "<a>&#xD800;</a>",
      "<a>\xff</a>",
      "<a>\x01</a>",
      std::string("<a>\0</a>", 8),
      "<a><![CDATA[</a>",
      "<a><!--</a>",
      deep,
      attributes + "/>",
      wide + "</a>",
      "<a>" + std::string(document::text_bytes_max, 'x') + "</a>",
  };
  for (const auto& text : texts) {
    CAPTURE(text.substr(0, 80));
    const auto root = document::parse_xml(text, "f");
    REQUIRE_FALSE(root);
    CHECK(root.error().code == Code::malformed);
    CHECK(root.error().message.starts_with("f:"));
  }
}
