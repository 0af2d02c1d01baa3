#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "crypto/stream.h"

namespace usufruct {

/// Remembers the last checkpoint a log signed, apart from the log's store: so a store that was put
/// back from a backup, or lost its newest writes, is found out before it signs a second history.
class HeadGuard {
 public:
  virtual ~HeadGuard() = default;
  /// The signed checkpoint saved last; none when nothing was saved yet. `unverified` when what is
  /// there is damaged.
  virtual Result<std::optional<std::string>> load() const = 0;
  /// Returns when it is durable.
  virtual Result<void> save(std::string_view checkpoint) = 0;
};

/// A guard in a file of two slots, written in turn, so that a torn write leaves the other one. The
/// file does not change its size, so saving costs one flush of data alone (about 0.1 ms).
///
///     8 bytes    count of saves, big-endian; the higher one holds
///     2 bytes    length of the checkpoint
///     n bytes    the checkpoint
///     32 bytes   SHA-256 of all before
///
/// Not safe between threads.
class FileHeadGuard final : public HeadGuard {
 public:
  /// Makes the file, with nothing in it, where there is none.
  static Result<std::unique_ptr<FileHeadGuard>> open(const std::filesystem::path& path);

  Result<std::optional<std::string>> load() const override;
  Result<void> save(std::string_view checkpoint) override;

 private:
  FileHeadGuard(Descriptor file, std::filesystem::path path);

  Descriptor file_;
  std::filesystem::path path_;
  std::uint64_t count_ = 0;
};

}  // namespace usufruct
