#include "crypto/seal.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/chunk.h"
#include "crypto/random.h"

namespace usufruct {
namespace {

using State = crypto_secretstream_xchacha20poly1305_state;

constexpr std::string_view magic = "usufruct/sealed/v1\n";
constexpr std::size_t header_bytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t chunk_overhead_bytes = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t sealed_chunk_bytes = seal_chunk_bytes + chunk_overhead_bytes;
constexpr unsigned char tag_more = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
constexpr unsigned char tag_last = crypto_secretstream_xchacha20poly1305_TAG_FINAL;

/// The cipher's state, wiped when it goes.
class Stream {
 public:
  /// libsodium's init_push is randombytes followed by what init_pull does, so pulling from a header
  /// of our own makes a state to push with, and the header can come from Chance.
  Stream(View header, const Secret<32>& key) {
    init_crypto();
    crypto_secretstream_xchacha20poly1305_init_pull(&state_, header.data(), key.view().data());
  }
  ~Stream() { sodium_memzero(&state_, sizeof state_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  State* get() { return &state_; }

 private:
  State state_;
};

}  // namespace

Result<std::uint64_t> seal_content(ByteSource& plain, ByteSink& sealed, const Secret<32>& key,
                                   Chance& chance) {
  std::array<std::uint8_t, header_bytes> header{};
  chance.fill(header);
  CHECK_OK(sealed.write(as_view(magic)));
  CHECK_OK(sealed.write(header));
  Stream stream(header, key);
  ChunkReader reader(plain, seal_chunk_bytes);
  Bytes out(sealed_chunk_bytes);
  std::uint64_t total = 0;
  for (bool is_last = false; !is_last;) {
    const auto chunk = TRY(reader.next());
    is_last = chunk.is_last;
    crypto_secretstream_xchacha20poly1305_push(
        stream.get(), out.data(), nullptr, chunk.bytes.data(), chunk.bytes.size(),
        as_view(magic).data(), magic.size(), is_last ? tag_last : tag_more);
    CHECK_OK(sealed.write(View(out).first(chunk.bytes.size() + chunk_overhead_bytes)));
    total += chunk.bytes.size();
  }
  return total;
}

Result<std::uint64_t> open_content(ByteSource& sealed, ByteSink& plain, const Secret<32>& key) {
  std::array<std::uint8_t, magic.size() + header_bytes> start{};
  const std::size_t count = TRY(read_full(sealed, start));
  if (count != start.size() ||
      !std::ranges::equal(as_view(magic), View(start).first(magic.size()))) {
    return malformed("not a sealed content: it does not start with 'usufruct/sealed/v1'");
  }
  Stream stream(View(start).subspan(magic.size()), key);
  ChunkReader reader(sealed, sealed_chunk_bytes);
  Bytes out(seal_chunk_bytes);
  std::uint64_t total = 0;
  for (std::uint64_t number = 0;; ++number) {
    const auto chunk = TRY(reader.next());
    const auto bad = [&](std::string_view why) {
      return unverified(fmt::format("sealed content: chunk {} {}", number, why),
                        "do not use what was written; get the content again");
    };
    if (chunk.bytes.size() < chunk_overhead_bytes) return bad("is cut off");
    unsigned char tag = tag_more;
    if (crypto_secretstream_xchacha20poly1305_pull(stream.get(), out.data(), nullptr, &tag,
                                                   chunk.bytes.data(), chunk.bytes.size(),
                                                   as_view(magic).data(), magic.size()) != 0) {
      return bad("does not open with this key, or was changed");
    }
    const std::size_t size = chunk.bytes.size() - chunk_overhead_bytes;
    if (tag != (chunk.is_last ? tag_last : tag_more)) {
      return bad(chunk.is_last ? "is the last here, but more were sealed"
                               : "has others after the end");
    }
    if (chunk.is_last && size == 0 && number > 0) return bad("is empty");
    CHECK_OK(plain.write(View(out).first(size)));
    wipe(std::span(out).first(size));
    total += size;
    if (chunk.is_last) return total;
  }
}

}  // namespace usufruct
