#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/stream.h"

namespace usufruct {

/// SHA-256 (FIPS 180-4) of one run of bytes. About 0.08 us for an interior node of the tree and
/// 0.6 us for a 1 KiB leaf where the CPU has SHA extensions.
Digest sha256(View bytes);

/// SHA-256 of the byte `first` followed by each of the runs: out[i] is that of runs[i]. As many out
/// as runs.
void sha256_each(std::uint8_t first, std::span<const View> runs, std::span<Digest> out);

/// SHA-256 of bytes that arrive in pieces, with no copy of them:
///
///     Sha256 hash;
///     hash.update(left.view());
///     hash.update(right.view());
///     Digest root = hash.finish();
///
/// Needs no memory but itself. Copying it forks the state. Not safe between threads.
class Sha256 {
 public:
  Sha256();
  void update(View bytes);
  /// The digest of everything updated; the object then starts again from nothing.
  Digest finish();

 private:
  alignas(8) std::array<std::uint8_t, 112> state_;
};

/// HMAC-SHA-256 (RFC 2104). Any length of key.
Digest hmac_sha256(View key, View message);

/// HKDF-SHA-256 (RFC 5869): fills `out`, at most 255 * 32 bytes, from the input key material. An
/// empty salt means 32 zero bytes, as the RFC says. Point `out` into a Secret when it is one.
void hkdf_sha256(View key, View salt, View info, std::span<std::uint8_t> out);

/// The digest and the length of what was read.
struct ContentDigest {
  Digest digest;
  std::uint64_t size_bytes = 0;

  bool operator==(const ContentDigest&) const = default;
};

/// Reads a source to its end in constant memory.
Result<ContentDigest> sha256_source(ByteSource& source);
/// The same for a file: `not_found` when there is none, `unavailable` when it cannot be read.
Result<ContentDigest> sha256_file(const std::filesystem::path& path);

}  // namespace usufruct
