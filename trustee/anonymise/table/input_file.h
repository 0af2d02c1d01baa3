#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/stream.h"

namespace usufruct::anonymise {

/// A file, opened once: what is read is that file, whatever the name means by then, and no name of
/// ours is ever taken for a pattern or an option.
class InputFile {
 public:
  static Result<InputFile> open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && errno == ENOENT)
      return not_found("there is no such file", "check the path");
    if (descriptor < 0) return unavailable(fmt::format("cannot open it: {}", strerror(errno)));
    InputFile file(descriptor);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
      return malformed("it is not a regular file", "give a file, not a folder or a pipe");
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

  /// Writes all of it into the sink, from the start, as often as asked.
  Result<void> feed(ByteSink& sink) const {
    Bytes piece(piece_bytes);
    for (off_t at = 0;;) {
      const ssize_t count = ::pread(descriptor_, piece.data(), piece.size(), at);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return unavailable(fmt::format("cannot read the file: {}", strerror(errno)));
      if (count == 0) return {};
      CHECK_OK(sink.write(View(piece).first(static_cast<std::size_t>(count))));
      at += count;
    }
  }

 private:
  static constexpr std::size_t piece_bytes = std::size_t{1} << 20;

  explicit InputFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  std::size_t size_ = 0;
};

}  // namespace usufruct::anonymise
