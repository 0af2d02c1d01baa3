#include "crypto/base58.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace usufruct {
namespace {

TEST_CASE("base58: the published examples") {
  CHECK(to_base58(as_view("Hello World!")) == "2NEpo7TZRRrLZSi2U");
  CHECK(to_base58(parse_hex("0000287fb4cd").value()) == "11233QC4");
  CHECK(to_base58({}).empty());
  CHECK(to_hex(parse_base58("11233QC4").value()) == "0000287fb4cd");
}

TEST_CASE("base58: other characters and too much are malformed") {
  for (const std::string& bad :
       {std::string("0"), std::string("O"), std::string("I"), std::string("l"), std::string("1 1"),
        std::string("\xff"), std::string(129, '1'), std::string(100'000, 'z')}) {
    CHECK(parse_base58(bad).error().code == Code::malformed);
  }
}

TEST_CASE("base58: all bytes come back") {
  CHECK(rc::check([](Bytes bytes) {
    bytes.resize(std::min(bytes.size(), base58_bytes_max));
    RC_ASSERT(parse_base58(to_base58(bytes)).value() == bytes);
  }));
  const Bytes largest(base58_bytes_max, 0xff);
  CHECK(parse_base58(to_base58(largest)).value() == largest);
}

TEST_CASE("base64 and hexadecimal: all bytes come back") {
  CHECK(rc::check([](const Bytes& bytes) {
    RC_ASSERT(parse_base64(to_base64(bytes)).value() == bytes);
    RC_ASSERT(parse_base64_unpadded(to_base64_unpadded(bytes)).value() == bytes);
    RC_ASSERT(parse_hex(to_hex(bytes)).value() == bytes);
  }));
}

}  // namespace
}  // namespace usufruct
