#pragma once

#include <string>

#include "crypto/stream.h"

namespace usufruct {

/// A file that is never on a disk: what must be read by a library that wants a path. Gone when the
/// object goes. Linux (memfd_create).
class MemoryFile final : public ByteSink {
 public:
  static Result<MemoryFile> create(const char* name);

  Result<void> write(View bytes) override;
  /// A path that opens it from the start, valid while the object lives.
  std::string path() const;

 private:
  explicit MemoryFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Descriptor descriptor_;
};

}  // namespace usufruct
