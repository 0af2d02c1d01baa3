#include "trustee/memory_file.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace usufruct {

Result<MemoryFile> MemoryFile::create(const char* name) {
  const int descriptor = memfd_create(name, MFD_CLOEXEC);
  if (descriptor < 0) {
    return unavailable(fmt::format("no memory file: {}", std::strerror(errno)));
  }
  return MemoryFile(Descriptor(descriptor));
}

Result<void> MemoryFile::write(View bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return unavailable(fmt::format("the table does not fit in memory: {}", std::strerror(errno)),
                         "run the release on a machine with more memory");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

std::string MemoryFile::path() const { return fmt::format("/proc/self/fd/{}", descriptor_.get()); }

}  // namespace usufruct
