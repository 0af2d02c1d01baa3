#include <doctest/doctest.h>

#include "trustee/terms/import/odrl/reference.h"

namespace usufruct {
namespace {

using terms::odrl::is_relative_reference;
using terms::odrl::resolved_reference;

TEST_CASE("odrl: references are resolved as RFC 3986 §5.4 has them") {
  constexpr std::string_view base = "http://a/b/c/d;p?q";
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y#s"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"../../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/./x", "http://a/b/c/g#s/./x"},
      {"g#s/../x", "http://a/b/c/g#s/../x"},
      {"http:g", "http:g"},
  };
  for (const auto& [reference, whole] : rows) {
    CAPTURE(reference);
    CHECK(resolved_reference(base, reference) == whole);
  }
  CHECK(resolved_reference("http://a", "g") == "http://a/g");
  CHECK(resolved_reference("urn:a:b", "g") == "urn:g");
}

TEST_CASE("odrl: what has a scheme, or is a blank node, is no relative reference") {
  for (const std::string_view whole : {"a:b", "urn:x", "https://a", "_:b", "a+b-c.d:e"}) {
    CAPTURE(whole);
    CHECK_FALSE(is_relative_reference(whole));
  }
  for (const std::string_view relative :
       {"", "a", "a/b:c", "/a:b", "?a:b", "#a:b", "1a:b", ":a", "//a:1/b", "\xff:x"}) {
    CAPTURE(relative);
    CHECK(is_relative_reference(relative));
  }
}

}  // namespace
}  // namespace usufruct
