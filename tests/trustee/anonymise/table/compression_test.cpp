#include "trustee/anonymise/table/compression.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/base/chance.h"

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

Bytes packed(Compression compression, const std::vector<Bytes>& parts) {
  Packing packing(compression);
  Bytes bytes = packing.open();
  for (const Bytes& part : parts) append(bytes, packing.add(Packing::pack(compression, part)));
  append(bytes, packing.close());
  return bytes;
}

Result<Bytes> expanded(View bytes, std::size_t piece) {
  MemorySink sink;
  Expanding expanding(sink);
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    CHECK_OK(expanding.write(bytes.subspan(at, std::min(piece, bytes.size() - at))));
  CHECK_OK(expanding.finish());
  return sink.take();
}

Bytes noise(std::size_t size) {
  Bytes bytes(size);
  SeededChance(5).fill(bytes);
  return bytes;
}

}  // namespace

TEST_CASE("compression: what is packed in parts expands to all of them") {
  const Bytes text = to_bytes("sex,age\nF,30\n");
  const std::vector<std::vector<Bytes>> cases{
      {}, {{}}, {text}, {text, {}, text}, {noise(300'000), Bytes(3'000'000, 'x'), text}};
  for (const auto compression : {Compression::none, Compression::gzip, Compression::zstd})
    for (const auto& parts : cases) {
      Bytes whole;
      for (const Bytes& part : parts) append(whole, part);
      const Bytes bytes = packed(compression, parts);
      for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
        if (piece == 1 && bytes.size() > 10'000) continue;
        const auto back = expanded(bytes, piece);
        REQUIRE_MESSAGE(back.has_value(), (back ? "" : back.error().message));
        CHECK((*back == whole));
      }
    }
}

TEST_CASE("compression: members and frames may follow each other") {
  const Bytes text = to_bytes("a\n1\n");
  for (const auto compression : {Compression::gzip, Compression::zstd}) {
    Bytes twice = packed(compression, {text});
    append(twice, packed(compression, {text}));
    CHECK(as_text(*expanded(twice, 3)) == "a\n1\na\n1\n");
  }
}

TEST_CASE("compression: gzip names no file, no time and no system") {
  const Bytes bytes = packed(Compression::gzip, {to_bytes("a\n")});
  CHECK(to_hex(View(bytes).first(10)) == "1f8b08000000000000ff");
}

TEST_CASE("compression: damage is found") {
  for (const auto compression : {Compression::gzip, Compression::zstd}) {
    const Bytes whole = packed(compression, {noise(1000), to_bytes("some text, some text")});
    for (std::size_t size = 4; size < whole.size(); size += size < 64 ? 1 : 97) {
      CAPTURE(size);
      CHECK(expanded(View(whole).first(size), 50).error().code == Code::malformed);
    }
    Bytes trailed = whole;
    append(trailed, to_bytes("trailing words"));
    CHECK_FALSE(expanded(trailed, 1000).has_value());
  }
  // gzip's checksum covers every byte; flip one of the text.
  Bytes flipped = packed(Compression::gzip, {noise(1000)});
  flipped[500] ^= 1;
  CHECK_FALSE(expanded(flipped, 1000).has_value());
}

TEST_CASE("compression: a bomb is refused before it has gone off") {
  class Counting final : public ByteSink {
   public:
    Result<void> write(View bytes) override {
      count += bytes.size();
      return {};
    }
    std::uint64_t count = 0;
  };
  // A zstd frame of nothing but repeated zero blocks: 128 KiB of zeros in 4 bytes each.
  Bytes bomb = *parse_hex("28b52ffd0058");
  for (int i = 0; i < 100'000; ++i) append(bomb, *parse_hex("02001000"));
  Counting sink;
  Expanding expanding(sink);
  const auto answer = expanding.write(bomb);
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == Code::malformed);
  CHECK(answer.error().message.find("expand to over") != std::string::npos);
  CHECK(sink.count < 2 * expanded_ratio_max * bomb.size());
}
