#include "trustee/anonymise/table/compression.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t expanded_bytes = std::size_t{256} << 10;
constexpr int gzip_level = 4;  ///< twice as fast as 6 for a few percent more bytes
constexpr int zstd_level = 3;

std::unexpected<Error> cut_off(std::string_view what) {
  return malformed(fmt::format("the {} file stops in the middle", what), "get the file again");
}
std::unexpected<Error> broken(std::string_view what, std::string_view why) {
  return malformed(fmt::format("the {} file is damaged: {}", what, why), "get the file again");
}

/// One member or frame after the other.
class Expander {
 public:
  virtual ~Expander() = default;
  /// Expands some of `from` into `to`, taking off what it used; says how many bytes came out. Asks
  /// again while `from` is not empty or `to` was filled.
  virtual Result<std::size_t> expand(View& from, std::span<std::uint8_t> to) = 0;
  virtual Result<void> finish() = 0;
};

class Inflater final : public Expander {
 public:
  Inflater() { is_ready_ = inflateInit2(&stream_, 15 + 16) == Z_OK; }
  ~Inflater() override { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<std::size_t> expand(View& from, std::span<std::uint8_t> to) override {
    if (!is_ready_) return unavailable("no memory to expand the gzip file");
    if (is_at_member_ && from.empty()) return std::size_t{0};
    if (is_at_member_) {
      inflateReset(&stream_);
      is_at_member_ = false;
    }
    stream_.next_in = const_cast<Bytef*>(from.data());  // zlib's old signature; it reads only
    stream_.avail_in = static_cast<uInt>(std::min(from.size(), std::size_t{1} << 30));
    const uInt given = stream_.avail_in;
    stream_.next_out = to.data();
    stream_.avail_out = static_cast<uInt>(to.size());
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    from = from.subspan(given - stream_.avail_in);
    if (answer == Z_STREAM_END)
      is_at_member_ = true;
    else if (answer != Z_OK && answer != Z_BUF_ERROR)
      return broken("gzip", stream_.msg == nullptr ? "its data are not gzip" : stream_.msg);
    return to.size() - stream_.avail_out;
  }
  Result<void> finish() override {
    if (!is_at_member_) return cut_off("gzip");
    return {};
  }

 private:
  z_stream stream_{};
  bool is_ready_ = false;
  bool is_at_member_ = false;  ///< between members
};

class Unzstd final : public Expander {
 public:
  Unzstd() : stream_(ZSTD_createDStream()) {}
  ~Unzstd() override { ZSTD_freeDStream(stream_); }
  Unzstd(const Unzstd&) = delete;
  Unzstd& operator=(const Unzstd&) = delete;

  Result<std::size_t> expand(View& from, std::span<std::uint8_t> to) override {
    if (stream_ == nullptr) return unavailable("no memory to expand the zstd file");
    ZSTD_inBuffer in{from.data(), from.size(), 0};
    ZSTD_outBuffer out{to.data(), to.size(), 0};
    const std::size_t answer = ZSTD_decompressStream(stream_, &out, &in);
    if (ZSTD_isError(answer)) return broken("zstd", ZSTD_getErrorName(answer));
    if (in.pos > 0 || out.pos > 0) is_whole_ = answer == 0;
    from = from.subspan(in.pos);
    return out.pos;
  }
  Result<void> finish() override {
    if (!is_whole_) return cut_off("zstd");
    return {};
  }

 private:
  ZSTD_DStream* stream_;
  bool is_whole_ = false;
};

std::uint64_t crc32_of(View bytes, std::uint64_t before = 0) {
  auto sum = static_cast<uLong>(before);
  for (std::size_t at = 0; at < bytes.size(); at += expanded_bytes)
    sum = crc32(sum, bytes.data() + at,
                static_cast<uInt>(std::min(expanded_bytes, bytes.size() - at)));
  return sum;
}

Bytes deflated(View plain) {
  z_stream stream{};
  CHECK_THAT(deflateInit2(&stream, gzip_level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  // A flush is five bytes and a few bits more than deflateBound() reckons with.
  Bytes out(deflateBound(&stream, static_cast<uLong>(plain.size())) + 64);
  stream.next_in = const_cast<Bytef*>(plain.data());  // as above
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  // Flushed to a whole byte, so that the next part can follow; the stream is not ended.
  const int answer = deflate(&stream, Z_SYNC_FLUSH);
  CHECK_THAT(answer == Z_OK && stream.avail_in == 0 && stream.avail_out > 0);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

Bytes zstd_frame(View plain) {
  Bytes out(ZSTD_compressBound(plain.size()));
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), zstd_level);
  CHECK_THAT(!ZSTD_isError(size));
  out.resize(size);
  return out;
}

void append_u32_little(Bytes& to, std::uint64_t value) {
  for (int i = 0; i < 4; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

}  // namespace

struct Expanding::State {
  explicit State(ByteSink& sink) : to(sink) {}
  ByteSink& to;
  Bytes head;  ///< the first bytes, until there are enough to tell
  std::optional<Compression> found;
  std::unique_ptr<Expander> expander;
  Bytes room;
  std::uint64_t given = 0;
  std::uint64_t made = 0;

  void decide() {
    const auto starts = [&](std::initializer_list<std::uint8_t> magic) {
      return head.size() >= magic.size() && std::equal(magic.begin(), magic.end(), head.begin());
    };
    found = Compression::none;
    if (starts({0x1F, 0x8B})) {
      found = Compression::gzip;
      expander = std::make_unique<Inflater>();
    } else if (starts({0x28, 0xB5, 0x2F, 0xFD})) {
      found = Compression::zstd;
      expander = std::make_unique<Unzstd>();
    }
    if (expander) room.resize(expanded_bytes);
  }

  Result<void> pass(View bytes) {
    if (!expander) return to.write(bytes);
    given += bytes.size();
    for (bool is_full = false; !bytes.empty() || is_full;) {
      const std::size_t count = TRY(expander->expand(bytes, room));
      is_full = count == room.size();
      made += count;
      if (made > expanded_bytes_free && made / expanded_ratio_max > given)
        return malformed(fmt::format("{} packed bytes expand to over {}", given, made),
                         "unpack the file yourself if you trust it");
      CHECK_OK(to.write(View(room).first(count)));
    }
    return {};
  }
};

Expanding::Expanding(ByteSink& to) : state_(std::make_unique<State>(to)) {}
Expanding::~Expanding() = default;

Result<void> Expanding::write(View bytes) {
  if (state_->found) return state_->pass(bytes);
  append(state_->head, bytes);
  if (state_->head.size() < 4) return {};
  state_->decide();
  return state_->pass(std::exchange(state_->head, {}));
}

Result<void> Expanding::finish() {
  if (!state_->found) {
    state_->decide();
    CHECK_OK(state_->pass(std::exchange(state_->head, {})));
  }
  if (!state_->expander) return {};
  return state_->expander->finish();
}

Compression Expanding::found() const { return state_->found.value_or(Compression::none); }

Packing::Part Packing::pack(Compression compression, Bytes plain) {
  Part part;
  part.plain_bytes = plain.size();
  switch (compression) {
    case Compression::none:
      part.bytes = std::move(plain);
      break;
    case Compression::gzip:
      part.checksum = static_cast<std::uint32_t>(crc32_of(plain));
      part.bytes = deflated(plain);
      break;
    case Compression::zstd:
      part.bytes = zstd_frame(plain);
      break;
  }
  return part;
}

Bytes Packing::open() const {
  if (compression_ != Compression::gzip) return {};
  return {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF};  // no flags, no time, unknown system
}

Bytes Packing::add(Part part) {
  plain_bytes_ += part.plain_bytes;
  checksum_ = static_cast<std::uint32_t>(
      crc32_combine(checksum_, part.checksum, static_cast<z_off_t>(part.plain_bytes)));
  return std::move(part.bytes);
}

Bytes Packing::close() const {
  if (compression_ != Compression::gzip) return {};
  Bytes end{0x03, 0x00};  // a last block of nothing
  append_u32_little(end, checksum_);
  append_u32_little(end, plain_bytes_);
  return end;
}

}  // namespace usufruct::anonymise
