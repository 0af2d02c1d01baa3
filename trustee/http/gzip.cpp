#include "trustee/http/gzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "crypto/base/check.h"

namespace usufruct::http {
namespace {

constexpr int window_gzip = 15 + 16;  // zlib's way to say: gzip, not zlib
constexpr int memory_level = 8;
constexpr std::size_t step_bytes = 64 * 1024;

Bytef* input_of(View bytes) {
  return const_cast<Bytef*>(bytes.data());  // zlib reads only; its C type does not say so
}

/// The state of zlib, freed whatever happens.
class Inflater {
 public:
  Inflater() { CHECK_THAT(inflateInit2(&stream_, window_gzip) == Z_OK); }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream& operator*() { return stream_; }

 private:
  z_stream stream_{};
};

}  // namespace

Bytes gzip(View bytes, int level) {
  z_stream stream{};
  CHECK_THAT(deflateInit2(&stream, level, Z_DEFLATED, window_gzip, memory_level,
                          Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out(deflateBound(&stream, static_cast<uLong>(bytes.size())));
  stream.next_in = input_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK_THAT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Result<Bytes> gunzip(View bytes, std::size_t size_max) {
  Inflater inflater;
  z_stream& stream = *inflater;
  stream.next_in = input_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  Bytes out;
  int state = Z_OK;
  while (state == Z_OK) {
    const std::size_t before = out.size();
    if (before > size_max) {
      return malformed(fmt::format("it unfolds to more than {} bytes", size_max));
    }
    out.resize(before + std::min(step_bytes, size_max + 1 - before));
    stream.next_out = out.data() + before;
    stream.avail_out = static_cast<uInt>(out.size() - before);
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  if (state != Z_STREAM_END || stream.avail_in > 0) return malformed("it is no whole gzip stream");
  if (out.size() > size_max) {
    return malformed(fmt::format("it unfolds to more than {} bytes", size_max));
  }
  return out;
}

}  // namespace usufruct::http
