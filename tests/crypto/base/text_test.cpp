#include "crypto/base/text.h"

#include <doctest/doctest.h>

#include "crypto/base/bytes.h"
#include "crypto/base/json.h"
#include "crypto/base/time.h"

namespace usufruct {
namespace {

TEST_CASE("text: UTF-8 is RFC 3629") {
  for (const auto* good : {"", "a", "é", "界", "😀", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf"}) {
    CAPTURE(good);
    CHECK(is_utf8(good));
  }
  for (const auto* bad :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe7\x95", "a\xff"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("text: the nearest word is the one meant, or none") {
  const std::vector<std::string> words = {"academic", "commercial", "government"};
  CHECK(nearest("acadmic", words) == "academic");
  CHECK(nearest("Commercial", words) == "commercial");
  CHECK_FALSE(nearest("zzz", words));
  CHECK_FALSE(nearest(std::string(1000, 'a'), words));
  const std::vector<std::string> verbs = {"key", "new", "list", "duties", "share"};
  for (const auto& [typed, meant] : {std::pair{"kye", "key"},
                                     {"nwe", "new"},
                                     {"ke", "key"},
                                     {"keyy", "key"},
                                     {"lsit", "list"},
                                     {"dutys", "duties"},
                                     {"hsare", "share"}}) {
    CAPTURE(typed);
    CHECK(nearest(typed, verbs) == meant);
  }
  for (const auto* far : {"", "xyz", "yek", "relase"}) {
    CAPTURE(far);
    CHECK_FALSE(nearest(far, verbs));
  }
}

TEST_CASE("text: what is printed to a terminal holds no control bytes") {
  CHECK(printable("a\x1b[31m\xff") == "a\\x1b[31m\\xff");
  CHECK(printable("abcdef", 3) == "abc…");
}

TEST_CASE("text: decimals have no sign, leading zero, or overflow") {
  CHECK(parse_decimal("0") == 0U);
  CHECK(parse_decimal("18446744073709551615") == UINT64_MAX);
  for (const auto* bad : {"", "00", "01", "-1", "+1", " 1", "1 ", "18446744073709551616", "1e3"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_decimal(bad));
  }
}

TEST_CASE("bytes: hex and base64 are strict both ways") {
  CHECK(to_hex(Bytes{0x00, 0xff, 0x1a}) == "00ff1a");
  CHECK(parse_hex("00ff1a") == Bytes{0x00, 0xff, 0x1a});
  for (const auto* bad : {"0", "0g", "FF", " 0"}) CHECK_FALSE(parse_hex(bad));
  // RFC 4648 §10.
  CHECK(to_base64(as_view("foob")) == "Zm9vYg==");
  CHECK(to_base64(as_view("fooba")) == "Zm9vYmE=");
  CHECK(to_base64(as_view("foobar")) == "Zm9vYmFy");
  CHECK(parse_base64("Zm9vYg==") == to_bytes("foob"));
  for (const auto* bad : {"Zm9vYg", "Zm9vYg=", "Zm9vYh==", "Zm9v\n", "====", "Zg==Zg==", "Zm=v"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_base64(bad));
  }
  CHECK_FALSE(parse_digest("sha256:00"));
  CHECK_FALSE(parse_digest(std::string(64, 'G')));
}

TEST_CASE("time: RFC 3339 both ways") {
  CHECK(print_time({0}) == "1970-01-01T00:00:00Z");
  CHECK(print_time({-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(print_time(*parse_time("2026-11-23T21:15:00+01:00")) == "2026-11-23T20:15:00Z");
  CHECK(parse_time("2024-02-29")->ms == 1'709'164'800'000);
  CHECK(parse_time("2026-11-23T20:15:00.25Z")->ms % 1000 == 250);
  for (const auto* bad : {"", "2026", "2023-02-29", "2026-13-01", "2026-11-23T24:00:00Z",
                          "2026-11-23T20:15:00", "2026-11-23T20:15:00Zx", "26-11-23",
                          "2026-11-23T20:15:00.Z", "2026-11-23T20:15:00+25:00"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_time(bad));
  }
}

TEST_CASE("json: strings are escaped and 64-bit integers are strings") {
  Json object = Json::object();
  object.set("text", "a\"b\\c\n\x01").set("big", std::uint64_t{1} << 60).set("small", 3);
  object.set("list", Json::array().push(true).push(Json())).set("none", Json::object());
  CHECK(object.print() == R"({"text":"a\"b\\c\n\u0001","big":"1152921504606846976","small":3,)"
                          R"("list":[true,null],"none":{}})");
  CHECK(quote_json("\xff") == R"("\\xff")");
}

}  // namespace
}  // namespace usufruct
