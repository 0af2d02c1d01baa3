#include "ledger/head_guard.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "crypto/hash.h"

namespace usufruct {
namespace {

constexpr std::size_t slot_bytes = 4096;  // one sector of most disks, one page of all
constexpr std::size_t file_bytes = 2 * slot_bytes;
constexpr std::size_t header_bytes = 10;
constexpr std::size_t checkpoint_bytes_max = slot_bytes - header_bytes - Digest::size_bytes;

struct Slot {
  std::uint64_t count = 0;  ///< of saves; 0 in a slot never written
  std::string checkpoint;
};

std::optional<Slot> read_slot(View bytes) {
  const std::size_t size = read_u16(bytes.subspan(8));
  if (size > checkpoint_bytes_max) return std::nullopt;
  const View signed_part = bytes.first(header_bytes + size);
  const View digest = bytes.subspan(signed_part.size(), Digest::size_bytes);
  if (!std::ranges::equal(sha256(signed_part).bytes, digest)) return std::nullopt;
  return Slot{read_u64(bytes), std::string(as_text(signed_part.subspan(header_bytes)))};
}

Bytes write_slot(const Slot& slot) {
  Bytes bytes;
  append_u64(bytes, slot.count);
  append_u16(bytes, static_cast<std::uint16_t>(slot.checkpoint.size()));
  append(bytes, slot.checkpoint);
  append(bytes, sha256(bytes).view());
  bytes.resize(slot_bytes);
  return bytes;
}

std::unexpected<Error> failed(const std::filesystem::path& path, std::string_view doing) {
  return unavailable(fmt::format("{} '{}': {}", doing, path.native(), std::strerror(errno)));
}

std::unexpected<Error> overtaken(const std::filesystem::path& path, std::string_view what) {
  return conflict(
      fmt::format("the guard '{}' {}", path.native(), what),
      "two logs run with one guard, or the guard was put back: stop, and audit the log");
}

/// The newest slot that is whole; count 0 in a file that was just made.
Result<Slot> newest_slot(const Descriptor& file, const std::filesystem::path& path) {
  std::array<std::uint8_t, file_bytes + 1> bytes;
  const auto size = ::pread(file.get(), bytes.data(), bytes.size(), 0);
  if (size < 0) return failed(path, "cannot read");
  std::optional<Slot> newest;
  if (static_cast<std::size_t>(size) == file_bytes) {
    for (std::size_t at = 0; at < file_bytes; at += slot_bytes) {
      auto slot = read_slot(View(bytes).subspan(at, slot_bytes));
      if (slot && (!newest || slot->count > newest->count)) newest = std::move(slot);
    }
  }
  if (!newest) {
    return unverified(fmt::format("the guard '{}' is damaged", path.native()),
                      "audit the log against a checkpoint others have seen before going on");
  }
  return *std::move(newest);
}

}  // namespace

FileHeadGuard::FileHeadGuard(Descriptor file, std::filesystem::path path)
    : file_(std::move(file)), path_(std::move(path)) {}

Result<std::unique_ptr<FileHeadGuard>> FileHeadGuard::open(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    Bytes empty = write_slot({});
    append(empty, write_slot({}));
    CHECK_OK(write_file(path, empty, {.existing = Existing::refuse}));
  }
  Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (file.get() < 0) return failed(path, "cannot open");
  auto guard = std::unique_ptr<FileHeadGuard>(new FileHeadGuard(std::move(file), path));
  CHECK_OK(guard->lock());
  guard->count_ = TRY(newest_slot(guard->file_, path)).count;
  return guard;
}

Result<void> FileHeadGuard::lock() {
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed(path_, "cannot lock");
    return conflict(fmt::format("the guard '{}' is in use by another log", path_.native()),
                    "one process at a time writes a log: stop the other, or ask it");
  }
  CHECK_OK(check_place());
  // What a writer before us could not flush may still stand in the page cache.
  if (::fdatasync(file_.get()) != 0) return failed(path_, "cannot flush");
  if (const int error = ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_DONTNEED); error != 0) {
    errno = error;
    return failed(path_, "cannot read afresh");
  }
  return {};
}

/// That the name still leads to the file we hold: a guard put back from a backup is another file.
Result<void> FileHeadGuard::check_place() const {
  struct stat held {};
  struct stat named {};
  if (::fstat(file_.get(), &held) != 0) return failed(path_, "cannot look at");
  if (::stat(path_.c_str(), &named) != 0) return failed(path_, "cannot look at");
  if (held.st_dev == named.st_dev && held.st_ino == named.st_ino) return {};
  return overtaken(path_, "was replaced by another file");
}

Result<std::optional<std::string>> FileHeadGuard::load() const {
  auto slot = TRY(newest_slot(file_, path_));
  if (slot.count == 0) return std::nullopt;
  return std::move(slot.checkpoint);
}

Result<void> FileHeadGuard::replace(const std::optional<std::string>& expected,
                                    std::string_view next) {
  if (is_failed_) {
    return unavailable(fmt::format("the guard '{}' failed before", path_.native()),
                       "open the log again");
  }
  auto replaced = try_replace(expected, next);
  is_failed_ = !replaced;
  return replaced;
}

Result<void> FileHeadGuard::try_replace(const std::optional<std::string>& expected,
                                        std::string_view next) {
  if (next.size() > checkpoint_bytes_max) {
    return malformed(fmt::format("a checkpoint of {} bytes is too long to guard", next.size()));
  }
  CHECK_OK(check_place());
  const auto [count, checkpoint] = TRY(newest_slot(file_, path_));
  const bool is_expected = expected ? count > 0 && checkpoint == *expected : count == 0;
  if (count != count_ || !is_expected) return overtaken(path_, "was written by somebody else");
  const Bytes bytes = write_slot({++count_, std::string(next)});
  const auto at = static_cast<off_t>(count_ % 2 * slot_bytes);
  if (::pwrite(file_.get(), bytes.data(), bytes.size(), at) != static_cast<ssize_t>(slot_bytes) ||
      ::fdatasync(file_.get()) != 0) {
    return failed(path_, "cannot write");
  }
  return {};
}

}  // namespace usufruct
