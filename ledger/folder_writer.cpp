#include "ledger/folder_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace usufruct {
namespace {

std::unexpected<Error> failed_to(std::string_view verb, const std::filesystem::path& path,
                                 const std::error_code& error) {
  return unavailable(fmt::format("cannot {} '{}': {}", verb, path.native(), error.message()));
}

std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace

Result<FolderWriter> FolderWriter::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return failed_to("make folder", folder, error);
  Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0) return failed_to("open folder", folder, last_error());
  if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed_to("lock", folder, last_error());
    return conflict(fmt::format("another process writes to '{}'", folder.native()),
                    "wait until it is done");
  }
  return FolderWriter(folder, std::move(descriptor));
}

FolderWriter::FolderWriter(std::filesystem::path folder, Descriptor descriptor)
    : folder_(std::move(folder)),
      descriptor_(std::move(descriptor)),
      made_(std::make_unique<Made>()) {}

Result<void> FolderWriter::make_parent(const std::filesystem::path& file) {
  const auto parent = file.parent_path();
  {
    const std::lock_guard lock(made_->mutex);
    if (made_->folders.contains(parent.native())) return {};
  }
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (error) return failed_to("make folder", parent, error);
  const std::lock_guard lock(made_->mutex);
  made_->folders.insert(parent.native());
  return {};
}

Result<void> FolderWriter::write(std::string_view path, View bytes) {
  const auto file = folder_ / path;
  CHECK_OK(make_parent(file));
  FileSink sink = TRY(FileSink::create(file));
  CHECK_OK(sink.write(bytes));
  return sink.commit(Durable::later);
}

Result<void> FolderWriter::publish(std::string_view path, View bytes) {
  if (::syncfs(descriptor_.get()) != 0) return failed_to("flush", folder_, last_error());
  const auto file = folder_ / path;
  CHECK_OK(make_parent(file));
  return write_file(file, bytes);
}

}  // namespace usufruct
