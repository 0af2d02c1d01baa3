#include "trustee/anonymise/profile/free_text.h"

#include <doctest/doctest.h>

using namespace usufruct::anonymise;

TEST_CASE("free text: a sentence is long and of several words, in any script") {
  CHECK(is_sentence("The patient came in with his wife"));
  CHECK(is_sentence("12 rue de la Paix, 75002 Paris"));
  CHECK(is_sentence("患者因持续发烧前来就诊，医生建议住院"));
  CHECK(is_sentence(std::string(101, 'x')));
  CHECK_FALSE(is_sentence("Married-civ-spouse"));
  CHECK_FALSE(is_sentence("2024-03-01 10:20:30 +01:00 to 5"));
  CHECK_FALSE(is_sentence("San Francisco"));
  CHECK_FALSE(is_sentence("a b c d e"));
  CHECK_FALSE(is_sentence("中华人民共和国"));
  CHECK_FALSE(is_sentence(""));
  CHECK_FALSE(is_sentence("\xf0\x9f"));
}

TEST_CASE("free text: mostly different sentences, not long labels that many rows share") {
  const std::string a = "Came in with fever on Monday";
  const std::string b = "Broke his left arm while skiing";
  const std::string c = "Asked Dr. Weber for a second opinion";
  CHECK(looks_like_free_text(std::vector<ValueCount>{{a, 1}, {b, 1}, {c, 1}}));
  CHECK_FALSE(looks_like_free_text(std::vector<ValueCount>{{a, 40}, {b, 30}, {c, 1}}));
  CHECK_FALSE(looks_like_free_text(std::vector<ValueCount>{{"flu", 1}, {"cold", 1}}));
  CHECK_FALSE(looks_like_free_text(std::vector<ValueCount>{{"", 9}}));
  CHECK_FALSE(looks_like_free_text({}));
  // Most rows say nothing: a remark is still a remark.
  CHECK(looks_like_free_text(std::vector<ValueCount>{{"none", 30}, {"", 500}, {a, 1}, {b, 1}}));
  CHECK_FALSE(looks_like_free_text(std::vector<ValueCount>{{"none", 100}, {a, 1}}));
}
