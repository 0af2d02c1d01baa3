#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace usufruct {

/// Where bytes come from, read once from front to back.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills some of `into` and says how many bytes; 0 only at the end (or when `into` is empty).
  virtual Result<std::size_t> read(std::span<std::uint8_t> into) = 0;
};

/// Where bytes go.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes all of them or fails; after a failure the sink is of no further use.
  virtual Result<void> write(View bytes) = 0;
};

/// Reads until `into` is full or the source ends, and says how many bytes.
Result<std::size_t> read_full(ByteSource& source, std::span<std::uint8_t> into);
/// Everything that is left, `malformed` when that is more than `size_max` bytes.
Result<Bytes> read_all(ByteSource& source, std::size_t size_max);
/// Moves everything that is left, in constant memory, and says how many bytes.
Result<std::uint64_t> copy_all(ByteSource& source, ByteSink& sink);

/// Looks at bytes that stay where they are.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(View bytes) : left_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override;

 private:
  View left_;
};

class MemorySink final : public ByteSink {
 public:
  Result<void> write(View bytes) override;
  const Bytes& bytes() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

/// An open file descriptor, closed when the object goes. Moved, not copied.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor();
  int get() const { return value_; }
  /// Closes now and says whether that went well.
  bool close();

 private:
  int value_ = -1;
};

/// A file, or anything else that opens for reading.
class FileSource final : public ByteSource {
 public:
  /// `not_found` when nothing is there; `unavailable` when it cannot be opened.
  static Result<FileSource> open(const std::filesystem::path& path);
  /// Takes over an open descriptor; the name is for messages.
  static FileSource from(Descriptor descriptor, std::string name);

  Result<std::size_t> read(std::span<std::uint8_t> into) override;
  const Descriptor& descriptor() const { return descriptor_; }

 private:
  FileSource(Descriptor descriptor, std::string name);

  Descriptor descriptor_;
  std::string name_;
};

/// What becomes of a file that is already there.
enum class Existing { replace, refuse };

/// Whether a file must survive a crash of the machine at once, or its writer sees to that for many
/// together.
enum class Durable { now, later };

struct FileSinkOptions {
  unsigned mode = 0644;  ///< exactly, whatever the umask; 0600 for secrets
  Existing existing = Existing::replace;
};

/// Writes a file all or nothing: into a temporary beside the target, which takes its place at
/// commit(). Until then, and after any failure, the target is what it was; without commit() the
/// temporary is removed. A full disk is `unavailable`.
class FileSink final : public ByteSink {
 public:
  static Result<FileSink> create(const std::filesystem::path& path, FileSinkOptions options = {});
  FileSink(FileSink&& other) noexcept;
  FileSink& operator=(FileSink&&) = delete;
  ~FileSink() override;

  Result<void> write(View bytes) override;
  /// Flushes the file, puts it in place and flushes the folder: afterwards it survives a crash.
  /// `conflict` when something is there and was to be refused. At most once. `later` leaves out
  /// both flushes.
  Result<void> commit(Durable durable = Durable::now);

 private:
  FileSink(Descriptor descriptor, std::filesystem::path path, std::string temporary,
           FileSinkOptions options);
  void discard();

  Descriptor descriptor_;
  std::filesystem::path path_;
  std::string temporary_;  ///< empty once committed, discarded or moved from
  FileSinkOptions options_;
};

/// Writes to a descriptor somebody else owns, standard output for one: no temporary, no commit.
class DescriptorSink final : public ByteSink {
 public:
  /// The name is for messages.
  DescriptorSink(int descriptor, std::string name);
  Result<void> write(View bytes) override;

 private:
  int descriptor_;
  std::string name_;
};

/// A whole small file, and back all or nothing. Reading more than `size_max` bytes is `malformed`.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t size_max);
Result<void> write_file(const std::filesystem::path& path, View bytes,
                        FileSinkOptions options = {});
/// The same into a buffer that grows where it must and is never made smaller: for many files one
/// after the other, with no memory of their own. What is returned looks into it.
Result<View> read_file_into(const std::filesystem::path& path, std::size_t size_max, Bytes& buffer);

}  // namespace usufruct
