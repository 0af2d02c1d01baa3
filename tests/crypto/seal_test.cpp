#include "crypto/seal.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace usufruct {
namespace {

constexpr std::size_t start_bytes = 19 + 24;
constexpr std::size_t sealed_chunk = seal_chunk_bytes + 17;

Secret<32> key_of(std::uint8_t byte) {
  Secret<32> key;
  std::ranges::fill(key.span(), byte);
  return key;
}

Bytes seal(const Bytes& plain) {
  SeededChance chance(7);
  MemorySource source(plain);
  MemorySink sink;
  CHECK(seal_content(source, sink, key_of(1), chance).value() == plain.size());
  return sink.take();
}

Result<Bytes> open(View sealed, std::uint8_t key = 1) {
  MemorySource source(sealed);
  MemorySink sink;
  CHECK_OK(open_content(source, sink, key_of(key)));
  return sink.take();
}

Bytes steps(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 >> 4);
  return bytes;
}

TEST_CASE("seal: opens what was sealed, at every edge of a chunk") {
  for (const std::size_t size :
       {0UL, 1UL, 65'535UL, 65'536UL, 65'537UL, 131'072UL, (1UL << 20) + 3}) {
    CAPTURE(size);
    const Bytes plain = steps(size);
    const Bytes sealed = seal(plain);
    const std::size_t chunks = std::max<std::size_t>(1, (size + 65'535) / 65'536);
    CHECK(sealed.size() == start_bytes + size + 17 * chunks);
    CHECK(open(sealed).value() == plain);
  }
}

TEST_CASE("seal: a wrong key opens nothing") {
  CHECK(open(seal(steps(10)), 2).error().code == Code::unverified);
}

TEST_CASE("seal: chunks cut off, moved, repeated, added or changed are unverified") {
  const Bytes sealed = seal(steps(3 * seal_chunk_bytes));
  const auto chunk = [&](std::size_t i) {
    return View(sealed).subspan(start_bytes + i * sealed_chunk, sealed_chunk);
  };
  const auto made_of = [&](std::initializer_list<std::size_t> order) {
    Bytes bytes = to_bytes(View(sealed).first(start_bytes));
    for (const auto i : order) append(bytes, chunk(i));
    return bytes;
  };
  REQUIRE(open(made_of({0, 1, 2})));
  for (const auto& bad : {made_of({}), made_of({0}), made_of({0, 1}), made_of({1, 2}),
                          made_of({0, 2}), made_of({1, 0, 2}), made_of({0, 0, 1, 2}),
                          made_of({0, 1, 1, 2}), made_of({0, 1, 2, 2}), made_of({2})}) {
    CAPTURE(bad.size());
    CHECK(open(bad).error().code == Code::unverified);
  }
  for (const std::size_t at :
       {start_bytes - 1, start_bytes, start_bytes + 100, sealed.size() - 1}) {
    Bytes bad = sealed;
    bad[at] ^= 1;
    CHECK(open(bad).error().code == Code::unverified);
  }
  for (const std::size_t cut : {1UL, 17UL, 18UL, sealed_chunk - 1}) {
    CHECK(open(View(sealed).first(sealed.size() - cut)).error().code == Code::unverified);
  }
  Bytes longer = sealed;
  longer.push_back(0);
  CHECK(open(longer).error().code == Code::unverified);
}

TEST_CASE("seal: other bytes are malformed") {
  CHECK(open({}).error().code == Code::malformed);
  CHECK(open(as_view("age-encryption.org/v1\n-> X25519 and more of it\n")).error().code ==
        Code::malformed);
  CHECK(open(View(seal({})).first(start_bytes - 1)).error().code == Code::malformed);
}

}  // namespace
}  // namespace usufruct
