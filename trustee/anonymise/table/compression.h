#pragma once

#include <cstdint>
#include <memory>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/stream.h"
#include "trustee/anonymise/table/format.h"

namespace usufruct::anonymise {

/// What a packed file may grow to: expanded_ratio_max times what was given, but expanded_bytes_free
/// in any case. A table of one value repeated comes to about 1000:1 in gzip; more is a bomb.
inline constexpr std::uint64_t expanded_ratio_max = 2000;
inline constexpr std::uint64_t expanded_bytes_free = 64ULL << 20;

/// Passes on what is written to it, expanded when its first bytes say that it is gzip (RFC 1952) or
/// zstd (RFC 8878), of one member or frame or of many. `malformed` for bytes that are neither whole
/// nor good, and for a bomb. Constant memory: at most 128 MiB of window for zstd, 32 KiB for gzip.
class Expanding final : public ByteSink {
 public:
  explicit Expanding(ByteSink& to);
  ~Expanding() override;
  Result<void> write(View bytes) override;
  /// All was written: `malformed` when the packed bytes stop in the middle.
  Result<void> finish();
  /// What the first bytes said; none before there were four.
  Compression found() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Packs a text that is made in parts, so that several threads can pack at once: the bytes depend
/// on the parts alone. No name, no time, no system in them.
///
///     Packing packing(Compression::gzip);
///     out(packing.open());
///     for (part : parts) out(packing.add(Packing::pack(compression, part)));
///     out(packing.close());
class Packing {
 public:
  /// A part as it will stand in the file; made by any thread.
  struct Part {
    Bytes bytes;
    std::uint32_t checksum = 0;  ///< CRC-32 of the plain part, for gzip
    std::uint64_t plain_bytes = 0;
  };
  static Part pack(Compression compression, Bytes plain);

  explicit Packing(Compression compression) : compression_(compression) {}
  Bytes open() const;
  Bytes add(Part part);
  Bytes close() const;

 private:
  Compression compression_;
  std::uint32_t checksum_ = 0;
  std::uint64_t plain_bytes_ = 0;
};

}  // namespace usufruct::anonymise
