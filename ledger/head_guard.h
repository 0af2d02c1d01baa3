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
/// It changes only by compare-and-swap: of two logs on one guard, one is refused.
class HeadGuard {
 public:
  virtual ~HeadGuard() = default;
  /// The signed checkpoint saved last; none when nothing was saved yet. `unverified` when what is
  /// there is damaged.
  virtual Result<std::optional<std::string>> load() const = 0;
  /// Puts `next` in the place of `expected` (none: where nothing was saved yet) and returns when it
  /// is durable. `conflict` when something else is there: somebody wrote in between. After any
  /// error it is unknown what will be there, and the guard refuses everything until it is opened
  /// again.
  virtual Result<void> replace(const std::optional<std::string>& expected,
                               std::string_view next) = 0;
};

/// A guard in a file of two slots, written in turn, so that a torn write leaves the other one. The
/// file does not change its size, so replacing costs one flush of data alone (about 0.1 ms).
///
///     8 bytes    count of saves, big-endian; the higher one holds
///     2 bytes    length of the checkpoint
///     n bytes    the checkpoint
///     32 bytes   SHA-256 of all before
///
/// It holds a lock on the file as long as it lives, so that two logs on copies of one store exclude
/// each other. The lock alone is not believed (another machine on a network disk may not see it):
/// replace() reads both slots and the name of the file again first.
///
/// What is believed: bytes whose flush succeeded. open() flushes the file, has the system forget
/// its cached pages and only then reads: after a failed flush the cache may say what the disk never
/// got.
///
/// Not safe between threads.
class FileHeadGuard final : public HeadGuard {
 public:
  /// Makes the file, with nothing in it, where there is none. `conflict` when another guard holds
  /// it, in this process or another.
  static Result<std::unique_ptr<FileHeadGuard>> open(const std::filesystem::path& path);

  Result<std::optional<std::string>> load() const override;
  Result<void> replace(const std::optional<std::string>& expected, std::string_view next) override;

 private:
  FileHeadGuard(Descriptor file, std::filesystem::path path);
  Result<void> lock();
  Result<void> check_place() const;
  Result<void> try_replace(const std::optional<std::string>& expected, std::string_view next);

  Descriptor file_;
  std::filesystem::path path_;
  std::uint64_t count_ = 0;
  bool is_failed_ = false;
};

}  // namespace usufruct
