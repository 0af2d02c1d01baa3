#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/stream.h"

namespace usufruct {

/// A package on its way to its folder. It has no name until publish(), so that nothing is left of
/// it when it is given up, when the disk is full, or when the process is killed.
class PackageFile final : public ByteSink {
 public:
  /// Makes the folder where it is not there. `unavailable` when it takes no file.
  static Result<PackageFile> create(const std::filesystem::path& folder);
  PackageFile(PackageFile&& other) noexcept;
  PackageFile& operator=(PackageFile&&) = delete;
  ~PackageFile() override;

  /// `unavailable` when the disk is full.
  Result<void> write(View bytes) override;
  /// Flushes it and gives it the name `<sha256>.age`. Afterwards it survives a crash. At most once.
  Result<std::filesystem::path> publish();
  /// The same under a name of the caller's. What is there of that name stays.
  Result<std::filesystem::path> publish_as(std::string_view name);

  /// Of all that was written; after publish().
  const Digest& digest() const { return digest_; }
  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  PackageFile(Descriptor descriptor, std::filesystem::path folder, std::string temporary);
  Result<std::filesystem::path> name_it(std::string_view name);

  Descriptor descriptor_;
  std::filesystem::path folder_;
  std::string temporary_;  ///< its name on file systems where a file must have one
  Sha256 hash_;
  Digest digest_;
  std::uint64_t size_bytes_ = 0;
};

}  // namespace usufruct
