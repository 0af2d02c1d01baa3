#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/secret.h"
#include "crypto/stream.h"

namespace usufruct {

/// A file for what does not fit in memory, which nobody else can read: sealed under a key that is
/// in this process's memory only (XChaCha20-Poly1305), and without a name, so that the system takes
/// it back when the process ends, however it ends.
///
/// The key is SystemChance's; no answer depends on it. Writing and reading are safe from several
/// threads at once.
class SpillFile {
 public:
  /// What was written, where. Good for the file that gave it only.
  struct Place {
    std::uint64_t offset = 0;
    std::size_t size = 0;  ///< of the plain bytes
  };

  /// `unavailable` when the folder takes no file.
  static Result<SpillFile> create(const std::filesystem::path& folder);
  SpillFile(SpillFile&& other) noexcept;

  /// Seals the bytes and appends them. `unavailable` when the disk is full.
  Result<Place> write(View plain);
  /// The same bytes again; `unavailable` when they cannot be read or were changed meanwhile.
  Result<Bytes> read(const Place& place) const;

 private:
  SpillFile(Descriptor descriptor, Secret<32> key);
  Descriptor descriptor_;
  Secret<32> key_;
  std::atomic<std::uint64_t> end_ = 0;
};

}  // namespace usufruct
