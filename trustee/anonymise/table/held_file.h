#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

#include "crypto/base/result.h"
#include "crypto/stream.h"

namespace usufruct::anonymise {

/// A file in memory, with a path, for the library that wants one: never on a disk, gone with the
/// object. Linux (memfd_create).
class HeldFile final : public ByteSink {
 public:
  static Result<HeldFile> create() {
    Descriptor descriptor(::memfd_create("table", MFD_CLOEXEC));
    if (descriptor.get() < 0)
      return unavailable(fmt::format("no memory file: {}", strerror(errno)));
    return HeldFile(std::move(descriptor));
  }
  Result<void> write(View bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0)
        return unavailable(fmt::format("the table does not fit in memory: {}", strerror(errno)),
                           "use a machine with more memory, or another format");
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }
  /// Opens it from the start, while the object lives.
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_.get()); }
  std::uint64_t size_bytes() const {
    const off_t size = ::lseek(descriptor_.get(), 0, SEEK_END);
    return size < 0 ? 0 : static_cast<std::uint64_t>(size);
  }

 private:
  explicit HeldFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
  Descriptor descriptor_;
};

}  // namespace usufruct::anonymise
