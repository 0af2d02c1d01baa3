#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/spill.h"
#include "trustee/anonymise/table/source.h"

namespace usufruct::anonymise {

/// Runs of bytes put aside until they are asked for: in memory up to a limit, and in a sealed file
/// (crypto/spill.h) beyond it. What comes back is the same either way.
///
/// Safe from several threads at once.
class Pages {
 public:
  struct Page {
    Bytes bytes{};  ///< empty when they are in the file
    std::optional<SpillFile::Place> place{};
  };

  /// Rows may have half of the memory when they cannot spill, and a 32nd part when they can: the
  /// search wants the rest. With no folder, putting aside more than the limit is `unavailable`.
  explicit Pages(const EngineOptions& options);
  Result<Page> put(Bytes bytes);
  /// The bytes again; whoever gives the page up gives its memory back.
  Result<Bytes> take(Page page);
  /// The bytes of a page that is kept.
  Result<Bytes> look(const Page& page);
  std::uint64_t spilled_bytes() const;

 private:
  Result<SpillFile*> file();
  std::uint64_t memory_bytes_max_;
  std::string folder_;
  mutable std::mutex mutex_;  ///< guards what follows
  std::uint64_t held_bytes_ = 0;
  std::uint64_t spilled_bytes_ = 0;
  std::optional<SpillFile> file_;
};

}  // namespace usufruct::anonymise
