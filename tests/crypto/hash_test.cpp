#include "crypto/hash.h"

#include <doctest/doctest.h>

#include "tests/support/folder.h"

namespace usufruct {
namespace {

// FIPS 180-4 examples, and one million times "a".
TEST_CASE("hash: the published digests") {
  CHECK(to_hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256(as_view("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  const Bytes piece(1000, 'a');
  for (int i = 0; i < 1000; ++i) hash.update(piece);
  CHECK(to_hex(hash.finish()) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("hash: pieces are the whole, a copy forks, and finishing starts again") {
  Sha256 hash;
  hash.update(as_view("ab"));
  Sha256 fork = hash;
  hash.update(as_view("c"));
  fork.update(as_view("d"));
  CHECK(hash.finish() == sha256(as_view("abc")));
  CHECK(fork.finish() == sha256(as_view("abd")));
  CHECK(hash.finish() == sha256({}));
}

// RFC 4231 §4.2, §4.7.
TEST_CASE("hash: HMAC with a short key and one longer than a block") {
  CHECK(to_hex(hmac_sha256(Bytes(20, 0x0b), as_view("Hi There"))) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(to_hex(hmac_sha256(Bytes(131, 0xaa),
                           as_view("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// RFC 5869 A.1, A.3.
TEST_CASE("hash: HKDF with and without salt") {
  Bytes out(42);
  hkdf_sha256(Bytes(22, 0x0b), parse_hex("000102030405060708090a0b0c").value(),
              parse_hex("f0f1f2f3f4f5f6f7f8f9").value(), out);
  CHECK(to_hex(out) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  hkdf_sha256(Bytes(22, 0x0b), {}, {}, out);
  CHECK(to_hex(out) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("hash: a file has a digest and a size, a missing one is not found") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder / "abc", as_view("abc")));
  const auto content = sha256_file(folder / "abc");
  REQUIRE(content);
  CHECK(content->size_bytes == 3);
  CHECK(content->digest == sha256(as_view("abc")));
  CHECK(sha256_file(folder / "none").error().code == Code::not_found);
  CHECK(sha256_file(folder.path()).error().code == Code::unavailable);
}

}  // namespace
}  // namespace usufruct
