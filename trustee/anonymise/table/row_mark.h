#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "crypto/short_hash.h"

namespace usufruct::anonymise {

/// By what a row is found again without its text: the upper 32 bits of the sum, modulo 2^64, of
/// SipHash-2-4 of its cells, each under the key of its column: the first 16 bytes of
/// HMAC-SHA-256(key, u32 big-endian number of the column among the released ones). Rows of the same
/// cells have the same mark in whatever format they are written; others have it by chance, once in
/// 2^32, unless somebody has the key.
class RowMarker {
 public:
  RowMarker(const ShortHashKey& key, std::size_t columns);
  /// What a cell adds to the sum.
  std::uint64_t cell(std::size_t column, std::string_view text) const;
  static std::uint32_t mark(std::uint64_t sum) { return static_cast<std::uint32_t>(sum >> 32); }

 private:
  std::vector<ShortHashKey> keys_;  ///< [column]
};

/// One row of a release, as it was written.
struct WrittenRow {
  std::uint32_t mark = 0;
  std::uint32_t input_row = 0;  ///< 0-based over all files of the input
  std::uint32_t group = 0;      ///< rows that show the same quasi-identifiers have the same

  bool operator==(const WrittenRow&) const = default;
};

/// Who is told of the rows of a release, in the order in which they are written; by one thread at
/// a time, not the caller's. An error stops the writing and is passed up.
struct Tracing {
  ShortHashKey key{};
  std::function<Result<void>(std::span<const WrittenRow>)> take;
};

}  // namespace usufruct::anonymise
