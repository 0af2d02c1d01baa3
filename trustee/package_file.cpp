#include "trustee/package_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace usufruct {
namespace {

namespace fs = std::filesystem;

constexpr mode_t package_mode = 0644;  ///< it is sealed: anybody may carry it

std::unexpected<Error> refused(std::string_view verb, const fs::path& folder) {
  return unavailable(
      fmt::format("cannot {} a package in {}: {}", verb, folder.string(), std::strerror(errno)),
      "look after the folder and the room on its disk");
}

Result<void> flush_folder(const fs::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) return refused("flush", folder);
  return {};
}

}  // namespace

PackageFile::PackageFile(Descriptor descriptor, fs::path folder, std::string temporary)
    : descriptor_(std::move(descriptor)),
      folder_(std::move(folder)),
      temporary_(std::move(temporary)) {}

PackageFile::PackageFile(PackageFile&& other) noexcept
    : descriptor_(std::move(other.descriptor_)),
      folder_(std::move(other.folder_)),
      temporary_(std::exchange(other.temporary_, {})),
      hash_(other.hash_),
      digest_(other.digest_),
      size_bytes_(other.size_bytes_) {}

PackageFile::~PackageFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<PackageFile> PackageFile::create(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  Descriptor descriptor(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, package_mode));
  std::string temporary;
  if (descriptor.get() < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    temporary = (folder / "package.tmp-XXXXXX").string();
    descriptor = Descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
    if (descriptor.get() < 0) temporary.clear();
  }
  if (descriptor.get() < 0) return refused("begin", folder);
  PackageFile file(std::move(descriptor), folder, std::move(temporary));
  if (::fchmod(file.descriptor_.get(), package_mode) != 0) return refused("begin", folder);
  return file;
}

Result<void> PackageFile::write(View bytes) {
  hash_.update(bytes);
  size_bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return refused("write", folder_);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Result<fs::path> PackageFile::publish() {
  digest_ = hash_.finish();
  return name_it(to_hex(digest_) + ".age");
}

Result<fs::path> PackageFile::publish_as(std::string_view name) {
  digest_ = hash_.finish();
  return name_it(name);
}

Result<fs::path> PackageFile::name_it(std::string_view name) {
  fs::path path = folder_ / name;
  if (::fsync(descriptor_.get()) != 0) return refused("flush", folder_);
  if (temporary_.empty()) {
    const std::string unnamed = fmt::format("/proc/self/fd/{}", descriptor_.get());
    // A file of that digest that is there already holds the same bytes.
    if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) != 0 &&
        errno != EEXIST)
      return refused("name", folder_);
  } else {
    if (::rename(temporary_.c_str(), path.c_str()) != 0) return refused("name", folder_);
    temporary_.clear();
  }
  CHECK_OK(flush_folder(folder_));
  return path;
}

}  // namespace usufruct
