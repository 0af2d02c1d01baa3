#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/base/result.h"
#include "crypto/base/text.h"

namespace usufruct::anonymise {

/// The file, opened once: what was checked is what the database reads, whatever the name means by
/// then, and no name of ours is ever taken for a pattern, an option or a compressed file.
class InputFile {
 public:
  static Result<InputFile> open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && errno == ENOENT)
      return not_found(fmt::format("no file '{}'", printable(path)), "check the path");
    if (descriptor < 0)
      return unavailable(fmt::format("cannot open '{}': {}", printable(path), strerror(errno)));
    InputFile file(descriptor);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
      return malformed(fmt::format("'{}' is not a regular file", printable(path)),
                       "give a file, not a folder or a pipe");
    file.size_ = static_cast<std::size_t>(status.st_size);
    return file;
  }
  InputFile(InputFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }
  int descriptor() const { return descriptor_; }
  std::size_t size() const { return size_; }

 private:
  explicit InputFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  std::size_t size_ = 0;
};

/// A read-only look at the file's bytes. A file cut short by someone else meanwhile is a bus error;
/// whoever can do that to a trustee's input can do worse.
class Mapping {
 public:
  explicit Mapping(const InputFile& file) : size_(file.size()) {
    if (size_ == 0) return;
    start_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
    if (start_ != MAP_FAILED) ::madvise(start_, size_, MADV_SEQUENTIAL);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (is_mapped()) ::munmap(start_, size_);
  }
  bool is_mapped() const { return size_ > 0 && start_ != MAP_FAILED; }
  std::string_view text() const {
    return is_mapped() ? std::string_view(static_cast<const char*>(start_), size_)
                       : std::string_view{};
  }

 private:
  void* start_ = nullptr;
  std::size_t size_;
};

}  // namespace usufruct::anonymise
