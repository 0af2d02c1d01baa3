#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/stream.h"
#include "trustee/anonymise/table/pages.h"

namespace usufruct::anonymise {

/// A file that is written once, from its start, and read at any place, as often as asked: in memory
/// or, beyond a limit, sealed (pages.h). One thread at a time.
class Spool final : public ByteSink {
 public:
  explicit Spool(const EngineOptions& options) : pages_(options) {}

  /// `unavailable` when memory or disk gives out.
  Result<void> write(View bytes) override;
  /// The bytes [from, to), at most size_bytes().
  Result<Bytes> read(std::uint64_t from, std::uint64_t to) const;
  std::uint64_t size_bytes() const { return kept_.size() * page_bytes + open_.size(); }

  static constexpr std::uint64_t page_bytes = std::uint64_t{1} << 20;

 private:
  mutable Pages pages_;
  std::vector<Pages::Page> kept_;  ///< each of page_bytes
  Bytes open_;                     ///< the last ones
};

}  // namespace usufruct::anonymise
