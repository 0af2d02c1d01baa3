#include "crypto/bech32.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace usufruct {
namespace {

// BIP 173, test vectors.
TEST_CASE("bech32: the published examples") {
  CHECK(parse_bech32("a", "A12UEL5L").value().empty());
  CHECK(to_bech32("a", {}) == "a12uel5l");
  CHECK(to_hex(parse_bech32("abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw").value()) ==
        "00443214c74254b635cf84653a56d7c675be77df");
}

TEST_CASE("bech32: the wrong prefix, case, checksum, padding or length is malformed") {
  const std::string good = to_bech32("age", Bytes(32, 9));
  REQUIRE(parse_bech32("age", good));
  std::string mixed = good;
  mixed.back() = static_cast<char>(mixed.back() - 'a' + 'A');
  std::string swapped = good;
  std::swap(swapped[10], swapped[15]);
  swapped[12] = swapped[12] == 'q' ? 'p' : 'q';
  for (const std::string& bad :
       {std::string(), std::string("age"), std::string("age1"), std::string("1qqqqqqqq"),
        good.substr(1), good.substr(0, good.size() - 1), good + "q", mixed, swapped, " " + good,
        good + "\n", std::string(300, 'q'), std::string("A1G7SGD8"),
        std::string("age1b\xffqqqqqq")}) {
    CAPTURE(bad);
    CHECK(parse_bech32("age", bad).error().code == Code::malformed);
  }
}

TEST_CASE("bech32: all bytes come back, and a changed character never does") {
  CHECK(rc::check([](Bytes bytes) {
    bytes.resize(std::min<std::size_t>(bytes.size(), 64));
    std::string text = to_bech32("age-secret-key-", bytes);
    RC_ASSERT(parse_bech32("age-secret-key-", text).value() == bytes);
    const auto at = *rc::gen::inRange<std::size_t>(16, text.size());
    text[at] = text[at] == 'q' ? 'p' : 'q';
    RC_ASSERT(!parse_bech32("age-secret-key-", text));
  }));
}

}  // namespace
}  // namespace usufruct
