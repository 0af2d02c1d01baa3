#include "crypto/stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::size_t copy_bytes = 65'536;

/// What the system said when it would not do something to a file.
std::unexpected<Error> refused(std::string_view verb, std::string_view name, int error) {
  auto message = fmt::format("cannot {} '{}': {}", verb, printable(name),
                             std::generic_category().message(error));
  if (error == ENOENT || error == ENOTDIR) return not_found(std::move(message));
  if (error == EISDIR) {
    return malformed(fmt::format("'{}' is a folder, not a file", printable(name)), "name a file");
  }
  if (error == ENOSPC || error == EDQUOT) {
    return unavailable(std::move(message), "make room on the disk and try again");
  }
  return unavailable(std::move(message));
}

Result<void> write_whole(int descriptor, View bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return refused("write", name, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

/// Puts `from` at `to` unless something is there. Not every file system can do it in one step; a
/// hard link is as atomic.
bool rename_to_new(const char* from, const char* to) {
  if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  return ::link(from, to) == 0 && ::unlink(from) == 0;
}

Result<void> flush_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) {
    return refused("flush", folder.native(), errno);
  }
  return {};
}

}  // namespace

Result<std::size_t> read_full(ByteSource& source, std::span<std::uint8_t> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const std::size_t count = TRY(source.read(into.subspan(filled)));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

Result<Bytes> read_all(ByteSource& source, std::size_t size_max) {
  Bytes all;
  Bytes buffer(copy_bytes);
  for (;;) {
    const std::size_t count = TRY(source.read(buffer));
    if (count == 0) return all;
    if (count > size_max - all.size()) {
      return malformed(fmt::format("more than the {} bytes allowed", size_max));
    }
    append(all, View(buffer).first(count));
  }
}

Result<std::uint64_t> copy_all(ByteSource& source, ByteSink& sink) {
  Bytes buffer(copy_bytes);
  std::uint64_t total = 0;
  for (;;) {
    const std::size_t count = TRY(source.read(buffer));
    if (count == 0) return total;
    CHECK_OK(sink.write(View(buffer).first(count)));
    total += count;
  }
}

Result<std::size_t> MemorySource::read(std::span<std::uint8_t> into) {
  const std::size_t count = std::min(into.size(), left_.size());
  std::copy_n(left_.begin(), count, into.begin());
  left_ = left_.subspan(count);
  return count;
}

Result<void> MemorySink::write(View bytes) {
  append(bytes_, bytes);
  return {};
}

Descriptor::~Descriptor() { close(); }

bool Descriptor::close() {
  const int value = std::exchange(value_, -1);
  return value < 0 || ::close(value) == 0;
}

FileSource::FileSource(Descriptor descriptor, std::string name)
    : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

FileSource FileSource::from(Descriptor descriptor, std::string name) {
  return {std::move(descriptor), std::move(name)};
}

Result<FileSource> FileSource::open(const std::filesystem::path& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) return refused("open", path.native(), errno);
  return FileSource(std::move(descriptor), path.native());
}

Result<std::size_t> FileSource::read(std::span<std::uint8_t> into) {
  for (;;) {
    const ssize_t count = ::read(descriptor_.get(), into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return refused("read", name_, errno);
  }
}

FileSink::FileSink(Descriptor descriptor, std::filesystem::path path, std::string temporary,
                   FileSinkOptions options)
    : descriptor_(std::move(descriptor)),
      path_(std::move(path)),
      temporary_(std::move(temporary)),
      options_(options) {}

FileSink::FileSink(FileSink&& other) noexcept
    : descriptor_(std::move(other.descriptor_)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      options_(other.options_) {}

FileSink::~FileSink() { discard(); }

void FileSink::discard() {
  descriptor_.close();
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

Result<FileSink> FileSink::create(const std::filesystem::path& path, FileSinkOptions options) {
  std::error_code unseen;  // What cannot be looked at is found out when it is created.
  if (options.existing == Existing::refuse &&
      std::filesystem::exists(std::filesystem::symlink_status(path, unseen))) {
    return conflict(fmt::format("'{}' exists already", printable(path.native())),
                    "choose another name, or move the file away");
  }
  std::string temporary = path.native() + ".tmp-XXXXXX";
  Descriptor descriptor(::mkostemp(temporary.data(), O_CLOEXEC));
  if (descriptor.get() < 0) return refused("create", path.native(), errno);
  FileSink sink(std::move(descriptor), path, std::move(temporary), options);
  if (::fchmod(sink.descriptor_.get(), static_cast<mode_t>(options.mode)) != 0) {
    return refused("set the mode of", path.native(), errno);
  }
  return sink;
}

Result<void> FileSink::write(View bytes) {
  CHECK_THAT(!temporary_.empty());
  auto written = write_whole(descriptor_.get(), bytes, path_.native());
  if (!written) discard();
  return written;
}

Result<void> FileSink::commit(Durable durable) {
  CHECK_THAT(!temporary_.empty());
  const auto fail = [&](std::string_view verb) {
    const int error = errno;
    discard();
    return refused(verb, path_.native(), error);
  };
  if (durable == Durable::now && ::fsync(descriptor_.get()) != 0) return fail("flush");
  if (!descriptor_.close()) return fail("close");
  switch (options_.existing) {
    case Existing::replace:
      if (::rename(temporary_.c_str(), path_.c_str()) != 0) return fail("put in place");
      break;
    case Existing::refuse:
      if (!rename_to_new(temporary_.c_str(), path_.c_str())) {
        if (errno != EEXIST) return fail("put in place");
        discard();
        return conflict(fmt::format("'{}' exists already", printable(path_.native())),
                        "choose another name, or move the file away");
      }
      break;
  }
  temporary_.clear();
  return durable == Durable::now ? flush_folder_of(path_) : Result<void>();
}

DescriptorSink::DescriptorSink(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {}

Result<void> DescriptorSink::write(View bytes) { return write_whole(descriptor_, bytes, name_); }

Result<Bytes> read_file(const std::filesystem::path& path, std::size_t size_max) {
  FileSource source = TRY(FileSource::open(path));
  return TRY_IN(fmt::format("'{}'", printable(path.native())), read_all(source, size_max));
}

Result<View> read_file_into(const std::filesystem::path& path, std::size_t size_max,
                            Bytes& buffer) {
  FileSource source = TRY(FileSource::open(path));
  struct stat status;
  if (::fstat(source.descriptor().get(), &status) != 0)
    return refused("read", path.native(), errno);
  // One byte more than is due shows that the end is reached; a file that is no regular one has no
  // size, and one that grows meanwhile is read on.
  std::size_t room = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)) + 1;
  std::size_t filled = 0;
  for (;;) {
    if (filled > size_max) {
      return malformed(
          fmt::format("'{}': more than the {} bytes allowed", printable(path.native()), size_max));
    }
    room = std::min(room, size_max + 1);
    if (buffer.size() < room) buffer.resize(room);
    const std::size_t due = room - filled;
    const std::size_t count = TRY(read_full(source, std::span(buffer).subspan(filled, due)));
    filled += count;
    if (count < due) return View(buffer).first(filled);
    room += copy_bytes;
  }
}

Result<void> write_file(const std::filesystem::path& path, View bytes, FileSinkOptions options) {
  FileSink sink = TRY(FileSink::create(path, options));
  CHECK_OK(sink.write(bytes));
  return sink.commit();
}

}  // namespace usufruct
