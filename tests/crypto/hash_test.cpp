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

TEST_CASE("hash: many at once are the same as one by one, of all lengths and side by side") {
  // Published: FIPS 180-4's "abc", and SHA-256 of one zero byte.
  const Bytes bc = to_bytes(std::string_view("bc"));
  std::array<Digest, 2> known;
  sha256_each('a', std::array{View(bc), View(bc)}, known);
  CHECK(to_hex(known[1]) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  sha256_each(0, std::array{View(), View()}, known);
  CHECK(to_hex(known[0]) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");

  Bytes bytes(3'000);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  for (std::size_t length = 0; length < 400; ++length) {
    CAPTURE(length);
    // Neighbours of other lengths, so that each ends in the middle of another.
    const std::array runs = {View(bytes).first(length), View(bytes).subspan(5, length / 3),
                             View(bytes).subspan(1, 7 * length), View(bytes).subspan(3, length)};
    for (std::size_t count = 0; count <= runs.size(); ++count) {
      std::vector<Digest> out(count);
      sha256_each(1, std::span(runs).first(count), out);
      for (std::size_t i = 0; i < count; ++i) {
        Sha256 hash;
        hash.update(Bytes{1});
        hash.update(runs[i]);
        CHECK(out[i] == hash.finish());
      }
    }
  }
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
  CHECK(sha256_file(folder.path()).error().code == Code::malformed);
}

}  // namespace
}  // namespace usufruct
